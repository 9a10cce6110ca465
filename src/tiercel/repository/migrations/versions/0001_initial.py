"""The first schema.

Revision ID: 0001
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
