"""The files of a working directory: put into it before its task or tasks run, taken from it afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from tiercel.plugins import Json, LogLevel, RunContext, TaskError
from tiercel.tasks.flow.working_directory import NamespaceFiles
from tiercel.tasks.namespace.selection import fitting_paths

FETCHED = ".tiercel-"
"""With this begin the folders of copies that scripts made by naming a stored file; they are no files of the task."""

SCHEMES = ("kestra://", "nsfile://", "file://")
_OWN_NAMESPACE = "{{flow.namespace}}"  # the default, which is not a text of the user's
_WILD = frozenset("*?{[")


def put_namespace_files(ctx: RunContext, directory: Path, wanted: NamespaceFiles) -> None:
    """Copy the namespace files that are wanted, those of later namespaces over those of earlier ones."""
    written: set[Path] = set()
    for name in wanted.namespaces:
        namespace = ctx.facts.namespace if name == _OWN_NAMESPACE else name
        found: list[str] = ctx.call("namespace_files.list", namespace=namespace)
        chosen = fitting_paths(wanted.include, found) if wanted.include else found
        left_out = set(fitting_paths(wanted.exclude, found)) if wanted.exclude else set()
        root = inside(directory, namespace) if wanted.folder_per_namespace else directory
        for path in chosen:
            target = inside(root, path)
            if path not in left_out and _may_write(ctx, target, wanted, written):
                ctx.files.download(f"nsfile://{namespace}/{path.lstrip('/')}", target)
                written.add(target)


def put_input_files(ctx: RunContext, directory: Path, wanted: Mapping[str, str] | str | None) -> None:
    """Write input files: each is the text itself, or the address of a file to copy."""
    for name, content in _entries(wanted).items():
        target = inside(directory, name)
        if content.startswith(SCHEMES):
            ctx.files.download(content, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8", newline="")


def take_output_files(ctx: RunContext, directory: Path, patterns: Iterable[str]) -> dict[str, str]:
    """Store the files that fit; gives their URIs by path. Names are masked as logs are."""
    found = relative_files(directory)
    taken: dict[str, str] = {}
    for pattern in patterns:
        fitting = fitting_paths([pattern], found)
        if not fitting and not _WILD & set(pattern):
            ctx.log.write(LogLevel.WARN, "outputFiles: the script has left no file %s", pattern)
        for path in fitting:
            name = ctx.mask(path)
            if name not in taken:
                taken[name] = ctx.files.write(name, directory / path)
    return taken


def inside(directory: Path, name: str) -> Path:
    """Give a path below a directory.

    Raises:
        TaskError: The name leads out of it.
    """
    target = (directory / name.lstrip("/")).resolve()
    if not target.is_relative_to(directory.resolve()) or target == directory.resolve():
        raise TaskError(f"The file name {name!r} leads out of the working directory")
    return target


def relative_files(directory: Path) -> list[str]:
    """List every file below a directory, in order of path; links that lead out of it are left out."""
    root = directory.resolve()
    found = (path for path in directory.rglob("*") if path.is_file() and path.resolve().is_relative_to(root))
    names = (path.relative_to(directory).as_posix() for path in found)
    return sorted(name for name in names if not name.startswith(FETCHED))


def _may_write(ctx: RunContext, target: Path, wanted: NamespaceFiles, written: set[Path]) -> bool:
    if not target.exists() or target in written:
        return True
    if wanted.if_exists == "FAIL":
        raise TaskError(f"{target.name} is in the working directory already")
    if wanted.if_exists == "WARN":
        ctx.log.write(LogLevel.WARN, "%s is in the working directory already and was left as it is", target.name)
    return wanted.if_exists == "OVERWRITE"


def _entries(wanted: Mapping[str, str] | str | None) -> dict[str, str]:
    given: Json = wanted
    if isinstance(wanted, str):
        try:
            given = json.loads(wanted)
        except ValueError as error:
            raise TaskError(f"inputFiles is no JSON map: {error}") from None
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise TaskError("inputFiles must be a map of file names to contents")
    return {str(name): content if isinstance(content, str) else json.dumps(content) for name, content in given.items()}
