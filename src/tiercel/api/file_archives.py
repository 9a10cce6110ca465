"""Files of a namespace out of an uploaded ZIP, which is examined as a whole before anything of it is stored.

What an archive says of its sizes is not to be relied on, so what is read is counted too, and given up when it is more.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from tiercel.errors import InvalidError, Violation
from tiercel.operations.namespace_files import plain_path
from tiercel.source import MAX_SIZE_BYTES

MOST_FILES = 20_000
FLOWS = "_flows/"
_CHUNK_BYTES = 256 * 1024
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError)


class FileArchive:
    """An archive that may be unpacked.

    Attributes:
        files: What it holds, without directories, by path.
    """

    def __init__(self, file: IO[bytes], name: str, most_bytes: int) -> None:
        """Read the table of contents.

        Raises:
            InvalidError: It is no ZIP, a path leads outside, it is encrypted, or it unpacks to too much; each entry
                that is wrong is named.
        """
        self._name = name
        try:
            self._archive = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise self._broken(error) from None
        self.files = {item.filename: item for item in self._archive.infolist() if not item.is_dir()}
        wrong = [violation for item in self.files.values() for violation in _check(item)]
        if len(self.files) > MOST_FILES:
            wrong.append(
                _violation(name, f"holds more than {MOST_FILES:,} files", "too-large", "Send several archives")
            )
        if sum(item.file_size for item in self.files.values()) > most_bytes:
            wrong.append(_too_large(name, most_bytes))
        if wrong:
            raise InvalidError(wrong[:100])

    def read(self, path: str) -> Iterator[bytes]:
        """Give the content of a file in pieces.

        Raises:
            InvalidError: It is damaged, or longer than the table of contents says.
        """
        item = self.files[path]
        left = item.file_size
        try:
            with self._archive.open(item) as file:
                while chunk := file.read(_CHUNK_BYTES):
                    left -= len(chunk)
                    if left < 0:
                        raise InvalidError([_violation(path, "is longer than the archive says", "bad-archive", _AGAIN)])
                    yield chunk
        except _BROKEN as error:
            raise self._broken(error) from None

    def _broken(self, error: Exception) -> InvalidError:
        return InvalidError([_violation(self._name, f"cannot be unpacked: {error}", "bad-archive", _AGAIN)])


_AGAIN = "Send a ZIP file that unpacks without errors"


def _check(item: zipfile.ZipInfo) -> Iterator[Violation]:
    if item.flag_bits & _ENCRYPTED:
        yield _violation(item.filename, "is encrypted", "bad-archive", "Send a ZIP file without a password")
    if item.filename.startswith(FLOWS) and item.file_size > MAX_SIZE_BYTES:
        yield _too_large(item.filename, MAX_SIZE_BYTES)
    try:
        plain_path(item.filename)
    except InvalidError as error:
        yield _violation(item.filename, str(error), "bad-archive", "Name files by their path within the namespace")


def _too_large(name: str, most_bytes: int) -> Violation:
    return _violation(name, f"unpacks to more than {most_bytes:,} bytes", "too-large", "Send several archives")


def _violation(path: str, message: str, code: str, hint: str) -> Violation:
    return Violation(message, path=path, code=code, hint=hint)
