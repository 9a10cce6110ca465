"""Who saved a revision of a flow, and by what.

Revision ID: 0013
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
