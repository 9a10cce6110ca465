"""Finding plugin classes: an index by module, installed packages, a plugins folder."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from tiercel.errors import PluginError
from tiercel.plugins.plugin import Plugin

ENTRY_POINT_GROUP = "tiercel.plugins"


def find_entry_points() -> Iterator[tuple[str, str]]:
    """List installed packages of plugins: name of the entry point and of its module."""
    from importlib.metadata import entry_points  # noqa: PLC0415 (a tenth of the start, and core types need none)

    for entry in entry_points(group=ENTRY_POINT_GROUP):
        yield entry.name, entry.module


def find_in_folder(folder: Path) -> Iterator[Path]:
    """List the modules and packages of a plugins folder, in order of name."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".py" and not path.name.startswith("_"):
            yield path
        elif "@" not in path.name and (path / "__init__.py").is_file():
            yield path / "__init__.py"


def import_module(name: str) -> ModuleType:
    """Import a module of plugins.

    Raises:
        PluginError: It cannot be imported, whatever it raised.
    """
    try:
        return importlib.import_module(name)
    except Exception as error:  # a plugin may fail in any way, and must not take the rest with it
        raise PluginError(f"plugin module {name} cannot be loaded: {error}") from error


def import_file(path: Path) -> ModuleType:
    """Import a file of a plugins folder under a name of its own.

    Raises:
        PluginError: It cannot be imported, whatever it raised.
    """
    name = file_module_name(path)
    search = [str(path.parent)] if path.name == "__init__.py" else None
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=search)
    if spec is None or spec.loader is None:
        raise PluginError(f"plugin file {path} is not a Python module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # a plugin may fail in any way, and must not take the rest with it
        del sys.modules[name]
        raise PluginError(f"plugin file {path} cannot be loaded: {error}") from error
    return module


def file_module_name(path: Path) -> str:
    """Give the name that a file of a plugins folder is imported under."""
    return f"tiercel_plugin_{path.parent.name if path.name == '__init__.py' else path.stem}"


def type_index(module: ModuleType) -> Mapping[str, str] | None:
    """Give the module's own index of types, from names (aliases too) to module names, when it has one."""
    index = getattr(module, "TYPES", None)
    return index if isinstance(index, Mapping) else None


def plugins_in(module: ModuleType) -> Iterator[type[Plugin]]:
    """List the types defined in a module; of a package, those in all its modules."""
    for value in list(vars(module).values()):
        if isinstance(value, type) and issubclass(value, Plugin) and value.__module__ == module.__name__:
            yield from (value,) if value.declaration.type else ()
    for found in pkgutil.iter_modules(getattr(module, "__path__", ())):
        yield from plugins_in(import_module(f"{module.__name__}.{found.name}"))
