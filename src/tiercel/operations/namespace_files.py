"""Files of namespaces: content in storage, revisions in the database."""

from __future__ import annotations

import asyncio
import fnmatch
from collections.abc import Callable, Iterable
from typing import BinaryIO

from msgspec import Struct

from tiercel.errors import ConflictError, InvalidArgumentError, NotFoundError, StaleError, Violation
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.repository import files as repository
from tiercel.repository.connection import Connection
from tiercel.repository.records import NamespaceFile
from tiercel.storage.paths import check_path, namespace_file_path

_LONGEST_STEP = 255
_READ_AT_ONCE = 1000


class FoundPaths(Struct, frozen=True):
    """One page of paths; ``next_path`` is what the next one comes after, empty when nothing does."""

    paths: list[str]
    next_path: str = ""


def plain_path(path: str) -> str:
    """Give a path as it is stored: without slashes around it.

    Raises:
        InvalidError: It is empty or not allowed.
    """
    plain = path.strip("/")
    check_path(f"/{plain}")
    if any(len(step) > _LONGEST_STEP for step in plain.split("/")):
        raise InvalidArgumentError([Violation(f"a name has at most {_LONGEST_STEP} characters", path="path")])
    return plain


@operation(Resource.FILE, Action.READ)
async def get_file(
    environment: Environment, actor: Actor, namespace: str, path: str, revision: int | None = None
) -> NamespaceFile:
    """Give what is known of a file, at its last revision when None.

    Raises:
        NotFoundError: There is no such file or revision.
    """
    actor.require(Resource.FILE, Action.READ, namespace)
    plain = plain_path(path)
    return await environment.database.read(
        lambda connection: repository.get_file(connection, namespace, plain, revision=revision)
    )


@operation(Resource.FILE, Action.READ)
async def open_file(
    environment: Environment, actor: Actor, namespace: str, path: str, revision: int | None = None
) -> tuple[NamespaceFile, BinaryIO]:
    """Open a file; it is to be read on a thread. Raises as ``get_file`` does."""
    file = await get_file(environment, actor, namespace, path, revision)
    if file.is_directory:
        raise NotFoundError("file", f"{path} in namespace {namespace}")
    stored = namespace_file_path(namespace, file.path, file.revision)
    return file, await asyncio.to_thread(environment.storage.open, stored)


@operation(Resource.FILE, Action.READ)
async def list_files(
    environment: Environment, actor: Actor, namespace: str, directory: str = ""
) -> list[NamespaceFile]:
    """Give every file and directory of a namespace, or below a directory, in order of path."""
    actor.require(Resource.FILE, Action.READ, namespace)
    plain = plain_path(directory) if directory.strip("/") else ""
    return await environment.database.read(
        lambda connection: repository.list_files(connection, namespace, directory=plain)
    )


@operation(Resource.FILE, Action.READ)
async def search_files(
    environment: Environment, actor: Actor, namespace: str, text: str, *, after: str = "", limit: int | None = None
) -> FoundPaths:
    """Give the paths of files that hold a text, whatever its case, in order of path.

    Args:
        environment: Of the installation.
        actor: Who asks.
        namespace: Whose files.
        text: What the path holds; empty for all.
        after: Only those that come after this path.
        limit: So many at most.
    """
    actor.require(Resource.FILE, Action.READ, namespace)

    def search(connection: Connection) -> FoundPaths:
        found: list[str] = []
        last = after
        while paths := repository.list_paths(connection, namespace, after=last, limit=_READ_AT_ONCE):
            last = paths[-1]
            found += [path for path in paths if text.lower() in path.lower()]
            if limit is not None and len(found) > limit:
                return FoundPaths(found[:limit], next_path=found[limit - 1])
        return FoundPaths(found)

    return await environment.database.read(search)


