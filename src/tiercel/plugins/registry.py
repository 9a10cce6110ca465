"""The types an installation has, by name and alias; classes are imported when a flow first names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tiercel.errors import NotFoundError, PluginError
from tiercel.model.types import TypeFacts, TypeKind
from tiercel.plugins.discovery import (
    find_entry_points,
    find_in_folder,
    import_file,
    import_module,
    plugins_in,
    type_index,
)
from tiercel.plugins.facts import type_facts
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.task import Task


class Registry:
    """Types by name: those of the given modules first, then of installed packages, then of plugins folders.

    A module with an index ``TYPES`` (name or alias -> module) is read type by type when needed. Everything else is
    looked for only when a name is in no index. The first to claim a name keeps it.

    Attributes:
        problems: What could not be loaded, and names claimed twice; shown, never raised.
    """

    def __init__(
        self, modules: Sequence[str] = (), *, folders: Sequence[Path] = (), is_discovering: bool = True
    ) -> None:
        self.problems: list[str] = []
        self._index: dict[str, str] = {}
        self._classes: dict[str, type[Plugin]] = {}
        self._facts: dict[str, TypeFacts] = {}
        self._folders = tuple(folders)
        self._modules = tuple(modules)
        self._is_complete = not is_discovering and not folders
        for name in modules:
            self._add_module(name)

    def find_class(self, name: str) -> type[Plugin] | None:
        """Find the class of a type by its name or alias."""
        found = self._classes.get(name) or self._load(name)
        if found is None and not self._is_complete:
            self._discover()
            found = self._classes.get(name) or self._load(name)
        return found

    def get_task(self, name: str) -> type[Task]:
        """Give the class of a task that can be run.

        Raises:
            NotFoundError: There is no such task.
        """
        found = self.find_class(name)
        if found is None or not issubclass(found, Task):
            raise NotFoundError("task type", name)
        return found

    def find_type(self, name: str) -> TypeFacts | None:
        """The type of that name or alias."""
        facts = self._facts.get(name)
        if facts is None and (found := self.find_class(name)) is not None:
            facts = self._facts[name] = self._facts.get(found.declaration.type) or type_facts(found)
            self._facts[facts.type] = facts
        return facts

    def list_types(self, kind: TypeKind | None = None) -> Iterable[TypeFacts]:
        """Every type, aliases not repeated, in order of name."""
        return [facts for plugin in self.list_classes(kind) if (facts := self.find_type(plugin.declaration.type))]

    def list_classes(self, kind: TypeKind | None = None) -> list[type[Plugin]]:
        """Every class, in order of type."""
        self._discover()
        for name in list(self._index):
            self._load(name)
        classes = {plugin.declaration.type: plugin for plugin in self._classes.values()}
        return [plugin for _, plugin in sorted(classes.items()) if kind is None or plugin.declaration.kind is kind]

    def add(self, plugin: type[Plugin]) -> None:
        """Add one class; for tests and for programs that bring their own tasks."""
        declaration = plugin.declaration
        for name in (declaration.type, *declaration.aliases):
            known = self._classes.setdefault(name, plugin)
            if known is not plugin:
                self.problems.append(f"type {name} of {plugin.__module__} is already that of {known.__module__}")

    def _discover(self) -> None:
        if self._is_complete:
            return
        self._is_complete = True
        for _, module in find_entry_points():
            if module not in self._modules:
                self._add_module(module)
        for folder in self._folders:
            for path in find_in_folder(folder):
                self._add_file(path)

    def _add_module(self, name: str) -> None:
        try:
            module = import_module(name)
            index = type_index(module)
            if index is not None:
                self._index = {**index, **self._index}
                return
            for plugin in plugins_in(module):
                self.add(plugin)
        except PluginError as error:
            self.problems.append(str(error))

    def _add_file(self, path: Path) -> None:
        try:
            for plugin in plugins_in(import_file(path)):
                self.add(plugin)
        except PluginError as error:
            self.problems.append(str(error))

    def _load(self, name: str) -> type[Plugin] | None:
        module = self._index.get(name)
        if module is None:
            return None
        try:
            for plugin in plugins_in(import_module(module)):
                if plugin.declaration.type not in self._classes:
                    self.add(plugin)
        except PluginError as error:
            self.problems.append(str(error))
            self._index = {name: where for name, where in self._index.items() if where != module}
        return self._classes.get(name)
