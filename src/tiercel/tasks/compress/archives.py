"""Archives: writing files into one, and going through the files of one."""

from __future__ import annotations

import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Literal

from tiercel.plugins import TaskError
from tiercel.tasks.compress import ar, cpio
from tiercel.tasks.compress.bounds import Readable

Algorithm = Literal["AR", "ARJ", "CPIO", "DUMP", "JAR", "TAR", "ZIP"]
_MADE_BY = b"Manifest-Version: 1.0\r\n\r\n"


def write_archive(kind: Algorithm, target: IO[bytes], files: Mapping[str, Path]) -> None:
    """Write files by the name they are to have.

    Raises:
        TaskError: That kind cannot be written.
    """
    writer = _WRITERS.get(kind)
    if writer is None:
        raise TaskError(f"algorithm {kind} is not available; {', '.join(sorted(_WRITERS))} are")
    writer(target, files)


def read_archive(kind: Algorithm, source: IO[bytes]) -> Iterator[tuple[str, Readable]]:
    """Give name and content of each file, one after another: each must be read before the next; links are left out.

    Raises:
        TaskError: That kind cannot be read, or it is no such archive.
    """
    reader = _READERS.get(kind)
    if reader is None:
        raise TaskError(f"algorithm {kind} is not available; {', '.join(sorted(_READERS))} are")
    try:
        yield from reader(source)
    except (tarfile.TarError, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        raise TaskError(f"The file is not a {kind} archive that can be read: {error}") from None


def _write_tar(target: IO[bytes], files: Mapping[str, Path]) -> None:
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for name, path in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = path.stat().st_size, 0o644
            with path.open("rb") as file:
                archive.addfile(entry, file)


def _read_tar(source: IO[bytes]) -> Iterator[tuple[str, Readable]]:
    with tarfile.open(fileobj=source, mode="r|") as archive:
        for member in archive:
            content = archive.extractfile(member) if member.isreg() else None
            if content is not None:
                yield member.name, content


def _write_zip(target: IO[bytes], files: Mapping[str, Path], first: Mapping[str, bytes] | None = None) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (first or {}).items():
            archive.writestr(name, text)
        for name, path in files.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with path.open("rb") as file, archive.open(entry, "w", force_zip64=True) as written:
                shutil.copyfileobj(file, written)


def _write_jar(target: IO[bytes], files: Mapping[str, Path]) -> None:
    manifest = "META-INF/MANIFEST.MF"
    _write_zip(target, files, {} if manifest in files else {manifest: _MADE_BY})


def _read_zip(source: IO[bytes]) -> Iterator[tuple[str, Readable]]:
    with zipfile.ZipFile(source) as archive:
        for entry in archive.infolist():
            is_link = (entry.external_attr >> 28) == 0xA  # noqa: PLR2004 (the bits of a link)
            if not entry.is_dir() and not is_link:
                with archive.open(entry) as content:
                    yield entry.filename, content


_WRITERS: dict[str, Callable[[IO[bytes], Mapping[str, Path]], None]] = {
    "AR": ar.write,
    "CPIO": cpio.write,
    "JAR": _write_jar,
    "TAR": _write_tar,
    "ZIP": _write_zip,
}
_READERS: dict[str, Callable[[IO[bytes]], Iterator[tuple[str, Readable]]]] = {
    "AR": ar.read,
    "CPIO": cpio.read,
    "JAR": _read_zip,
    "TAR": _read_tar,
    "ZIP": _read_zip,
}
