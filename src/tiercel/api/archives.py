"""Texts of flows out of uploaded files: one YAML file, or a ZIP of them, within limits.

An archive says nothing reliable of how much it unpacks to, so what is read is counted and given up when it is too much.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import IO

from tiercel.errors import InvalidError, Violation
from tiercel.source import MAX_SIZE_BYTES, split_documents

MOST_FILES = 10_000
MOST_BYTES = 64 * 1024 * 1024
_SUFFIXES = (".yml", ".yaml")
_ENCRYPTED = 0x1


def read_texts(name: str, file: IO[bytes]) -> list[tuple[str, str]]:
    """Give every document with the name of its file; no more of it is held in memory than is allowed.

    Raises:
        InvalidError: It is no ZIP, no UTF-8 text, or too much.
    """
    if not name.endswith(".zip"):
        return documents_of(name, file.read(MAX_SIZE_BYTES + 1))
    try:
        with zipfile.ZipFile(file) as archive:
            return _unpack(archive, name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise _refused(name, f"cannot be unpacked: {error}", "bad-archive", "Send a ZIP file") from None


def documents_of(name: str, content: bytes) -> list[tuple[str, str]]:
    """Give every document of one file.

    Raises:
        InvalidError: It is no UTF-8 text, or too much.
    """
    if len(content) > MAX_SIZE_BYTES:
        message = f"has more than {MAX_SIZE_BYTES:,} bytes"
        raise _refused(name, message, "too-large", "Split it into several files")
    try:
        return [(name, text) for text in split_documents(content.decode())]
    except UnicodeDecodeError as error:
        raise _refused(name, f"byte {error.start} is not UTF-8 text", "unreadable", "Save it as UTF-8") from None


def _unpack(archive: zipfile.ZipFile, name: str) -> list[tuple[str, str]]:
    items = [item for item in archive.infolist() if item.filename.endswith(_SUFFIXES)]
    if len(items) > MOST_FILES:
        raise _refused(name, f"holds more than {MOST_FILES:,} flows", "too-large", "Send several archives")
    texts: list[tuple[str, str]] = []
    left = MOST_BYTES
    for item in items:
        if item.flag_bits & _ENCRYPTED:
            raise _refused(item.filename, "is encrypted", "bad-archive", "Send a ZIP file without a password")
        with archive.open(item) as file:
            content = file.read(MAX_SIZE_BYTES + 1)
        left -= len(content)
        if left < 0:
            raise _refused(name, f"unpacks to more than {MOST_BYTES:,} bytes", "too-large", "Send several archives")
        texts += documents_of(item.filename, content)
    return texts


def _refused(path: str, message: str, code: str, hint: str) -> InvalidError:
    return InvalidError([Violation(message, path=path, code=code, hint=hint)])
