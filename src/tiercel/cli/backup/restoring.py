"""Restores a backup so that a crash at any point leaves either all of the old data or all of the new.

Everything is unpacked and checked beside the old data first. Then a journal is written: before it is there, nothing of
the old data was touched, and what was unpacked is rubbish; once it is there, whoever opens the data next, or this very
process, moves the new into place. Each step of that can be repeated.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path

import msgspec
from msgspec import Struct

from tiercel.cli.backup.archive import DATABASE, STORAGE, Archive
from tiercel.cli.backup.making import SECRETS_KEY, storage_key_name
from tiercel.cli.keys import secrets_key_file_of
from tiercel.cli.storing import folder_of, open_plain_storage
from tiercel.errors import ConflictError, InvalidError, UnavailableError
from tiercel.operations.settings import Settings, StorageKind
from tiercel.repository.sqlite.lock import lock_directory
from tiercel.repository.sqlite.schema import HEAD, find_version

_JOURNAL = "restore.json"
_DATABASE = "tiercel.db"
_NEW_DATABASE = "restore.db"
_BESIDE = ("-wal", "-shm", "-journal")
_NEW, _OLD = ".restored", ".before-restore"


class Journal(Struct, frozen=True):
    """What is still to be moved into place; empty texts = nothing.

    Attributes:
        folder: The folder of a local storage.
        key: The file of the key for secrets.
    """

    folder: str = ""
    key: str = ""


def restore(settings: Settings, home: Path, file: Path, *, is_forced: bool) -> int:
    """Put a backup in place of what is in the home folder; gives how many files it had.

    Raises:
        ConflictError: A server has the home folder, or there are data in it and ``is_forced`` is False.
        InvalidError: The file is no backup, is damaged, or needs another key or version.
        UnavailableError: Something cannot be written.
    """
    archive = Archive(file)
    try:
        _check(archive, settings, file)
        home.mkdir(parents=True, exist_ok=True)
        lock = lock_directory(home)
        try:
            _finish(home)
            if not is_forced:
                _refuse_data(settings, home)
            _unpack(archive, settings, home)
            _finish(home)
        finally:
            lock.release()
    except OSError as error:
        raise UnavailableError(f"the backup cannot be restored to {home}: {error}") from error
    finally:
        archive.close()
    return len(archive.manifest.entries)


def finish_restore(home: Path) -> None:
    """Go on with a restore that was interrupted after all was unpacked; to be called before the data are opened."""
    if not (home / _JOURNAL).exists():
        return
    lock = lock_directory(home)
    try:
        _finish(home)
    finally:
        lock.release()


def _check(archive: Archive, settings: Settings, file: Path) -> None:
    manifest = archive.manifest
    if DATABASE not in archive:
        raise InvalidError(f"{file} has no database in it")
    if not manifest.schema.isdecimal() or int(manifest.schema) > int(HEAD):
        raise InvalidError(f"{file} was made by a newer version, {manifest.version}: use that one or later")
    if manifest.has_files and manifest.storage_key != storage_key_name(settings):
        wanted = "the key it was made with" if manifest.storage_key else "no key"
        raise InvalidError(
            f"the files in {file} need {wanted} as storage.encryption_key; set it before they are restored"
        )


def _refuse_data(settings: Settings, home: Path) -> None:
    has_files = False
    if settings.storage.type is StorageKind.LOCAL:
        folder = folder_of(settings, home)
        has_files = folder.is_dir() and any(folder.iterdir())
    if has_files or (home / _DATABASE).exists():
        raise ConflictError(f"there are data in {home}: restore into an empty folder, or replace them with --force")


def _unpack(archive: Archive, settings: Settings, home: Path) -> None:
    """Write and check everything beside the old data, then the journal that makes it count."""
    new = home / _NEW_DATABASE
    for left in (new, *(Path(f"{new}{suffix}") for suffix in _BESIDE)):
        left.unlink(missing_ok=True)
    archive.extract(DATABASE, new, 0o644)
    _check_database(new, archive.manifest.schema)
    folder = _unpack_files(archive, settings, home) if archive.manifest.has_files else ""
    key = ""
    if SECRETS_KEY in archive:
        path = secrets_key_file_of(settings, home)
        fresh = path.with_name(path.name + _NEW)
        fresh.unlink(missing_ok=True)
        archive.extract(SECRETS_KEY, fresh)
        key = str(path)
    draft = home / f"{_JOURNAL}.draft"
    with draft.open("wb") as file:
        file.write(msgspec.json.encode(Journal(folder=folder, key=key)))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(home / _JOURNAL)
    _sync(home)


def _unpack_files(archive: Archive, settings: Settings, home: Path) -> str:
    """Write the files beside those of a local storage, or into the bucket; gives the folder to be put in place."""
    if settings.storage.type is not StorageKind.LOCAL:
        # A bucket has no rename: files are added to those there, which the old database does not know of.
        bucket = open_plain_storage(settings, home)
        for entry in archive.files():
            bucket.put(entry.name.removeprefix(STORAGE), archive.read(entry.name))
        return ""
    folder = folder_of(settings, home).absolute()
    new = folder.with_name(folder.name + _NEW)
    if new.exists():
        shutil.rmtree(new)
    moved = msgspec.structs.replace(settings, storage=msgspec.structs.replace(settings.storage, path=str(new)))
    storage = open_plain_storage(moved, home)
    for entry in archive.files():
        storage.put(entry.name.removeprefix(STORAGE), archive.read(entry.name))
    os.sync()
    return str(folder)


def _check_database(path: Path, expected: str) -> None:
    raw = sqlite3.connect(path)
    try:
        problem = str(raw.execute("PRAGMA quick_check(1)").fetchone()[0])
        version = find_version(raw)
    except sqlite3.Error as error:
        problem, version = str(error), None
    finally:
        raw.close()
    if problem != "ok" or version != expected:
        raise InvalidError(f"the database in the backup is damaged: {problem if problem != 'ok' else version}")


def _finish(home: Path) -> None:
    """Move what was unpacked into place, as far as that is still to be done."""
    path = home / _JOURNAL
    if not path.exists():
        return
    journal = msgspec.json.decode(path.read_bytes(), type=Journal)
    if journal.folder:
        _put_folder(Path(journal.folder))
    if journal.key:
        key = Path(journal.key)
        _move(key.with_name(key.name + _NEW), key)
    _put_database(home)
    path.unlink()
    _sync(home)
    if journal.folder:
        shutil.rmtree(_beside(Path(journal.folder), _OLD), ignore_errors=True)


def _put_folder(folder: Path) -> None:
    new, old = _beside(folder, _NEW), _beside(folder, _OLD)
    if not new.exists():
        return
    if folder.exists():
        if old.exists():
            shutil.rmtree(old)
        folder.rename(old)
    new.rename(folder)
    _sync(folder.parent)


def _put_database(home: Path) -> None:
    if not (home / _NEW_DATABASE).exists():
        return
    # What belongs to the old file would be taken for a part of the new one; the index of words is made anew.
    for beside in (*(home / f"{_DATABASE}{suffix}" for suffix in _BESIDE), *home.glob("search.db*")):
        beside.unlink(missing_ok=True)
    _move(home / _NEW_DATABASE, home / _DATABASE)


def _beside(folder: Path, suffix: str) -> Path:
    return folder.with_name(folder.name + suffix)


def _move(new: Path, place: Path) -> None:
    if new.exists():
        new.replace(place)
        _sync(place.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
