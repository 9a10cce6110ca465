"""The first schema.

Revision ID: 0001
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    name = f"0001_{op.get_bind().dialect.name}.sql"
    statements = Path(__file__).with_name(name).read_text(encoding="utf-8")
    for statement in statements.split(";\n"):
        if statement.strip():
            op.execute(statement)
