"""What triggers keep between looks, and triggers that were removed and may come back.

An older version running beside does not miss them.

Revision ID: 0008
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
