"""The loop: turns are taken and put together in drafts, drafts are committed one after another, what follows is done.

While one draft is on its way to the disk the next one is built on top of it; so there is one commit at a time, and
each takes along all that was decided since the one before.

Failures. A turn that raises fails its execution, nothing else. A commit that fails voids all that is in memory, since
later turns were built on it: the loop then does what it does after a crash, goes on from the last commit, and is told
again what workers had reported. Requests that were not committed are refused as safe to repeat.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

from tiercel.errors import ConflictError, UnavailableError
from tiercel.executor.aftermath import Aftermath
from tiercel.executor.draft import Draft
from tiercel.executor.intake import Intake
from tiercel.executor.letters import Letter
from tiercel.executor.memory import Memory
from tiercel.executor.orders import Office
from tiercel.executor.residents import Resident
from tiercel.executor.shards import Shards
from tiercel.executor.sources import Sources
from tiercel.executor.stream import Stream
from tiercel.executor.turn import take_turn
from tiercel.repository.connection import Connection
from tiercel.repository.database import Database

Step = TypeVar("Step")

_SLICE_MICROS = 5_000
_LONGEST_PATIENCE_SECONDS = 5.0
_log = logging.getLogger("tiercel.executor")


class Loop:
    """Takes turns and commits; made once the executor knows with whom it works."""

    def __init__(  # noqa: PLR0913 (the parts of the executor, joined once)
        self,
        office: Office,
        intake: Intake,
        aftermath: Aftermath,
        sources: Sources,
        shards: Shards,
        *,
        database: Database,
        stream: Stream,
        on_announced: Callable[[], None],
    ) -> None:
        self._office = office
        self._memory: Memory = office.memory
        self._intake = intake
        self._aftermath = aftermath
        self._sources = sources
        self._shards = shards
        self._database = database
        self._stream = stream
        self._on_announced = on_announced
        self._draft = Draft()
        self._committing: asyncio.Task[None] | None = None
        self._failures = 0
        self._is_alone = False

    async def run(self) -> None:
        """Take turns for as long as there are any, committing as often as the disk allows; until cancelled."""
        while True:
            await self._memory.has_work.wait()
            self._memory.has_work.clear()
            try:
                await self._work()
            except Exception as error:  # noqa: BLE001 (one fault must not stop everything)
                _log.exception("the executor goes on from the last commit")
                await self._commit_under_way()
                await self._start_over(self._draft, error)

    async def finish(self) -> None:
        """Commit what was decided; to be called after ``run`` was cancelled."""
        await self._commit_under_way()
        if not self._draft.is_empty:
            await self._commit_draft()
            await self._commit_under_way()

    async def expel(self, resident: Resident, error: Exception) -> None:
        """Take an execution out of what is to be committed; returns when no commit that has it is under way."""
        for letter in (*resident.mail, *self._draft.expel(resident)):
            letter.settle(error)
        await self._commit_under_way()

    async def _commit_under_way(self) -> None:
        if self._committing is not None:
            await asyncio.wait({self._committing})

    async def _work(self) -> None:
        memory = self._memory
        while memory.ready or not self._draft.is_empty:
            if memory.ready and not self._draft.is_full:
                self._take_turns()
                if memory.ready:
                    await asyncio.sleep(0)  # they took all their time; what follows takes as long again
            if self._committing is None and not self._draft.is_empty:
                await self._commit_draft()
            elif self._committing is not None and (self._draft.is_full or not memory.ready):
                await asyncio.shield(self._committing)
                continue
            await asyncio.sleep(0)
        self._sources.set_alarm()

    def _take_turns(self) -> None:
        """Give turns for as long as the event loop may be kept from others."""
        memory, draft, clock = self._memory, self._draft, self._office.clock
        deadline = clock() + _SLICE_MICROS
        while memory.ready and not draft.is_full:
            self._take_turn(memory.next_ready())
            if clock() >= deadline or (self._is_alone and not draft.is_empty):
                return

    def _take_turn(self, resident: Resident) -> None:
        owed = self._draft.owed.pop(resident.id, None)
        if self._memory.residents.find(resident.id) is not resident:
            return
        try:
            take_turn(self._office, self._draft, resident)
        except Exception as error:  # noqa: BLE001 (a fault of deciding must not stop the others)
            _log.exception("deciding about execution %s failed", resident.id)
            self._fail(resident, f"Internal error while deciding what comes next: {error!r}")
            return
        if resident.has_work:
            self._memory.wake(resident)
        if owed is not None and resident.mail:
            self._draft.owed[resident.id] = resident  # what it was told may be among what is left

    def _fail(self, resident: Resident, reason: str) -> None:
        """Take a broken execution out of the draft, and fail it from what was last committed of it."""
        letters = [*self._draft.expel(resident), *resident.mail]
        self._memory.residents.drop(resident.id)
        for letter in letters:
            letter.settle(ConflictError(reason))
        if any(letter.fault is not None for letter in letters):
            return  # even its end cannot be decided; it is left as it was last stored
        verdict = Letter(resident.id, fault=reason)
        if self._committing is None:
            self._intake.deliver(verdict)
        else:  # what is on its way to the disk must be there when it is read
            self._committing.add_done_callback(lambda _: self._intake.deliver(verdict))

    async def _commit_draft(self) -> None:
        """Close the draft and send it on its way; returns when its rows are made, so that turns may be taken again."""
        draft = self._draft
        while draft.owed:
            self._take_turn(next(iter(draft.owed.values())))
            await asyncio.sleep(0)
        self._draft = Draft()
        is_made = asyncio.Event()
        self._committing = asyncio.create_task(self._commit(draft, is_made))
        await is_made.wait()

    async def _make_rows(self, draft: Draft) -> list[Callable[[Connection], None]]:
        """Make what writes a draft."""
        shards = {resident.run.execution.shard for resident in draft.touched.values()}
        pieces = await self._give_way(draft.seal(self._shards.of(shards), self._stream))
        return [piece for piece in pieces if piece is not None]

    async def _give_way(self, steps: Iterator[Step]) -> list[Step]:
        """Go through steps, and let others have the loop whenever they have taken long."""
        done: list[Step] = []
        clock = self._office.clock
        began_at = clock()
        for step in steps:
            done.append(step)
            if clock() - began_at >= _SLICE_MICROS:
                await asyncio.sleep(0)
                began_at = clock()
        return done

    async def _commit(self, draft: Draft, is_made: asyncio.Event) -> None:
        """Store a draft; a task of its own, which a closing lets come to its end, since half of a draft is none."""
        try:
            saves = await self._make_rows(draft)
        except Exception as error:  # noqa: BLE001 (a record that cannot be written as a row)
            _log.exception("a commit could not be prepared")
            is_made.set()
            await self._start_over(draft, error)
            return
        is_made.set()

        def save(connection: Connection) -> None:
            for part in saves:
                part(connection)

        try:
            await self._database.write(save)
        except Exception as error:  # noqa: BLE001 (what cannot be stored must not stop what can)
            await self._start_over(draft, error)
            return
        self._failures = 0
        self._is_alone = False
        draft.release()
        try:
            await self._give_way(self._aftermath.follow(draft))
        except Exception as error:  # noqa: BLE001 (what is stored is stored, whatever goes wrong afterwards)
            _log.exception("what follows a commit could not be done")
            for letter in draft.letters:
                letter.settle()
            await self._start_over(Draft(), error)
            return
        self._committing = None
        self._memory.residents.trim()
        self._memory.has_work.set()
        if draft.announcements:
            self._on_announced()
        if draft.posts:
            await self._sources.read_posts()

    async def _start_over(self, draft: Draft, error: Exception) -> None:
        """Go back to the last commit: what is in memory was built on one that failed."""
        self._failures += 1
        patience = min(0.1 * 2**self._failures, _LONGEST_PATIENCE_SECONDS)
        _log.error("a commit failed, going on from the one before: %s", error)
        refusal = UnavailableError(f"the change could not be stored, the same call may be repeated: {error}")
        read = draft.letters if draft is self._draft else [*draft.letters, *self._draft.letters]
        letters = [*read, *self._memory.clear(), *self._intake.clear()]
        self._draft = Draft()
        kept: list[Letter] = []
        for letter in letters:
            if letter.waiter is not None:
                letter.settle(refusal)
            elif not (letter.is_internal or letter.inbox_id or letter.timer):
                kept.append(letter)
        await asyncio.sleep(patience)
        await self._sources.take_up_again()
        # The one that cannot be stored is found by committing one execution at a time.
        self._is_alone = not isinstance(error, UnavailableError)
        if self._is_alone and len(draft.touched) == 1:
            for execution_id in draft.touched:
                kept = [letter for letter in kept if letter.execution_id != execution_id]
                kept.append(Letter(execution_id, fault=f"The execution could not be stored: {error}"))
        self._committing = None
        for letter in kept:
            self._intake.deliver(letter)
        self._memory.has_work.set()
