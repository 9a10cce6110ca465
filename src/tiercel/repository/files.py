"""Namespace files: what is known of each revision. The content is in internal storage.

Paths have no leading slash, and no trailing one for directories. Only directories that were made by themselves have
rows; the others exist through the files below them.
"""

from __future__ import annotations

from tiercel.errors import NotFoundError
from tiercel.repository.connection import Connection, Row, Target
from tiercel.repository.records import NamespaceFile

COLUMNS = ("namespace", "path", "revision", "size_bytes", "created_at", "updated_at", "is_directory")
_TARGET = Target(table="namespace_files", columns=(*COLUMNS, "is_deleted", "is_last"))
_SELECTED = f"SELECT {', '.join(COLUMNS)} FROM namespace_files"
_PRESENT = "is_last = 1 AND is_deleted = 0"


def find_file(
    connection: Connection, namespace: str, path: str, *, revision: int | None = None
) -> NamespaceFile | None:
    """A file or directory at its latest revision, unless it is deleted; or at a given one, deleted since or not."""
    if revision is None:
        rows = connection.fetch(f"{_SELECTED} WHERE namespace = ? AND path = ? AND {_PRESENT}", (namespace, path))
    else:
        rows = connection.fetch(
            f"{_SELECTED} WHERE namespace = ? AND path = ? AND revision = ? AND is_deleted = 0",
            (namespace, path, revision),
        )
    return _from_row(rows[0]) if rows else None


def get_file(connection: Connection, namespace: str, path: str, *, revision: int | None = None) -> NamespaceFile:
    """As ``find_file``.

    Raises:
        NotFoundError: There is no such file or revision.
    """
    file = find_file(connection, namespace, path, revision=revision)
    if file is None:
        raise NotFoundError("file", f"{path} in namespace {namespace}")
    return file


def list_files(connection: Connection, namespace: str, *, directory: str = "") -> list[NamespaceFile]:
    """Every file and directory of the namespace, or below a directory, at any depth, in order of path."""
    if not directory:
        rows = connection.fetch(f"{_SELECTED} WHERE namespace = ? AND {_PRESENT} ORDER BY path", (namespace,))
    else:
        rows = connection.fetch(
            f"{_SELECTED} WHERE namespace = ? AND path > ? AND path < ? AND {_PRESENT} ORDER BY path",
            (namespace, *_range_below(directory)),
        )
    return [_from_row(row) for row in rows]


def list_paths(connection: Connection, namespace: str, *, after: str, limit: int) -> list[str]:
    """Paths of files, without directories, in order, from the one after ``after``."""
    rows = connection.fetch(
        f"SELECT path FROM namespace_files WHERE namespace = ? AND path > ? AND {_PRESENT} AND is_directory = 0"
        " ORDER BY path LIMIT ?",
        (namespace, after, limit),
    )
    return [path for (path,) in rows]


def list_file_revisions(connection: Connection, namespace: str, path: str) -> list[NamespaceFile]:
    """Every revision of a file, oldest first."""
    rows = connection.fetch(
        f"{_SELECTED} WHERE namespace = ? AND path = ? AND is_deleted = 0 ORDER BY revision", (namespace, path)
    )
    return [_from_row(row) for row in rows]


def list_file_namespaces(connection: Connection) -> list[str]:
    """Every namespace that holds a file, in order."""
    rows = connection.fetch(f"SELECT DISTINCT namespace FROM namespace_files WHERE {_PRESENT} ORDER BY namespace")
    return [namespace for (namespace,) in rows]


def save_file(
    connection: Connection, namespace: str, path: str, *, size_bytes: int, now: int, is_directory: bool = False
) -> NamespaceFile:
    """Add the next revision of a file, or a directory; numbers go on over a deletion.

    Returns:
        The revision, under whose number the content belongs into storage.
    """
    rows = connection.fetch(
        "SELECT revision, created_at, is_deleted FROM namespace_files WHERE namespace = ? AND path = ? AND is_last = 1",
        (namespace, path),
    )
    revision, created_at = 1, now
    if rows:
        revision = rows[0][0] + 1
        created_at = now if rows[0][2] else rows[0][1]
    file = NamespaceFile(
        namespace=namespace,
        path=path,
        revision=revision,
        size_bytes=size_bytes,
        created_at=created_at,
        updated_at=now,
        is_directory=is_directory,
    )
    connection.execute(
        "UPDATE namespace_files SET is_last = 0 WHERE namespace = ? AND path = ? AND is_last = 1", (namespace, path)
    )
    connection.insert(_TARGET, [(*_to_row(file), 0, 1)])
    return file


def delete_files(connection: Connection, namespace: str, path: str, *, now: int) -> list[NamespaceFile]:
    """Delete a file, or a directory with all below it; the revisions' content may be dropped by the caller.

    Returns:
        What was deleted, in order of path; empty when there was nothing.
    """
    own = find_file(connection, namespace, path)
    found = [*([own] if own else []), *list_files(connection, namespace, directory=path)]
    for file in found:
        deleted = NamespaceFile(
            namespace=namespace,
            path=file.path,
            revision=file.revision + 1,
            size_bytes=0,
            created_at=file.created_at,
            updated_at=now,
            is_directory=file.is_directory,
        )
        connection.execute(
            "UPDATE namespace_files SET is_last = 0, is_deleted = 1 WHERE namespace = ? AND path = ?",
            (namespace, file.path),
        )
        connection.insert(_TARGET, [(*_to_row(deleted), 1, 1)])
    return found


def delete_file_revisions(connection: Connection, namespace: str, path: str, *, keep_last: int) -> list[int]:
    """Forget all but the newest ``keep_last`` revisions of a file; returns the numbers forgotten."""
    numbers = [file.revision for file in list_file_revisions(connection, namespace, path)]
    forgotten = numbers[: max(len(numbers) - max(keep_last, 1), 0)]
    connection.execute_many(
        "DELETE FROM namespace_files WHERE namespace = ? AND path = ? AND revision = ?",
        [(namespace, path, number) for number in forgotten],
    )
    return forgotten


def _range_below(directory: str) -> tuple[str, str]:
    # "0" is the character after "/", so the range holds exactly what starts with the directory and a slash.
    return f"{directory}/", f"{directory}0"


def _to_row(file: NamespaceFile) -> Row:
    return (
        file.namespace,
        file.path,
        file.revision,
        file.size_bytes,
        file.created_at,
        file.updated_at,
        int(file.is_directory),
    )


def _from_row(row: Row) -> NamespaceFile:
    values = dict(zip(COLUMNS, row, strict=True))
    values["is_directory"] = bool(values["is_directory"])
    return NamespaceFile(**values)
