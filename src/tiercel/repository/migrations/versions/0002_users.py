"""Users, their sessions and tokens, and the audit log: tables that an older version running beside does not miss.

Revision ID: 0002
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
