"""No table for those who wait for a slot: their state says that they are queued, and nothing ever wrote a row.

An older version running beside would miss it when it deletes executions; embedded databases have one process.

Revision ID: 0005
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