@operation(Resource.FILE, Action.READ)
async def list_revisions(environment: Environment, actor: Actor, namespace: str, path: str) -> list[NamespaceFile]:
    """Give every revision of a file, oldest first; none when it was deleted."""
    actor.require(Resource.FILE, Action.READ, namespace)
    plain = plain_path(path)
    return await environment.database.read(
        lambda connection: repository.list_file_revisions(connection, namespace, plain)
    )


@operation(Resource.FILE, Action.UPDATE)
async def save_file(  # noqa: PLR0913 (each is a part of the request)
    environment: Environment,
    actor: Actor,
    namespace: str,
    path: str,
    content: Iterable[bytes] | bytes,
    *,
    is_overwriting: bool = True,
    expected_revision: int | None = None,
) -> NamespaceFile:
    """Store a new revision of a file. The content is there before the revision can be seen.

    Raises:
        InvalidError: The path is not allowed.
        ConflictError: The file is there and may not be overwritten, or a directory has its name.
        StaleError: The file is not at the expected revision; 0 = it must not be there.
    """

    def check(connection: Connection, plain: str) -> None:
        former = repository.find_file(connection, namespace, plain)
        revision = former.revision if former is not None else 0
        if expected_revision not in {None, revision}:
            raise StaleError(f"{plain} in namespace {namespace}", revision, expected_revision or 0)
        if former is not None and not is_overwriting:
            raise ConflictError(f"{plain} in namespace {namespace} exists, and may not be overwritten")

    saved = await _save(environment, actor, namespace, [(path, content)], check)
    return saved[0]


@operation(Resource.FILE, Action.UPDATE)
async def save_files(
    environment: Environment, actor: Actor, namespace: str, files: Iterable[tuple[str, Iterable[bytes] | bytes]]
) -> list[NamespaceFile]:
    """Store a new revision of each of several files, all of them or none.

    Raises:
        InvalidError: A path is not allowed.
        ConflictError: A directory has the name of a file.
    """
    return await _save(environment, actor, namespace, files, lambda *_: None)


async def _save(
    environment: Environment,
    actor: Actor,
    namespace: str,
    files: Iterable[tuple[str, Iterable[bytes] | bytes]],
    check: Callable[[Connection, str], None],
) -> list[NamespaceFile]:
    actor.require(Resource.FILE, Action.UPDATE, namespace)
    staging = namespace_file_path(namespace, f".staging/{environment.new_id()}")
    storage = environment.storage
    staged: list[tuple[str, str, int]] = []

    def stage() -> None:
        for number, (path, content) in enumerate(files):
            place = f"{staging}/{number}"
            staged.append((plain_path(path), place, storage.put(place, content)))

    def save(connection: Connection) -> list[NamespaceFile]:
        saved: list[NamespaceFile] = []
        for path, place, size in staged:
            former = repository.find_file(connection, namespace, path)
            if former is not None and former.is_directory:
                raise ConflictError(f"{path} in namespace {namespace} is a directory")
            _check_above(connection, namespace, path)
            check(connection, path)
            file = repository.save_file(connection, namespace, path, size_bytes=size, now=environment.clock())
            storage.copy(place, namespace_file_path(namespace, path, file.revision))
            saved.append(file)
        return saved

    try:
        await asyncio.to_thread(stage)
        return await environment.database.write(save)
    finally:
        await asyncio.to_thread(storage.delete_prefix, staging)


def _check_above(connection: Connection, namespace: str, path: str) -> None:
    """Refuse to put something below a file."""
    steps = path.split("/")
    for count in range(1, len(steps)):
        above = "/".join(steps[:count])
        found = repository.find_file(connection, namespace, above)
        if found is not None and not found.is_directory:
            raise ConflictError(f"{above} in namespace {namespace} is a file; nothing can be below it")


