"""What this process remembers of those who ask: credentials that proved right a moment ago, and failed attempts.

A password costs a tenth of a second to verify, so a program that sends it with every request must not pay each time.
What is kept is no password but a keyed digest of it, for a short while, and whatever takes rights away makes it forget.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from typing import TypeAlias

from msgspec import Struct

from tiercel.operations.attempts import Attempts
from tiercel.repository.users import Grant

_MOST_REMEMBERED = 10_000
_HASHED_AT_ONCE = 2
"""Each takes 64 MiB and four threads."""


class Verified(Struct, frozen=True, kw_only=True):
    """Whose a credential is and what the user may do, as it is known until a time in microseconds."""

    user_name: str
    grants: tuple[Grant, ...]
    until: int


Check: TypeAlias = Callable[[], Awaitable[Verified | None]]
_Pending: TypeAlias = asyncio.Future[Verified | None]


class Access:
    """Credentials that proved right, each remembered for a moment.

    Attributes:
        attempts: Counts those that failed.
        hashing: Held while a password is hashed.
        changes: Counts changes of passwords and rights, for whoever let somebody in before.
    """

    def __init__(self) -> None:
        self.attempts = Attempts()
        self.hashing = asyncio.Semaphore(_HASHED_AT_ONCE)
        self._key = os.urandom(32)
        self._known: dict[bytes, Verified] = {}
        self._pending: dict[bytes, _Pending] = {}
        self.changes = 0
        self._news = asyncio.Event()

    async def verify(self, credential: str, now: int, check: Check) -> Verified | None:
        """Give what a credential stands for: from memory, else by ``check``, run once for all who wait."""
        digest = hashlib.blake2b(credential.encode(errors="surrogatepass"), key=self._key, digest_size=32).digest()
        known = self._known.get(digest)
        if known is not None and known.until > now:
            return known
        pending = self._pending.get(digest)
        if pending is None:
            pending = asyncio.ensure_future(self._check(digest, check))
            self._pending[digest] = pending
            pending.add_done_callback(lambda done: self._finish(digest, done))
        return await asyncio.shield(pending)

    def forget(self, user_name: str) -> None:
        """Remember nothing of a user whose password or rights changed, nor what is being checked just now."""
        self.changes += 1
        self._pending.clear()
        self._news.set()
        self._news = asyncio.Event()
        self._known = {digest: one for digest, one in self._known.items() if one.user_name != user_name}

    async def wait_for_change(self) -> None:
        """Wait until somebody's password or rights change, or a session is ended."""
        await self._news.wait()

    async def _check(self, digest: bytes, check: Check) -> Verified | None:
        changes = self.changes
        found = await check()
        self._known.pop(digest, None)
        if found is not None and changes == self.changes:
            if len(self._known) >= _MOST_REMEMBERED:
                del self._known[next(iter(self._known))]
            self._known[digest] = found
        return found

    def _finish(self, digest: bytes, done: _Pending) -> None:
        if self._pending.get(digest) is done:
            del self._pending[digest]
        if not done.cancelled():
            done.exception()  # those who waited have it; all of them may have gone away
