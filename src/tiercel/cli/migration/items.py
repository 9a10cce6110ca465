"""What an export of Kestra holds: flows, namespace files and keys, out of a folder or a ZIP.

Known are the ZIP of the flow export (``<namespace>-<id>.yml``), the ZIP of a namespace's files
(``<namespace>_files.zip``, flows in its ``_flows``), and a folder with any of these, with flows in YAML files anywhere,
with namespace files below ``_files/<namespace>/``, and with keys in ``kv/<namespace>.json`` or ``.yml``.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct

from tiercel.errors import InvalidError
from tiercel.model.json import Json
from tiercel.source import read_yaml, split_documents

_FLOWS = (".yml", ".yaml")
_NAMESPACE_ZIP = "_files.zip"
_MOST_BYTES = 1024 * 1024 * 1024


class FlowItem(Struct, frozen=True):
    """The text of a flow, and where it was found."""

    place: str
    source: str


class FileItem(Struct, frozen=True):
    """A file of a namespace."""

    place: str
    namespace: str
    path: str
    content: bytes


class KeyItem(Struct, frozen=True):
    """A key with its value, and its expiry and description as they were exported."""

    place: str
    namespace: str
    key: str
    value: Json
    type: str = ""
    description: str = ""


class Unreadable(Struct, frozen=True):
    """What cannot be read at all."""

    place: str
    reason: str


Item = FlowItem | FileItem | KeyItem | Unreadable


def read_items(path: Path) -> Iterator[Item]:
    """Give everything that an export holds.

    Raises:
        InvalidError: There is no such file or folder, or it is no ZIP.
    """
    if path.is_dir():
        for file in sorted(one for one in path.rglob("*") if one.is_file()):
            inner = file.relative_to(path).as_posix()
            yield from _of_file(inner, file.read_bytes())
    elif path.is_file():
        content = path.read_bytes()
        if not zipfile.is_zipfile(io.BytesIO(content)):
            raise InvalidError(f"{path} is no ZIP: give the ZIP of an export, or a folder")
        yield from _of_zip(path.name, content, path.name.removesuffix(_NAMESPACE_ZIP))
    else:
        raise InvalidError(f"{path} is neither a file nor a folder")


def _of_file(place: str, content: bytes) -> Iterator[Item]:
    steps = PurePosixPath(place).parts
    if place.endswith(".zip"):
        yield from _of_zip(place, content, PurePosixPath(place).name.removesuffix(_NAMESPACE_ZIP))
    elif "_files" in steps[:-2]:
        after = steps.index("_files") + 1
        yield FileItem(place, steps[after], "/".join(steps[after + 1 :]), content)
    elif "kv" in steps[:-1]:
        yield from _keys(place, PurePosixPath(place).stem, content)
    elif place.endswith(_FLOWS):
        yield from _flows(place, content)


def _of_zip(place: str, content: bytes, namespace: str) -> Iterator[Item]:
    """Give what a ZIP holds: that of a namespace's files by its name, any other as a folder."""
    is_of_namespace = place.endswith(_NAMESPACE_ZIP)
    left = _MOST_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for entry in archive.infolist():
                if entry.is_dir():
                    continue
                inside = f"{place}!{entry.filename}"
                left -= entry.file_size
                if left < 0:
                    yield Unreadable(inside, f"the archive unpacks to more than {_MOST_BYTES:,} bytes")
                    return
                data = archive.read(entry)
                if not is_of_namespace:
                    yield from _of_file(entry.filename, data)
                elif entry.filename.lstrip("/").startswith("_flows/"):
                    yield from _flows(inside, data)
                else:
                    yield FileItem(inside, namespace, entry.filename.lstrip("/"), data)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        yield Unreadable(place, f"cannot be unpacked: {error}")


def _flows(place: str, content: bytes) -> Iterator[Item]:
    try:
        texts = split_documents(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        yield Unreadable(place, f"byte {error.start} is not UTF-8 text")
        return
    for text in texts:
        if text.strip():
            yield FlowItem(place, text)


def _keys(place: str, namespace: str, content: bytes) -> Iterator[Item]:
    """Read a map of keys and values, or a list of ``{key, value, type, description}``."""
    try:
        document = read_yaml(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        yield Unreadable(place, f"byte {error.start} is not UTF-8 text")
        return
    for violation in document.violations:
        yield Unreadable(place, str(violation))
    data = document.data
    if isinstance(data, dict):
        for key, value in data.items():
            yield KeyItem(place, namespace, str(key), value)
    elif isinstance(data, list):
        for number, entry in enumerate(data):
            if not isinstance(entry, dict) or "key" not in entry or "value" not in entry:
                yield Unreadable(f"{place}[{number}]", "a key is a map with key and value")
                continue
            yield KeyItem(
                place,
                str(entry.get("namespace") or namespace),
                str(entry["key"]),
                entry["value"],
                str(entry.get("type") or ""),
                str(entry.get("description") or ""),
            )
    elif not document.violations:
        yield Unreadable(place, "keys are a map of keys and values, or a list of maps with key and value")
