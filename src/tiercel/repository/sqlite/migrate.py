"""Runs the migrations on a file of an older version. Apart, so that only an upgrade pays for importing Alembic."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection

from tiercel.repository.migrations import upgrade


def migrate(path: Path, version: str | None) -> None:
    """Bring the file from ``version`` (None: empty) to the present schema, in one transaction."""
    engine = create_engine(f"sqlite:///{path}")
    # The driver must not end the transaction by itself at the first DDL statement.
    event.listen(engine, "connect", _leave_transactions_alone)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            upgrade(connection, version)
            connection.exec_driver_sql("COMMIT")
    finally:
        engine.dispose()


def _leave_transactions_alone(raw: DBAPIConnection, _record: object) -> None:
    raw.isolation_level = None
