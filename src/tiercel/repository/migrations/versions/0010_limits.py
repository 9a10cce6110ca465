"""Starts that count against a rate, pools of slots, flows that were stopped, and events that triggers gather.

An older version running beside does not miss them.

Revision ID: 0010
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
