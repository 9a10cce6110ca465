"""The last minutes of events, kept once for all who follow.

Nobody has a queue of their own: who follows has a place in the ring, reads on from there at their own pace, and is told
to begin anew when the ring has moved past it. So a slow reader costs nothing, and one that comes back after its
connection broke reads on where it was. Frames are numbered within an epoch, which is another after a restart and after
every gap.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from itertools import takewhile

from msgspec import Struct

from tiercel.operations.actor import Action, Resource

SECONDS = 300.0
MOST_FRAMES = 50_000
MOST_BYTES = 32 * 1024 * 1024
_SLACK_SECONDS = 2.0


class Frame(Struct, frozen=True):
    """One event as it is sent.

    Attributes:
        resource: Of the right that is needed to see it, with ``action``, in ``namespace``.
        key: The execution it belongs to, empty when it belongs to none.
        user_name: Whom alone it is for; None = everybody who may see it.
        text: Without its id.
    """

    topic: str
    resource: Resource
    namespace: str
    key: str
    text: bytes
    user_name: str | None = None
    action: Action = Action.READ


class Ring:
    """For one event loop.

    Attributes:
        epoch: Numbers mean something within it only.
        last: The number of the newest frame, 0 when there was none.
        begun_at: Since when nothing was missed, on the clock that was given; None = it is not being filled.
    """

    def __init__(self, new_epoch: Callable[[], str], monotonic: Callable[[], float]) -> None:
        self._new_epoch = new_epoch
        self._monotonic = monotonic
        self._frames: deque[tuple[float, Frame]] = deque()
        self._bytes = 0
        self._news = asyncio.Event()
        self.epoch = new_epoch()
        self.last = 0
        self.begun_at: float | None = None

    def begin(self) -> None:
        """Note that from now on everything is added."""
        self.begun_at = self._monotonic()

    def add(self, frame: Frame) -> None:
        """Append a frame, let go of what is too old or too much, and wake who waits."""
        now = self._monotonic()
        self._frames.append((now, frame))
        self._bytes += len(frame.text)
        self.last += 1
        while self._bytes > MOST_BYTES or len(self._frames) > MOST_FRAMES or self._frames[0][0] < now - SECONDS:
            self._bytes -= len(self._frames.popleft()[1].text)
        self._wake()

    def break_off(self) -> None:
        """Begin another epoch: something was missed, so everybody has to begin anew."""
        self._frames.clear()
        self._bytes = 0
        self.epoch = self._new_epoch()
        self.last = 0
        self.begin()
        self._wake()

    def end(self) -> None:
        """Let go of everything: from now on nothing is added."""
        self.break_off()
        self.begun_at = None

    def has(self, epoch: str, seq: int) -> bool:
        """Tell whether all that came after a place is still here."""
        return epoch == self.epoch and self.last - len(self._frames) <= seq <= self.last

    def place_before(self, seconds: float) -> int | None:
        """Give the number after which everything of the last seconds comes; None when some of it is not here.

        More than was asked for comes, as what asked was on its way for a while.
        """
        moment = self._monotonic() - seconds
        if self.begun_at is None or moment < self.begun_at:
            return None
        moment = max(self.begun_at, moment - _SLACK_SECONDS)
        newer = sum(1 for _ in takewhile(lambda kept: kept[0] >= moment, reversed(self._frames)))
        is_whole = newer < len(self._frames) or newer == self.last
        return self.last - newer if is_whole else None

    def after(self, seq: int, limit: int) -> list[Frame]:
        """Give up to ``limit`` frames after a place that ``has`` says is here."""
        skipped = seq - (self.last - len(self._frames))
        return [self._frames[place][1] for place in range(skipped, min(skipped + limit, len(self._frames)))]

    async def wait(self, epoch: str, seq: int, timeout_seconds: float) -> bool:
        """Wait until there is something after a place; False when the time is over."""
        if (epoch, seq) != (self.epoch, self.last):
            return True
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._news.wait()
        except TimeoutError:
            return False
        return True

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
