"""What a database has behind it for good.

Revision ID: 0016
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
