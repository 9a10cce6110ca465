"""Runs the statements that a step keeps beside it, one file for each dialect; such a file never changes again."""

from __future__ import annotations

from pathlib import Path

from alembic import op

_VERSIONS = Path(__file__).with_name("versions")


def run_frozen(revision: str) -> None:
    """Run the statements of a revision in the transaction of the caller."""
    statements = (_VERSIONS / f"{revision}_{op.get_bind().dialect.name}.sql").read_text(encoding="utf-8")
    for statement in statements.split(";\n"):
        if statement.strip():
            op.execute(statement)
