"""Fills the ring from what this process publishes, and lets clients read it with their rights.

The ring is filled from when the first client comes until five minutes after the last one left: while nobody follows,
nothing is copied anywhere.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager

from msgspec import Struct

from tiercel.api.live.frames import (
    changed_frames,
    execution_frames,
    log_frames,
    notification_frame,
    text_of,
)
from tiercel.api.live.ring import SECONDS, Frame, Ring
from tiercel.errors import NotFoundError, UnavailableError
from tiercel.operations.actor import Action, Actor, Resource
from tiercel.operations.environment import Environment
from tiercel.operations.executions import ExecutionDetails, load_execution
from tiercel.operations.showing import shown_details
from tiercel.operations.streams import Change, Changed, ChangeMissed, ExecutionChanged, LogsWritten

_AT_ONCE = 200
_HEARTBEAT_SECONDS = 15.0
_LIFE_SECONDS = 600.0


class Wanted(Struct, frozen=True):
    """What a client follows.

    Attributes:
        topics: As a whole.
        keys: Of single executions, as (topic, id).
        last_event_id: Of the last frame it saw, empty when it begins.
        lookback: How long ago, in seconds, a client that begins has read what it shows; 0 = it reads everything when it
            is told to.
    """

    topics: frozenset[str]
    keys: frozenset[tuple[str, str]] = frozenset()
    last_event_id: str = ""
    lookback: float = 0.0

    def accepts(self, frame: Frame) -> bool:
        """Tell whether a frame is about what is wanted."""
        return frame.topic in self.topics or (frame.topic, frame.key) in self.keys


class Hub:
    """For one event loop.

    Attributes:
        followers: How many clients there are of each user.
        ring: What they read.
    """

    def __init__(self, environment: Environment) -> None:
        self.followers: dict[str, int] = {}
        self._environment = environment
        self.ring = Ring(environment.new_id, time.monotonic)
        self._filling: list[asyncio.Task[None]] = []
        self._ending: asyncio.TimerHandle | None = None

    @property
    def is_filling(self) -> bool:
        """Whether the ring is being filled."""
        return bool(self._filling)

    @contextmanager
    def admit(self, actor: Actor) -> Iterator[None]:
        """Fill the ring for as long as the context lasts, and a while longer."""
        self.followers[actor.name] = self.followers.get(actor.name, 0) + 1
        self._begin()
        try:
            yield
        finally:
            self.followers[actor.name] -= 1
            if not self.followers[actor.name]:
                del self.followers[actor.name]
            if not self.followers:
                self._end_later()

    def expect(self) -> None:
        """Fill the ring for a while, as somebody is about to follow who reads what there is first."""
        if not self._filling:
            self._begin()
            self._end_later()

    async def read(self, actor: Actor, wanted: Wanted) -> AsyncIterator[bytes]:
        """Give what is sent to a client, several frames at once where they wait.

        It ends when somebody's rights were changed, and after some minutes, so that the client has to say again who it
        is; it misses nothing when it comes back with the id of the last frame.
        """
        ends_at = time.monotonic() + _LIFE_SECONDS
        rights: dict[tuple[Resource, Action, str], bool] = {}
        changes = self._environment.access.changes
        ring = self.ring
        epoch, seq, is_new = self._place(wanted)
        if is_new:
            yield _numbered(epoch, seq, text_of("reset" if wanted.last_event_id else "ready", {}))
        elif not wanted.last_event_id:
            yield _place_alone(epoch, seq)
        while self._filling and self._environment.access.changes == changes and time.monotonic() < ends_at:
            if not await ring.wait(epoch, seq, _HEARTBEAT_SECONDS):
                # The place moves on though nothing was for this client, so that it can come back to it later.
                yield _place_alone(epoch, seq)
                continue
            if not ring.has(epoch, seq):
                epoch, seq = ring.epoch, ring.last
                yield _numbered(epoch, seq, text_of("reset", {}))
                continue
            frames = ring.after(seq, _AT_ONCE)
            chosen = [
                _numbered(epoch, number, frame.text)
                for number, frame in enumerate(frames, start=seq + 1)
                if wanted.accepts(frame) and _may_see(actor, frame, rights)
            ]
            seq += len(frames)
            if chosen:
                yield b"".join(chosen)

    def close(self) -> None:
        """Stop filling the ring; every client's stream ends."""
        self._end()

    def _place(self, wanted: Wanted) -> tuple[str, int, bool]:
        """Where a client reads on, and whether it has to read everything anew."""
        epoch, _, number = wanted.last_event_id.rpartition("-")
        if number.isdecimal() and self.ring.has(epoch, int(number)):
            return epoch, int(number), False
        if wanted.lookback and not wanted.last_event_id:
            place = self.ring.place_before(wanted.lookback)
            if place is not None:
                return self.ring.epoch, place, False
        return self.ring.epoch, self.ring.last, True

    def _begin(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None
        if not self._filling:
            self._filling = [asyncio.ensure_future(self._fill()), asyncio.ensure_future(self._fill_notifications())]
            for task in self._filling:
                task.add_done_callback(self._note_end)

    def _end_later(self) -> None:
        self._ending = asyncio.get_running_loop().call_later(SECONDS, self._end)

    def _end(self) -> None:
        self._ending = None
        for task in self._filling:
            task.cancel()
        self._filling = []
        self.ring.end()

    def _note_end(self, task: asyncio.Task[None]) -> None:
        if task in self._filling:
            self._end()
        if not task.cancelled():
            task.result()

    async def _fill(self) -> None:
        with self._environment.streams.subscribe() as subscription:
            lost = subscription.lost
            self.ring.begin()
            while (change := await subscription.next()) is not None:
                if subscription.lost != lost:
                    lost = subscription.lost
                    self.ring.break_off()
                for frame in await self._frames(change):
                    self.ring.add(frame)

    async def _fill_notifications(self) -> None:
        async for posted in self._environment.noticeboard.follow():
            self.ring.add(notification_frame(posted))

    async def _frames(self, change: Change) -> Iterable[Frame]:
        match change:
            case ExecutionChanged():
                return execution_frames(self._shown(change))
            case LogsWritten():
                return log_frames(change)
            case Changed():
                return changed_frames(change)
            case ChangeMissed():
                return await self._missed(change.execution_id)

    async def _missed(self, execution_id: str) -> Iterable[Frame]:
        """Read an execution whose commit had begun before anybody followed."""
        try:
            found = await load_execution(self._environment, execution_id)
        except (NotFoundError, UnavailableError):
            return ()
        return execution_frames(self._shown(ExecutionChanged(found.execution, tuple(found.task_runs))))

    def _shown(self, change: ExecutionChanged) -> ExecutionChanged:
        """Give the same with every secret hidden."""
        found = shown_details(self._environment, ExecutionDetails(change.execution, list(change.task_runs)))
        return ExecutionChanged(found.execution, tuple(found.task_runs), change.removed)


def _may_see(actor: Actor, frame: Frame, rights: dict[tuple[Resource, Action, str], bool]) -> bool:
    if frame.user_name not in {None, actor.name}:
        return False
    right = (frame.resource, frame.action, frame.namespace)
    known = rights.get(right)
    if known is None:
        known = rights[right] = actor.may(*right)
    return known


def _place_alone(epoch: str, number: int) -> bytes:
    return b"id: %s-%d\n: \n\n" % (epoch.encode(), number)


def _numbered(epoch: str, number: int, text: bytes) -> bytes:
    return b"id: %s-%d\n%s" % (epoch.encode(), number, text)
