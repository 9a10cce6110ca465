"""What users keep for themselves: saved views, chosen columns and the like.

An older version running beside does not miss it.

Revision ID: 0006
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
