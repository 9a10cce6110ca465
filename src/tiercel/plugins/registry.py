"""The types an installation has, by name and alias; classes are imported when a flow first names them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock

from msgspec import structs

from tiercel.errors import NotFoundError, PluginError
from tiercel.model.types import TypeFacts, TypeKind
from tiercel.plugins.discovery import find_entry_points, import_module, plugins_in, type_index
from tiercel.plugins.facts import type_facts
from tiercel.plugins.folder import PluginFolder
from tiercel.plugins.folder_types import FolderTypes, types_of
from tiercel.plugins.isolation.package import find_packages, package_loader
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.task import Task


class Registry:
    """Types by name: those of the given modules first, then of installed packages, then of plugins folders.

    A module with an index ``TYPES`` (name or alias -> module) is read type by type when needed. Everything else is
    looked for only when a name is in no index. The first to claim a name keeps it.

    Several versions of one type may stand side by side, as ``name@version``; the bare name is the highest of them.

    Attributes:
        edition: Goes up whenever a folder brought something new, so that what was made of classes is made again.
    """

    def __init__(
        self,
        modules: Sequence[str] = (),
        *,
        folders: Sequence[Path] = (),
        environments: Path | None = None,
        is_discovering: bool = True,
    ) -> None:
        """Make a registry; nothing is looked for yet except in ``modules``.

        Args:
            modules: Looked into first.
            folders: Plugins folders, which need not exist.
            environments: Where packages of a plugins folder get environments of their own; None = they are left out.
            is_discovering: Installed packages are looked for too.
        """
        self.edition = 0
        self._problems: list[str] = []
        self._index: dict[str, str] = {}
        self._classes: dict[str, type[Plugin]] = {}
        self._facts: dict[str, TypeFacts] = {}
        packages = None if environments is None else (find_packages, package_loader(environments))
        self._folders = tuple(PluginFolder(folder, packages) for folder in folders)
        self._of_folders = FolderTypes({}, ())
        self._modules = tuple(modules)
        self._is_discovering = is_discovering
        self._is_complete = not is_discovering and not folders
        self._scanning = Lock()
        for name in modules:
            self._add_module(name)

    @property
    def problems(self) -> list[str]:
        """What could not be loaded, and names claimed twice; shown, never raised."""
        found = [problem for folder in self._folders for problem in folder.problems]
        return [*self._problems, *found, *self._of_folders.problems]

    def refresh(self) -> bool:
        """Look at the plugins folders again; tells whether anything there has changed.

        Blocks while modules are imported and environments are made: call it on a thread.
        """
        with self._scanning:
            changes = [folder.scan() for folder in self._folders]
            if not any(changes):
                return False
            found = [plugin for folder in self._folders for plugin in folder.classes]
            self._of_folders = types_of(found, lambda name: name in self._index or name in self._classes)
            self._facts = {}
            self.edition += 1
            return True

    def prepare(self) -> None:
        """Make environments that plugins need, which takes its time, before anybody waits for their types."""
        if any(folder.has_packages for folder in self._folders):
            self.refresh()

    def find_class(self, name: str, version: str | None = None) -> type[Plugin] | None:
        """Find the class of a type by its name or alias; of a type without versions whatever version is asked for."""
        found = self._find(name)
        if found is None or version is None or not found.declaration.version:
            return found
        return self._find(f"{name}@{version}")

    def get_task(self, name: str, version: str | None = None) -> type[Task]:
        """Give the class of a task that can be run.

        Raises:
            NotFoundError: There is no such task.
        """
        found = self.find_class(name, version)
        if found is None or not issubclass(found, Task):
            raise NotFoundError("task type", f"{name} in version {version}" if version and self._find(name) else name)
        return found

    def find_type(self, name: str) -> TypeFacts | None:
        """The type of that name or alias; of one version with ``name@version``."""
        known = self._facts  # another one after a change of a folder, which must not get what was found before
        facts = known.get(name)
        if facts is None and (found := self._find(name)) is not None:
            declared = found.declaration
            own = f"{declared.type}@{declared.version}" if declared.version else declared.type
            facts = known.get(own)
            if facts is None:
                facts = structs.replace(type_facts(found), versions=self._of_folders.versions.get(declared.type, ()))
            known[name] = known[own] = facts
        return facts

    def list_types(self, kind: TypeKind | None = None) -> Iterable[TypeFacts]:
        """Every type, aliases not repeated, in order of name."""
        return [facts for plugin in self.list_classes(kind) if (facts := self.find_type(plugin.declaration.type))]

    def list_classes(self, kind: TypeKind | None = None) -> list[type[Plugin]]:
        """Every class, in order of type."""
        self._discover()
        for name in list(self._index):
            self._load(name)
        known = (*self._of_folders.classes.values(), *self._classes.values())
        classes = {plugin.declaration.type: self._find(plugin.declaration.type) or plugin for plugin in known}
        return [plugin for _, plugin in sorted(classes.items()) if kind is None or plugin.declaration.kind is kind]

    def add(self, plugin: type[Plugin]) -> None:
        """Add one class; for tests and for programs that bring their own tasks."""
        declaration = plugin.declaration
        for name in (declaration.type, *declaration.aliases):
            known = self._classes.setdefault(name, plugin)
            if known is not plugin:
                self._problems.append(f"type {name} of {plugin.__module__} is already that of {known.__module__}")

    def _find(self, name: str) -> type[Plugin] | None:
        found = self._classes.get(name) or self._load(name) or self._of_folders.classes.get(name)
        if found is None and not self._is_complete:
            self._discover()
            found = self._classes.get(name) or self._load(name) or self._of_folders.classes.get(name)
        return found

    def _discover(self) -> None:
        if self._is_complete:
            return
        self._is_complete = True
        for _, module in find_entry_points() if self._is_discovering else ():
            if module not in self._modules:
                self._add_module(module)
        self.refresh()

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
            self._problems.append(str(error))

    def _load(self, name: str) -> type[Plugin] | None:
        module = self._index.get(name)
        if module is None:
            return None
        try:
            for plugin in plugins_in(import_module(module)):
                if plugin.declaration.type not in self._classes:
                    self.add(plugin)
        except PluginError as error:
            self._problems.append(str(error))
            self._index = {name: where for name, where in self._index.items() if where != module}
        return self._classes.get(name)
