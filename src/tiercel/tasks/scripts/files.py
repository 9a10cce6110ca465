"""The files of a script: put into its directory before it runs, taken from it afterwards."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import regex

from tiercel.plugins import Json, LogLevel, RunContext, TaskError
from tiercel.tasks.flow.working_directory import NamespaceFiles
from tiercel.tasks.namespace.selection import fitting_paths

_ADDRESS = regex.compile(r"(?:kestra|nsfile|file)://[-\p{Alnum}._+~#=/%@]*[-\p{Alnum}_+~#=/%@]")
_SCHEMES = ("kestra://", "nsfile://", "file://")
_FETCHED = ".tiercel-"
_OWN_NAMESPACE = "{{flow.namespace}}"  # the default, which is not a text of the user's
_WILD = frozenset("*?{[")
_EMPTY_PROJECT = "{}\n"


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
        if content.startswith(_SCHEMES):
            ctx.files.download(content, target)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(content, encoding="utf-8", newline="")


@contextmanager
def own_project(directory: Path, name: str) -> Iterator[None]:
    """Make a directory that lies within somebody's project a project of its own, meanwhile.

    Without it the settings of the project around it hold for the script, and what the script installs goes there. What
    the script has made of the file stays.

    Args:
        directory: Where the script runs.
        name: Of the file that marks a project; empty where there is none to keep apart from.
    """
    file = directory / name
    if not name or os.path.lexists(file) or not any((one / name).exists() for one in directory.resolve().parents):
        yield
        return
    file.write_text(_EMPTY_PROJECT, encoding="utf-8")
    try:
        yield
    finally:
        if file.is_file() and file.read_bytes() == _EMPTY_PROJECT.encode():
            file.unlink()


def fetch_addresses(ctx: RunContext, directory: Path, place: str, text: str) -> str:
    """Copy the stored files that a text names, and name the copies in their place."""

    def fetch(found: regex.Match[str]) -> str:
        address = found[0]
        if address.startswith("file:///") and not ctx.files.exists(address):
            return str(address)
        name = address.rpartition("/")[2] or "file"
        target = directory / f"{_FETCHED}{sha256(address.encode()).hexdigest()[:12]}" / name
        if not target.exists():
            ctx.files.download(address, target)
        return f"{place}/{target.relative_to(directory).as_posix()}"

    return str(_ADDRESS.sub(fetch, text)) if "://" in text else text


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
    return sorted(name for name in names if not name.startswith(_FETCHED))


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
