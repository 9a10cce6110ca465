"""How many streams each user has open, so that nobody can take every connection of the server. For one event loop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tiercel.errors import UnavailableError
from tiercel.operations.actor import Actor


class TooManyStreamsError(UnavailableError):
    """One user follows in too many places at once."""


class Followers:
    """Counts streams of every kind.

    Attributes:
        counts: Of each user that has any.
    """

    def __init__(self, most: int) -> None:
        self.counts: dict[str, int] = {}
        self._most = most

    @contextmanager
    def counted(self, actor: Actor) -> Iterator[None]:
        """Count a stream for as long as the context lasts.

        Raises:
            TooManyStreamsError: The user has too many already.
        """
        count = self.counts.get(actor.name, 0)
        if count >= self._most:
            raise TooManyStreamsError(
                f"{actor.name} follows events in {self._most} places already: "
                "close one, or share one stream between windows"
            )
        self.counts[actor.name] = count + 1
        try:
            yield
        finally:
            self.counts[actor.name] -= 1
            if not self.counts[actor.name]:
                del self.counts[actor.name]
