"""Files that SQL reads and writes: where they are, and which a statement may name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tiercel.plugins import Json, RunContext, TaskError


def inside(directory: Path, name: str) -> Path:
    """Give the path of a file of a folder.

    Raises:
        TaskError: The name leads out of it.
    """
    path = (directory / name).resolve()
    if not path.is_relative_to(directory.resolve()) or path == directory.resolve():
        raise TaskError(f"'{name}' leads out of the working directory")
    return path


def put(ctx: RunContext, name: str, content: str) -> Path:
    """Put a file into the working directory: a stored one, or the text itself."""
    path = inside(ctx.working_dir, name)
    if content.startswith(("kestra://", "nsfile://", "file://")):
        ctx.files.download(content, path)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")
    return path


def places(ctx: RunContext, names: Iterable[str] | None) -> dict[str, Json]:
    """Give the paths that a statement may write to, by name."""
    return {name: str(inside(ctx.working_dir, name)) for name in names or ()}


def store(ctx: RunContext, names: Iterable[str] | None) -> dict[str, str] | None:
    """Store the files that were written.

    Raises:
        TaskError: One was not.
    """
    if not names:
        return None
    stored: dict[str, str] = {}
    for name in names:
        path = inside(ctx.working_dir, name)
        if not path.is_file():
            raise TaskError(f"outputFiles: the SQL has written no file '{name}'")
        stored[name] = ctx.files.write(name, path)
    return stored


def database_path(ctx: RunContext, written: str) -> Path | None:
    """Give the file of a database: relative ones are in the working directory, others where the installation allows.

    Raises:
        TaskError: It may not be used.
    """
    if not written:
        return None
    return Path(str(ctx.call("local.resolve", path=written))) if written[0] == "/" else inside(ctx.working_dir, written)


def may_open(ctx: RunContext, name: str) -> bool:
    """Tell whether a statement may open a file of that name: a whole path, since others begin where the server runs."""
    if not name.startswith("/"):
        return False
    path = Path(name).resolve()
    if path.is_relative_to(ctx.working_dir.resolve()):
        return True
    try:
        ctx.call("local.resolve", path=str(path))
    except TaskError:
        return False
    return True
