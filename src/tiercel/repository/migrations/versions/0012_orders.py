"""Indexes for the orders a list of executions can have, and for the kinds that are rare.

Revision ID: 0012
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
