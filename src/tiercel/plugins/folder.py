"""A plugins folder, read again when its files change.

Each module or package in it stands for itself: when it changes it is imported anew under the same name, and what is
asked for from then on are its new classes. Instances of the old ones, so tasks that run, keep theirs. One that does
not load keeps what it had when it last did, and its reason is told.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tiercel.errors import PluginError
from tiercel.plugins.discovery import file_module_name, find_in_folder, import_file, plugins_in
from tiercel.plugins.plugin import Plugin

Stamp = tuple[tuple[str, int, int], ...]
"""Name, time and size of every file that belongs to a plugin: another one when any of them has changed."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a plugin brings, and why some of it cannot be used."""

    classes: tuple[type[Plugin], ...]
    problem: str = ""


Load = Callable[[Path], Loaded]


@dataclass(slots=True)
class _Entry:
    """One plugin of the folder as it was last read; ``classes`` are those of the last time it loaded."""

    stamp: Stamp
    classes: tuple[type[Plugin], ...] = ()
    problem: str = ""


class PluginFolder:
    """What one folder brings. One thread at a time may `scan` it; reading is for any number of them.

    Args:
        path: The folder; it need not be there yet.
        packages: Lists what has an environment of its own, and loads one of them.
    """

    def __init__(self, path: Path, packages: tuple[Callable[[Path], Iterator[Path]], Load] | None = None) -> None:
        self.path = path
        self._packages = packages
        self._entries: Mapping[Path, _Entry] = {}

    @property
    def classes(self) -> Iterator[type[Plugin]]:
        """The classes, in order of the names of their files."""
        for _, entry in sorted(self._entries.items()):
            yield from entry.classes

    @property
    def problems(self) -> list[str]:
        """Why what is there could not be loaded, or loaded again."""
        return [entry.problem for _, entry in sorted(self._entries.items()) if entry.problem]

    @property
    def has_packages(self) -> bool:
        """Whether something in it has an environment of its own."""
        return self._packages is not None and self.path.is_dir() and any(self._packages[0](self.path))

    def scan(self) -> bool:
        """Read what is new or has changed, forget what is gone; tells whether anything was."""
        found = dict(self._loaders())
        entries: dict[Path, _Entry] = {}
        is_changed = found.keys() != self._entries.keys()
        for path, load in found.items():
            known, stamp = self._entries.get(path), stamp_of(path)
            if known is not None and known.stamp == stamp:
                entries[path] = known
                continue
            is_changed = True
            entries[path] = _read(path, load, stamp, known)
        for path in self._entries.keys() - found.keys():
            _forget(path)
        self._entries = entries
        return is_changed

    def _loaders(self) -> Iterator[tuple[Path, Load]]:
        if not self.path.is_dir():
            return
        for path in find_in_folder(self.path):
            yield path, load_file
        if self._packages is not None:
            find, load = self._packages
            for path in find(self.path):
                yield path, load


def stamp_of(path: Path) -> Stamp:
    """Give what tells one state of a plugin from another: of a file, or of all files of a package."""
    root = path.parent if path.name == "__init__.py" else path
    files = sorted(each for each in root.rglob("*") if "__pycache__" not in each.parts) if root.is_dir() else [root]
    found = []
    for file in files:
        try:
            status = file.stat()
        except OSError:
            continue  # removed while the folder was read; the next scan sees the rest
        if not file.is_dir():
            found.append((str(file), status.st_mtime_ns, status.st_size))
    return tuple(found)


def load_file(path: Path) -> Loaded:
    """Import a file of the folder, and give its types.

    Raises:
        PluginError: It cannot be imported; what was imported before is as it was.
    """
    before = _take_out(path)
    try:
        return Loaded(tuple(plugins_in(import_file(path))))
    except PluginError:
        _take_out(path)
        sys.modules.update(before)
        raise


def _read(path: Path, load: Load, stamp: Stamp, known: _Entry | None) -> _Entry:
    try:
        loaded = load(path)
    except PluginError as error:
        if known is None or not known.classes:
            return _Entry(stamp, problem=str(error))
        return _Entry(stamp, known.classes, f"{error}; what was loaded before is still used")
    return _Entry(stamp, loaded.classes, loaded.problem)


def _take_out(path: Path) -> dict[str, ModuleType]:
    """Take the modules of a plugin out of the table of modules, with what Python kept compiled of them."""
    name = file_module_name(path)
    taken = {key: sys.modules[key] for key in list(sys.modules) if key == name or key.startswith(f"{name}.")}
    for key in taken:
        del sys.modules[key]
    # Compiled files are told apart by whole seconds and size, so a quick change of a letter would go unseen.
    root = path.parent if path.name == "__init__.py" else None
    for file in root.rglob("*.py") if root is not None else [path]:
        Path(importlib.util.cache_from_source(str(file))).unlink(missing_ok=True)
    importlib.invalidate_caches()
    return taken


def _forget(path: Path) -> None:
    if path.suffix == ".py":
        _take_out(path)
