"""Counts what each user asks for, so that a program in a loop cannot go on with it without end."""

from __future__ import annotations

from tiercel.errors import UnavailableError

WINDOW = 60 * 1_000_000
_MOST_COUNTED = 10_000


class TooManyCallsError(UnavailableError):
    """A user asked for something too often; ``retry_after`` is in seconds."""

    def __init__(self, kind: str, limit: int, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"{limit} {kind} a minute are allowed. Try again in {retry_after} seconds")


class CallRates:
    """The counts, in memory: each user's since the beginning of the present minute.

    Args:
        kind: What is counted, in words.
    """

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._counts: dict[str, tuple[int, int]] = {}

    def take(self, user_name: str, limit: int, now: int) -> None:
        """Count one more.

        Raises:
            TooManyCallsError: No further one is allowed now.
        """
        since, count = self._counts.get(user_name, (now, 0))
        if now >= since + WINDOW:
            since, count = now, 0
        if count >= limit:
            raise TooManyCallsError(self._kind, limit, max(1, (since + WINDOW - now) // 1_000_000))
        if user_name not in self._counts and len(self._counts) >= _MOST_COUNTED:
            del self._counts[next(iter(self._counts))]
        self._counts[user_name] = since, count + 1
