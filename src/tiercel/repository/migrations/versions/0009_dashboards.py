"""Dashboards with their revisions, which one is shown where, and figures found by their time alone.

Revision ID: 0009
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
