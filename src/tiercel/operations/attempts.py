"""Counts attempts to sign in that failed, so that passwords cannot be tried out.

Three counts run: of one name from one address, of all names from one address, of one name from anywhere. The last is
far larger, since it lets a stranger lock a user out. Names that do not exist are counted like any other.
"""

from __future__ import annotations

from tiercel.errors import UnavailableError

WINDOW = 300 * 1_000_000
"""Microseconds after the first failure in which the others are counted."""

_PAIR, _ADDRESS, _NAME = 10, 30, 100
_MOST_COUNTED = 50_000

Key = tuple[str, str]


class TooManyAttemptsError(UnavailableError):
    """Signing in failed too often; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"Signing in failed too often. Try again in {retry_after} seconds")


class Attempts:
    """The counts, in memory."""

    def __init__(self) -> None:
        self._counts: dict[Key, tuple[int, int]] = {}

    def take(self, name: str, address: str, now: int) -> None:
        """Count an attempt before it is known how it ends, so that many at once do not pass.

        Raises:
            TooManyAttemptsError: No further one is allowed now.
        """
        self.check(name, address, now)
        for key, _ in _limits(name, address):
            since, count = self._count(key, now)
            self._set(key, since, count + 1)

    def check(self, name: str, address: str, now: int) -> None:
        """Refuse whoever failed too often, whatever is shown this time.

        Raises:
            TooManyAttemptsError: No further attempt is allowed now.
        """
        if not self._counts:
            return
        for key, limit in _limits(name, address):
            since, count = self._count(key, now)
            if count >= limit:
                raise TooManyAttemptsError(max(1, (since + WINDOW - now) // 1_000_000))

    def give_back(self, name: str, address: str) -> None:
        """Take an attempt out of the counts, because it did not fail."""
        for key, _ in _limits(name, address):
            since, count = self._counts.get(key, (0, 0))
            if count > 1:
                self._counts[key] = since, count - 1
            else:
                self._counts.pop(key, None)

    def _count(self, key: Key, now: int) -> tuple[int, int]:
        since, count = self._counts.get(key, (now, 0))
        return (since, count) if now < since + WINDOW else (now, 0)

    def _set(self, key: Key, since: int, count: int) -> None:
        if key not in self._counts and len(self._counts) >= _MOST_COUNTED:
            del self._counts[next(iter(self._counts))]
        self._counts[key] = since, count


def _limits(name: str, address: str) -> tuple[tuple[Key, int], ...]:
    return ((name, address), _PAIR), (("", address), _ADDRESS), ((name, ""), _NAME)
