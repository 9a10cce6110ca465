"""What Flow triggers look at, are told and remember: tables that an older version running beside does not miss.

Revision ID: 0003
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
