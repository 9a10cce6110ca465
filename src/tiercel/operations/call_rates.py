"""Counts calls of tools, so that a language model in a loop cannot start things without end."""

from __future__ import annotations

from tiercel.errors import UnavailableError

WINDOW = 60 * 1_000_000
_MOST_COUNTED = 10_000


class TooManyCallsError(UnavailableError):
    """A user called tools too often; ``retry_after`` is in seconds."""

    def __init__(self, limit: int, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"{limit} calls of tools a minute are allowed. Try again in {retry_after} seconds")


class CallRates:
    """The counts, in memory: each user's since the beginning of the present minute."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[int, int]] = {}

    def take(self, user_name: str, limit: int, now: int) -> None:
        """Count a call.

        Raises:
            TooManyCallsError: No further one is allowed now.
        """
        since, count = self._counts.get(user_name, (now, 0))
        if now >= since + WINDOW:
            since, count = now, 0
        if count >= limit:
            raise TooManyCallsError(limit, max(1, (since + WINDOW - now) // 1_000_000))
        if user_name not in self._counts and len(self._counts) >= _MOST_COUNTED:
            del self._counts[next(iter(self._counts))]
        self._counts[user_name] = since, count + 1
