"""Servers that offer flows to language models as tools.

Revision ID: 0014
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
