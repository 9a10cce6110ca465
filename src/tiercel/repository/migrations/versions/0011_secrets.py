"""Secrets, encrypted, and what is set for namespaces: tables that an older version running beside does not miss.

Revision ID: 0011
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
