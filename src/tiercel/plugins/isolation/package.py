"""``name@version`` in a plugins folder: a package with dependencies of its own, several versions side by side.

The server never imports it. A process with its environment does, and describes its types; the description is kept, so
that the next start of the server need not ask again while nothing has changed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import regex

from tiercel import __version__
from tiercel.errors import PluginError
from tiercel.plugins.discovery import ENTRY_POINT_GROUP, find_in_folder
from tiercel.plugins.folder import Loaded
from tiercel.plugins.isolation.building import environment_of
from tiercel.plugins.isolation.description import PackageDescription
from tiercel.plugins.isolation.hosting import describe_apart
from tiercel.plugins.isolation.place import Place
from tiercel.plugins.isolation.proxies import make_proxy

_NAME = regex.compile(r"([A-Za-z0-9][\w.-]*)@([\w.+-]+)")
_DESCRIPTIONS = "descriptions"


def find_packages(folder: Path) -> Iterator[Path]:
    """List the packages with environments of their own in a plugins folder, in order of name."""
    for path in sorted(folder.iterdir()):
        if "@" in path.name and path.is_dir() and not path.name.startswith((".", "_")):
            yield path


def package_loader(environments: Path) -> Callable[[Path], Loaded]:
    """Give what loads such a package: makes its environment if need be, and classes that stand for its types.

    Args:
        environments: Where environments are kept.
    """

    def load(folder: Path) -> Loaded:
        place = _place(folder, environments)
        described = _described(place, environments / _DESCRIPTIONS)
        problem = "; ".join(described.problems)
        return Loaded(
            tuple(make_proxy(one, place) for one in described.types),
            f"plugin {place.name}@{place.version}: {problem}" if problem else "",
        )

    return load


def _place(folder: Path, environments: Path) -> Place:
    """Say where the code of a package is.

    Raises:
        PluginError: It has a name that says no version, or cannot be made ready.
    """
    named = _NAME.fullmatch(folder.name)
    if named is None:
        raise PluginError(f"plugin {folder.name}: name its folder as acme-tasks@1.2.0")
    environment = environment_of(folder, environments)
    root = folder / "src" if (folder / "src").is_dir() else folder
    modules = _entry_points(folder) or _modules(root)
    if not modules:
        raise PluginError(f"plugin {folder.name}: there is no Python module in {root}")
    return Place(
        name=named[1],
        version=named[2],
        stamp=_stamp(root, environment),
        paths=tuple(str(path.resolve()) for path in (root, environment) if path is not None),
        modules=modules,
    )


def _entry_points(folder: Path) -> tuple[str, ...]:
    file = folder / "pyproject.toml"
    if not file.is_file():
        return ()
    try:
        project = tomllib.loads(file.read_text(encoding="utf-8")).get("project", {})
    except (OSError, ValueError) as error:
        raise PluginError(f"plugin {folder.name}: {file.name} cannot be read: {error}") from error
    return tuple(str(module) for module in project.get("entry-points", {}).get(ENTRY_POINT_GROUP, {}).values())


def _modules(root: Path) -> tuple[str, ...]:
    return tuple(path.parent.name if path.name == "__init__.py" else path.stem for path in find_in_folder(root))


def _stamp(root: Path, environment: Path | None) -> str:
    """Give what changes with the code of a package, wherever the package lies."""
    digest = sha256(f"{__version__}\n{environment}\n{root.resolve()}".encode())
    for file in sorted(root.rglob("*.py")):
        digest.update(str(file.relative_to(root)).encode() + file.read_bytes())
    return digest.hexdigest()[:24]


def _described(place: Place, kept: Path) -> PackageDescription:
    file = kept / f"{place.name}@{place.version}.json"
    try:
        stamp, described = msgspec.json.decode(file.read_bytes(), type=tuple[str, PackageDescription])
    except (OSError, msgspec.MsgspecError):
        stamp, described = "", PackageDescription(types=())
    if stamp != place.stamp:
        described = describe_apart(place)
        kept.mkdir(parents=True, exist_ok=True)
        file.write_bytes(msgspec.json.encode((place.stamp, described)))
    return described
