"""Users of each kind, and how they ask."""

from __future__ import annotations

import base64
from contextlib import asynccontextmanager

from tiercel.repository.users import Grant, User, add_user

ADMIN, EDITOR, VIEWER, NOTHING = "admin@x.org", "editor@x.org", "viewer@x.org", "nothing@x.org"
PASSWORD = "Correct-Horse-1"
GRANTS = {ADMIN: [Grant("admin")], EDITOR: [Grant("editor", "team")], VIEWER: [Grant("viewer")], NOTHING: []}
"""The editor is one of a namespace; the last may sign in and nothing else."""

YAML = {"content-type": "application/x-yaml"}


def guarding(open_server, password_hash):
    """Give what opens a server with a user of each kind."""

    def store(connection):
        for name, grants in GRANTS.items():
            user = User(name=name, password_hash=password_hash, grants=tuple(grants), created_at=1, updated_at=1)
            add_user(connection, user)

    @asynccontextmanager
    async def opened(settings=None):
        async with open_server(settings, is_open=False) as client:
            await client.installation.environment.database.write(store)
            yield client

    return opened


def basic(name, password=PASSWORD):
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}
