"""Triggers with what is remembered of them, the dates they fired for, and leases by name.

An older version running beside does not miss them.

Revision ID: 0004
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
