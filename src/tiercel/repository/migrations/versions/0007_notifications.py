"""What users are told of, and what each of them has read: tables that an older version running beside does not miss.

Revision ID: 0007
"""

from __future__ import annotations

from tiercel.repository.migrations.frozen import run_frozen

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Run the frozen statements of the dialect."""
    run_frozen(revision)
