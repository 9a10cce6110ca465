"""The body of a call of a webhook, as it is without HTTP."""

from __future__ import annotations

from tiercel.operations.webhook_contents import SentForm


class Plain:
    """A body that is there already."""

    is_urlencoded = False
    is_binary = False

    def __init__(self, body: bytes = b"") -> None:
        self._body = body

    async def whole(self) -> bytes:
        """Give it."""
        return self._body

    async def form(self) -> SentForm | None:
        """It is none."""
        return None
