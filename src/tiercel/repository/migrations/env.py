"""Alembic's entry: runs the steps on the connection that the caller opened."""

from __future__ import annotations

from alembic import context

from tiercel.repository.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
