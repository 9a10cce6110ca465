"""Brings the file to the present schema: an empty one gets the snapshot, an old one the migrations it lacks.

A present one costs a single statement; neither SQLAlchemy nor Alembic is imported for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from tiercel.errors import UnavailableError

HEAD = "0016"
"""The revision that ``schema.sql`` is at, in the words of the migrations."""

_SNAPSHOT = Path(__file__).with_name("schema.sql")
_VERSION_TABLE = "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"


def prepare_schema(raw: sqlite3.Connection, path: Path, before_migration: Callable[[str], None] | None = None) -> None:
    """Make or migrate the tables.

    Args:
        raw: A connection to the file.
        path: The file.
        before_migration: Called with the revision the file is at, before anything of it is changed.

    Raises:
        UnavailableError: The file was written by a newer version, or is none of ours.
    """
    version = find_version(raw)
    if version == HEAD:
        return
    if version is None:
        _create(raw, path)
    else:
        from tiercel.repository.sqlite.migrate import migrate  # noqa: PLC0415 (loads SQLAlchemy and Alembic)

        if before_migration is not None and version < HEAD:
            before_migration(version)
        migrate(path, version)


def find_version(raw: sqlite3.Connection) -> str | None:
    """The revision the file is at; None when it is empty."""
    names = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "alembic_version" in names:
        return str(raw.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    if names:
        raise UnavailableError(f"the database holds tables of another program: {', '.join(sorted(names)[:5])}")
    return None


def _create(raw: sqlite3.Connection, path: Path) -> None:
    statements = _SNAPSHOT.read_text(encoding="utf-8")
    try:
        raw.executescript(
            f"BEGIN IMMEDIATE;\n{statements}{_VERSION_TABLE};\nINSERT INTO alembic_version VALUES ('{HEAD}');\nCOMMIT;"
        )
    except sqlite3.Error as error:
        if raw.in_transaction:
            raw.rollback()
        raise UnavailableError(f"the tables of {path} cannot be made: {error}") from error