@operation(Resource.FILE, Action.UPDATE)
async def make_directory(environment: Environment, actor: Actor, namespace: str, path: str) -> None:
    """Make a directory; one that is there stays as it is.

    Raises:
        InvalidError: The path is not allowed.
        ConflictError: A file has its name.
    """
    actor.require(Resource.FILE, Action.UPDATE, namespace)
    plain = plain_path(path)

    def save(connection: Connection) -> None:
        former = repository.find_file(connection, namespace, plain)
        if former is not None and not former.is_directory:
            raise ConflictError(f"{plain} in namespace {namespace} is a file")
        if former is None:
            repository.save_file(connection, namespace, plain, size_bytes=0, now=environment.clock(), is_directory=True)

    await environment.database.write(save)


@operation(Resource.FILE, Action.DELETE)
async def delete_files(environment: Environment, actor: Actor, namespace: str, path: str) -> list[NamespaceFile]:
    """Remove a file, or a directory with all below it; gives what there was. Old revisions keep their content."""
    actor.require(Resource.FILE, Action.DELETE, namespace)
    plain = plain_path(path)
    now = environment.clock()
    return await environment.database.write(
        lambda connection: repository.delete_files(connection, namespace, plain, now=now)
    )


@operation(Resource.FILE, Action.UPDATE)
async def move_files(environment: Environment, actor: Actor, namespace: str, source: str, target: str) -> None:
    """Move a file, or a directory with all below it.

    Raises:
        NotFoundError: There is nothing of that name.
        ConflictError: There is something of the new name.
    """
    old, new = plain_path(source), plain_path(target)
    below = await list_files(environment, actor, namespace, old)
    try:
        own = [await get_file(environment, actor, namespace, old)]
    except NotFoundError:
        own = []
    if not own and not below:
        raise NotFoundError("file", f"{source} in namespace {namespace}")
    for file in (*own, *below):
        moved = new + file.path[len(old) :]
        if file.is_directory:
            await make_directory(environment, actor, namespace, moved)
            continue
        _, content = await open_file(environment, actor, namespace, file.path)
        with content:
            await save_file(environment, actor, namespace, moved, content, is_overwriting=False)
    await delete_files(environment, actor, namespace, old)


@operation(Resource.FILE, Action.DELETE)
async def delete_empty_parents(environment: Environment, actor: Actor, namespace: str, path: str) -> None:
    """Remove the directories above a path that hold nothing any more."""
    actor.require(Resource.FILE, Action.DELETE, namespace)
    steps = plain_path(path).split("/")
    now = environment.clock()

    def delete(connection: Connection) -> None:
        for length in range(len(steps) - 1, 0, -1):
            parent = "/".join(steps[:length])
            if repository.list_files(connection, namespace, directory=parent):
                return
            repository.delete_files(connection, namespace, parent, now=now)

    await environment.database.write(delete)


@operation(Resource.FILE, Action.DELETE)
async def purge_revisions(
    environment: Environment, actor: Actor, namespace: str, *, pattern: str, before: int | None, keep: int | None
) -> int:
    """Remove old revisions of the files that fit a pattern, with their content; the last one always stays.

    Args:
        environment: Of the installation.
        actor: Who asks.
        namespace: Whose files.
        pattern: With ``*`` and ``?``, which match slashes too.
        before: Only revisions made before this time, in microseconds.
        keep: So many of the newest revisions stay.

    Returns:
        How many revisions were removed.
    """
    actor.require(Resource.FILE, Action.DELETE, namespace)

    def purge(connection: Connection) -> list[str]:
        gone: list[str] = []
        for file in repository.list_files(connection, namespace):
            if file.is_directory or not fnmatch.fnmatchcase(f"/{file.path}", pattern):
                continue
            revisions = repository.list_file_revisions(connection, namespace, file.path)
            kept = max(keep or 1, 1 if before is None else sum(one.updated_at >= before for one in revisions))
            numbers = repository.delete_file_revisions(connection, namespace, file.path, keep_last=kept)
            gone += [namespace_file_path(namespace, file.path, number) for number in numbers]
        return gone

    paths = await environment.database.write(purge)
    for path in paths:
        await asyncio.to_thread(environment.storage.delete, path)
    return len(paths)
