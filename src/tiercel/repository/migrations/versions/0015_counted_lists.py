"""Lists are counted along their indexes alone.

Revision ID: 0015
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
