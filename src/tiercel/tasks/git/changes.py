"""What a sync does, planned before any of it is done."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tiercel.plugins import Json, RunContext, TaskError
from tiercel.tasks.serdes.values import store_rows

_NAMESPACE = re.compile(r"^namespace[ \t]*:.*$", re.MULTILINE)
_ID = re.compile(r"^id[ \t]*:[ \t]*[\"']?([\w.-]+)[\"']?[ \t]*(?:#.*)?$", re.MULTILINE)
_ENDINGS = (".yml", ".yaml")


@dataclass(frozen=True, slots=True)
class Change:
    """One step.

    Attributes:
        name: What it is about: a path, or a flow.
        kind: ADDED, UPDATED, DELETED or UNCHANGED.
        apply: Does it.
    """

    name: str
    kind: str
    apply: Callable[[], object] | None = None


def carry_out(ctx: RunContext, changes: list[Change], *, is_dry: bool) -> str:
    """Do what is planned, or only say so; gives the URI of the plan."""
    for change in changes:
        if change.kind != "UNCHANGED":
            ctx.log.info("%s%s %s", "would be " if is_dry else "", change.kind.lower(), change.name)
        if change.apply is not None and not is_dry:
            change.apply()
    rows: list[Json] = [{"file": change.name, "syncState": change.kind} for change in changes]
    return store_rows(ctx, rows)[0]


def store_push(ctx: RunContext, changes: list[tuple[str, str]], *, is_dry: bool) -> str:
    """Say what is pushed; gives the URI of the list."""
    for path, kind in changes:
        ctx.log.info("%s%s %s", "would be " if is_dry else "", kind.lower(), path)
    return store_rows(ctx, [{"file": path, "syncState": kind} for path, kind in changes])[0]


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Give relative path and place of each file, in order; what belongs to git is left out."""
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and ".git" not in relative.parts:
            yield relative.as_posix(), path


def flow_files(folder: Path, *, with_children: bool) -> Iterator[tuple[str, str]]:
    """Give relative path and text of each flow."""
    for name, path in files_below(folder):
        if name.endswith(_ENDINGS) and (with_children or "/" not in name):
            yield name, path.read_text(encoding="utf-8", errors="replace")


def flow_id(source: str, name: str) -> str:
    """Give the id a flow has.

    Raises:
        TaskError: It has none.
    """
    found = _ID.search(source)
    if found is None:
        raise TaskError(f"{name} is no flow: it has no id")
    return found[1]


def in_namespace(source: str, namespace: str) -> str:
    """Give the source of a flow as one of another namespace; nothing else of the text changes."""
    line = f"namespace: {namespace}"
    return _NAMESPACE.sub(lambda _: line, source, count=1) if _NAMESPACE.search(source) else f"{line}\n{source}"


def child_namespace(target: str, name: str) -> str:
    """Give the namespace of a flow by the folder it is in."""
    parent = PurePosixPath(name).parent.as_posix()
    return target if parent == "." else f"{target}.{parent.replace('/', '.')}"


def is_same(ctx: RunContext, uri: str, path: Path) -> bool:
    """Tell whether a stored file has the content of a local one."""
    if ctx.files.size(uri) != path.stat().st_size:
        return False
    with path.open("rb") as file:
        return all(file.read(len(piece)) == piece for piece in ctx.files.open(uri))
