"""The types that plugins folders bring, by name, alias and version."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import regex

from tiercel.plugins.plugin import Plugin

_PART = regex.compile(r"\d+|[a-z]+")


@dataclass(frozen=True, slots=True)
class FolderTypes:
    """Types by name; ``versions`` are those that stand side by side, the highest first."""

    classes: Mapping[str, type[Plugin]]
    problems: tuple[str, ...]
    versions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def types_of(plugins: Iterable[type[Plugin]], is_taken: Callable[[str], bool]) -> FolderTypes:
    """Order classes by the names they claim; the first to claim one keeps it, of versions the highest.

    Args:
        plugins: The classes, in the order in which they claim names.
        is_taken: Tells whether a name belongs to something that comes before all folders.
    """
    classes: dict[str, type[Plugin]] = {}
    problems: list[str] = []
    versions: dict[str, list[str]] = {}
    ordered = sorted(plugins, key=lambda plugin: version_key(plugin.declaration.version), reverse=True)
    for plugin in ordered:
        declared = plugin.declaration
        for name in (declared.type, *declared.aliases):
            known = classes.get(name)
            if is_taken(name):
                problems.append(f"type {name} of {plugin.__module__} is already there")
                continue
            if declared.version:
                classes.setdefault(f"{name}@{declared.version}", plugin)
                if name == declared.type and declared.version not in versions.setdefault(name, []):
                    versions[name].append(declared.version)
            if known is None:
                classes[name] = plugin
            elif not (known.declaration.version and declared.version):
                problems.append(f"type {name} of {plugin.__module__} is already that of {known.__module__}")
    return FolderTypes(classes, tuple(problems), {name: tuple(found) for name, found in versions.items()})


def version_key(version: str) -> tuple[tuple[int, int, str], ...]:
    """Give what puts versions in order: by their numbers, and letters (of what came before a release) below them."""
    parts = tuple((1, int(part), "") if part.isdigit() else (-1, 0, part) for part in _PART.findall(version.lower()))
    return (*parts, (0, 0, "")) if parts else ()
