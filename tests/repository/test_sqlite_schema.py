"""The snapshot, the tables and the migrations say the same; an old file is brought up, a newer one refused."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tiercel.errors import UnavailableError
from tiercel.model.flow import TriggerDefinition
from tiercel.repository import (
    announcements,
    audit,
    executions,
    files,
    inbox,
    jobs,
    kv,
    logs,
    mcp_servers,
    mcp_sessions,
    memories,
    preferences,
    sessions,
    task_runs,
    timers,
    users,
    watches,
)
from tiercel.repository.migrations import frozen
from tiercel.repository.sqlite import ddl, schema
from tiercel.repository.sqlite.connection import open_raw
from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.repository.sqlite.migrate import migrate
from tiercel.repository.tables import metadata

VERSIONS = Path(frozen.__file__).with_name("versions")


def test_the_snapshot_is_that_of_the_tables() -> None:
    assert ddl.SNAPSHOT.read_text(encoding="utf-8") == ddl.render_ddl()


def test_a_new_file_and_a_migrated_one_have_the_same_schema(tmp_path: Path) -> None:
    new, migrated = tmp_path / "new.db", tmp_path / "migrated.db"
    raw = open_raw(new, is_writer=True, synchronous="OFF")
    schema.prepare_schema(raw, new)
    raw.close()
    migrate(migrated, None)
    assert _schema(migrated) == _schema(new)


# Indexes on expressions are compared as text by the test above; the library cannot read them back.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_the_migrations_end_where_the_tables_are(tmp_path: Path) -> None:
    path = tmp_path / "migrated.db"
    migrate(path, None)
    engine = sqlalchemy.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


async def test_a_filled_file_of_the_first_version_is_brought_up_when_it_is_opened(tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "tiercel.db")
    raw.executescript((VERSIONS / "0001_sqlite.sql").read_text(encoding="utf-8"))
    raw.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    raw.execute("INSERT INTO alembic_version VALUES ('0001')")
    raw.execute(
        "INSERT INTO kv (namespace, key, type, value, revision, created_at, updated_at) "
        "VALUES ('dev', 'a', 'NUMBER', '1', 1, 1, 1)"
    )
    raw.commit()
    raw.close()
    database = SqliteDatabase.open(tmp_path)
    assert await database.read(lambda c: c.fetch("SELECT version_num FROM alembic_version")) == [(schema.HEAD,)]
    entry = await database.read(lambda c: kv.find_kv(c, "dev", "a"))
    assert entry is not None
    assert entry.value == 1
    await database.close()
    migrate(tmp_path / "new.db", None)
    assert _schema(tmp_path / "tiercel.db") == _schema(tmp_path / "new.db")


async def test_triggers_that_are_tools_are_found_after_they_were_saved_by_an_older_version(tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "tiercel.db")
    for path in sorted(VERSIONS.glob("*_sqlite.sql")):
        if path.name < "0014":
            raw.executescript(path.read_text(encoding="utf-8"))
    raw.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    raw.execute("INSERT INTO alembic_version VALUES ('0013')")
    raw.execute(
        "INSERT INTO flows (namespace, id, revision, dialect, created_at, updated_at) "
        "VALUES ('dev', 'a', 3, '2.0', 1, 1)"
    )
    for name, kind in (("tool", "McpToolTrigger"), ("hook", "Webhook")):
        type_ = f"io.kestra.plugin.core.trigger.{kind}"
        definition = msgspec.json.encode(TriggerDefinition(id=name, type=type_, declared_type=type_)).decode()
        raw.execute(
            "INSERT INTO triggers (namespace, flow_id, trigger_id, kind, definition, dialect, backfill_id, reason, "
            "version, updated_at) VALUES ('dev', 'a', ?, 'EVENT', ?, '2.0', '', '', 1, 1)",
            (name, definition),
        )
    raw.commit()
    raw.close()
    database = SqliteDatabase.open(tmp_path)
    found = await database.read(mcp_servers.list_tools)
    assert [(one.trigger.key, one.revision) for one in found] == [(("dev", "a", "tool"), 3)]
    await database.close()


async def test_a_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    await SqliteDatabase.open(tmp_path).close()
    raw = sqlite3.connect(tmp_path / "tiercel.db")
    raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.commit()
    raw.close()
    with pytest.raises(UnavailableError, match=r"at schema 9999.*newer Tiercel wrote it"):
        SqliteDatabase.open(tmp_path)


def test_the_head_is_the_last_migration(tmp_path: Path) -> None:
    path = tmp_path / "migrated.db"
    migrate(path, None)
    raw = sqlite3.connect(path)
    assert raw.execute("SELECT version_num FROM alembic_version").fetchall() == [(schema.HEAD,)]
    raw.close()


@pytest.mark.parametrize(
    ("table", "columns", "generated"),
    [
        ("executions", executions.COLUMNS, set()),
        ("execution_labels", executions.LABELS.columns, set()),
        ("task_runs", task_runs.COLUMNS, set()),
        ("outputs", task_runs.OUTPUTS.columns, set()),
        ("logs", logs.COLUMNS, {"id"}),
        ("metrics", logs.METRIC_COLUMNS, {"id"}),
        ("jobs", jobs.COLUMNS, set()),
        ("timers", timers.COLUMNS, set()),
        ("inbox", inbox.COLUMNS, {"id"}),
        ("watches", watches.COLUMNS, set()),
        ("announcements", announcements.COLUMNS, {"id"}),
        ("trigger_memories", memories.COLUMNS, set()),
        ("kv", kv.COLUMNS, {"is_deleted"}),
        ("users", users.COLUMNS, set()),
        ("preferences", preferences.COLUMNS, set()),
        ("sessions", sessions.COLUMNS, set()),
        ("api_tokens", sessions.TOKEN_COLUMNS, set()),
        ("setup_tokens", sessions.SETUP_COLUMNS, set()),
        ("mcp_servers", mcp_servers.COLUMNS, set()),
        ("mcp_sessions", mcp_sessions.COLUMNS, set()),
        ("audit", audit.COLUMNS, {"number"}),
        ("namespace_files", files.COLUMNS, {"is_deleted", "is_last"}),
    ],
)
def test_every_column_of_a_table_is_written(table: str, columns: Sequence[str], generated: set[str]) -> None:
    assert set(columns) | generated == {column.name for column in metadata.tables[table].columns}


def _schema(path: Path) -> dict[str, str]:
    raw = sqlite3.connect(path)
    rows = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").fetchall()
    raw.close()
    return {name: re.sub(r"\s+", " ", sql) for name, sql in rows if name != "alembic_version"}
