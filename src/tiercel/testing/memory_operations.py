"""Operations on keys and files, for the host in memory: what it keeps comes first, then the arguments of the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from tiercel.model.json import Json
from tiercel.plugins import TaskError

Files: TypeAlias = dict[str, bytes]
"""Contents by URI."""

Keys: TypeAlias = dict[tuple[str, str], dict[str, Json]]
"""Entries by namespace and key."""


def find_file(files: Files, uri: str) -> bytes:
    """Give the content of a file.

    Raises:
        TaskError: There is no such file.
    """
    if uri not in files:
        raise TaskError(f"file {uri} not found")
    return files[uri]


def _storage_size(files: Files, uri: str) -> int:
    return len(find_file(files, uri))


def _storage_exists(files: Files, uri: str) -> bool:
    return uri in files


def _storage_delete(files: Files, uri: str) -> bool:
    return files.pop(uri, None) is not None


def _namespace_files_list(files: Files, namespace: str) -> list[str]:
    start = f"nsfile://{namespace}"
    return sorted(uri.removeprefix(start) for uri in files if uri.startswith(f"{start}/"))


def _namespace_files_delete(files: Files, namespace: str, path: str, **_: Json) -> int:
    return int(files.pop(f"nsfile://{namespace}{path}", None) is not None)


def _kv_get(keys: Keys, namespace: str, key: str) -> Json:
    return keys.get((namespace, key))


def _kv_set(keys: Keys, namespace: str, key: str, value: Json, **options: Json) -> int:
    if (namespace, key) in keys and options.get("overwrite") is False:
        raise TaskError(f"Cannot set value for key '{key}': it exists and overwrite is set to false")
    keys[namespace, key] = {"value": value, "type": options.get("type"), **options}
    return 1


def _kv_delete(keys: Keys, namespace: str, key: str) -> bool:
    return keys.pop((namespace, key), None) is not None


def _kv_list(keys: Keys, namespace: str, prefix: str) -> list[str]:
    return sorted(key for where, key in keys if where == namespace and key.startswith(prefix))


def _kv_purge(keys: Keys, namespace: str, **_: Json) -> int:
    gone = [entry for entry in keys if entry[0] == namespace]
    for entry in gone:
        del keys[entry]
    return len(gone)


FILE_OPERATIONS: dict[str, Callable[..., Json]] = {
    "storage.size": _storage_size,
    "storage.exists": _storage_exists,
    "storage.delete": _storage_delete,
    "namespace_files.list": _namespace_files_list,
    "namespace_files.delete": _namespace_files_delete,
}
KEY_OPERATIONS: dict[str, Callable[..., Json]] = {
    "kv.get": _kv_get,
    "kv.set": _kv_set,
    "kv.delete": _kv_delete,
    "kv.list": _kv_list,
    "kv.purge": _kv_purge,
}
