"""What the answer to a message depends on, besides the message."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from tiercel.api.mcp.versions import MODERN
from tiercel.operations.actor import Actor
from tiercel.operations.environment import Environment
from tiercel.repository.mcp_servers import StoredServer

Tell: TypeAlias = Callable[[str], None]
"""Takes a sentence on how far a call is."""

_SESSION_CHARACTERS = 22


class Exchange(Struct, frozen=True, kw_only=True):
    """Who asks which server in which version.

    Attributes:
        session: The id of the session as it is sent; empty when there is none.
    """

    environment: Environment
    actor: Actor
    server: StoredServer
    version: str
    session: str = ""

    @property
    def is_modern(self) -> bool:
        """Whether every request says by itself what it speaks."""
        return self.version in MODERN

    @property
    def labels(self) -> list[tuple[str, str]]:
        """What executions are labelled with; the id of the session cannot be read from it."""
        found = [("system.mcpServerId", self.server.id)]
        if self.session:
            digest = hashlib.sha256(self.session.encode()).hexdigest()
            found.append(("system.mcpSessionId", digest[:_SESSION_CHARACTERS]))
        return found
