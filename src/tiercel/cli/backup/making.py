"""Makes backups: on demand, also while a server runs, and by itself before the database is migrated."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from msgspec import Struct

from tiercel import __version__
from tiercel.cli.backup.archive import DATABASE, KEYS, STORAGE, Writer
from tiercel.cli.keys import secrets_key_file_of, storage_key_of
from tiercel.cli.storing import open_plain_storage
from tiercel.errors import NotFoundError, UnavailableError
from tiercel.operations.settings import Settings
from tiercel.repository.sqlite.schema import find_version

FOLDER = "backups"
SECRETS_KEY = f"{KEYS}secrets.key"
_KEPT = 3
_BEFORE = "before-migration-"


class Made(Struct, frozen=True):
    """What was written."""

    entries: int
    size_bytes: int


def back_up(settings: Settings, home: Path, target: Path, *, with_files: bool, with_keys: bool) -> Made:
    """Write a backup; a server may run meanwhile.

    The database is as it is at one moment; files are read after that moment, so that none it names is missing unless it
    was deleted since.

    Raises:
        NotFoundError: There is no database.
        UnavailableError: Something cannot be read or written.
    """
    database = home / "tiercel.db"
    if not database.is_file():
        raise NotFoundError("database", str(database))
    try:
        with tempfile.TemporaryDirectory(prefix=".tiercel-backup-", dir=target.parent) as folder:
            draft = Path(folder) / "draft"
            with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
                writer = Writer(file)
                schema = _add_database(writer, database, Path(folder) / "snapshot")
                if with_files:
                    _add_files(writer, settings, home)
                if with_keys:
                    _add_keys(writer, settings, home)
                count = _finish(writer, settings, schema, has_files=with_files)
                file.flush()
                os.fsync(file.fileno())
            size = draft.stat().st_size
            draft.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise UnavailableError(f"the backup {target} cannot be written: {error}") from error
    return Made(count, size)


def back_up_before_migration(settings: Settings, home: Path, version: str) -> None:
    """Keep the database as it is before it is migrated; only the last few of these are kept.

    Files are left out: a migration does not touch them.
    """
    folder = home / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    target = folder / f"{_BEFORE}{moment}-{version}.zip"
    back_up(settings, home, target, with_files=False, with_keys=False)
    for old in sorted(folder.glob(f"{_BEFORE}*.zip"))[:-_KEPT]:
        old.unlink(missing_ok=True)


def storage_key_name(settings: Settings) -> str:
    """Name the key that files are encrypted with; empty when they are not."""
    key = storage_key_of(settings)
    if key is None:
        return ""
    from tiercel.storage.encrypted import key_name  # noqa: PLC0415 (loads OpenSSL)

    return key_name(key).hex()


def _add_database(writer: Writer, database: Path, snapshot: Path) -> str:
    """Add the database as it is at one moment; gives the revision of its schema."""
    source = sqlite3.connect(database, isolation_level=None)
    target = sqlite3.connect(snapshot, isolation_level=None)
    try:
        source.execute("PRAGMA busy_timeout = 5000")
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")
        version = find_version(target)
    finally:
        source.close()
        target.close()
    if version is None:
        raise UnavailableError(f"the database {database} is empty")
    with snapshot.open("rb") as content:
        writer.add(DATABASE, content)
    return version


def _add_files(writer: Writer, settings: Settings, home: Path) -> None:
    storage = open_plain_storage(settings, home)
    for file in storage.walk_all():
        try:
            content = storage.open(file.path)
        except NotFoundError:
            continue  # deleted since the walk came by
        with content:
            writer.add(f"{STORAGE}{file.path}", content)


def _add_keys(writer: Writer, settings: Settings, home: Path) -> None:
    path = secrets_key_file_of(settings, home)
    if path.is_file():
        with path.open("rb") as content:
            writer.add(SECRETS_KEY, content)


def _finish(writer: Writer, settings: Settings, schema: str, *, has_files: bool) -> int:
    return writer.finish(
        version=__version__,
        schema=schema,
        created_at=datetime.now(UTC).isoformat(),
        has_files=has_files,
        storage_key=storage_key_name(settings) if has_files else "",
    )
