"""The DDL of the embedded database, made from the tables; ``schema.sql`` holds its outcome.

Run as a module after a change of the tables: ``python -m tiercel.repository.sqlite.ddl``. A test compares the two.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.schema import CreateIndex, CreateTable

from tiercel.repository.tables import metadata

SNAPSHOT = Path(__file__).with_name("schema.sql")


def render_ddl() -> str:
    """Every statement that makes an empty database, each ended by a semicolon."""
    lite = dialect()
    statements: list[str] = []
    for table in metadata.sorted_tables:
        statements.append(str(CreateTable(table).compile(dialect=lite)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        statements.extend(str(CreateIndex(index).compile(dialect=lite)) for index in indexes)
    lines = [line.rstrip() for statement in statements for line in f"{statement.strip()};".splitlines()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    SNAPSHOT.write_text(render_ddl(), encoding="utf-8")
