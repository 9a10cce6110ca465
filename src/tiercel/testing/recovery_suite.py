"""What every database must keep of work that is under way, and give back to those who take it up again."""

from __future__ import annotations

from msgspec.structs import replace

from tiercel.model.event import ChildEnded, TimerFired
from tiercel.model.state import State
from tiercel.repository import inbox, jobs, recovery, timers
from tiercel.repository.batch import Batch, prepare_batch
from tiercel.repository.connection import Connection
from tiercel.repository.database import Database
from tiercel.repository.records import InboxEntry, Timer
from tiercel.testing.builders import START, build_execution, build_job, build_task_run


class RecoverySuite:
    """Subclass with a fixture ``database`` that gives an empty open database."""

    async def test_jobs_timers_and_events_live_until_they_are_done(self, database: Database) -> None:
        job = build_job("e1", "t1")
        timer = Timer(execution_id="e1", shard=0, key="timeout", at=START, task_run_id="t1")
        own = Timer(execution_id="e1", shard=0, key="sla", at=START - 1)
        event = TimerFired(at=START, key="sla")
        await _save(
            database,
            Batch(jobs=[job], timers=[timer, own], inbox=[InboxEntry(execution_id="e1", shard=0, event=event)]),
        )
        assert await database.read(lambda c: jobs.list_jobs(c, "e1")) == [job]
        assert await database.read(lambda c: timers.list_timers(c, "e1")) == [own, timer]
        (entry,) = (await database.read(lambda c: inbox.list_inbox(c, [0], limit=10))).entries
        assert entry.event == event
        done = Batch(
            done_jobs=[("e1", "t1", 1)],
            cancelled_timers=[("e1", "t1", "timeout"), ("e1", None, "sla")],
            done_inbox=[entry.id],
        )
        await _save(database, done)
        assert await database.read(lambda c: jobs.list_jobs(c, "e1")) == []
        assert await database.read(lambda c: timers.list_timers(c, "e1")) == []
        assert (await database.read(lambda c: inbox.list_inbox(c, [0], limit=10))).entries == []

    async def test_a_job_and_a_timer_are_replaced_within_one_batch(self, database: Database) -> None:
        first = Timer(execution_id="e", shard=0, key="retry", at=START, task_run_id="t")
        await _save(database, Batch(jobs=[build_job(token=1)], timers=[first]))
        second = replace(first, at=START + 5)
        await _save(
            database,
            Batch(
                jobs=[build_job(token=2)],
                done_jobs=[("e", "t", 1)],
                timers=[second],
                cancelled_timers=[("e", "t", "retry")],
            ),
        )
        assert await database.read(lambda c: jobs.list_jobs(c, "e")) == [build_job(token=2)]
        assert await database.read(lambda c: timers.list_timers(c, "e")) == [second]
        await _save(database, Batch(done_jobs=[("e", "t", 1)]))
        assert await database.read(lambda c: jobs.list_jobs(c, "e")) == [build_job(token=2)]

    async def test_events_come_in_the_order_they_were_sent(self, database: Database) -> None:
        events = [
            ChildEnded(at=n, task_run_id="t", child_id=f"c{n}", state=State.SUCCESS, outputs={"n": n}) for n in range(5)
        ]
        for event in events:
            await _save(database, Batch(inbox=[InboxEntry(execution_id="e", shard=event.at % 2, event=event)]))
        found = await database.read(lambda c: inbox.list_inbox(c, [0, 1], limit=3))
        rest = await database.read(lambda c: inbox.list_inbox(c, [0, 1], after_id=found.last_id, limit=10))
        assert [entry.event for entry in (*found.entries, *rest.entries)] == events
        assert (found.is_full, rest.is_full) == (True, False)
        odd = await database.read(lambda c: inbox.list_inbox(c, [1], limit=9))
        assert [entry.event for entry in odd.entries] == events[1::2]

    async def test_an_event_that_cannot_be_read_hides_no_other(self, database: Database) -> None:
        events = [TimerFired(at=n, key="sla") for n in range(2)]

        def damage(connection: Connection) -> None:
            for raw in (b"\xc1", b"\x81\xa4type\xa7Unknown", b"\x81\xa4type\xaaTimerFired"):
                connection.execute("INSERT INTO inbox (shard, execution_id, event) VALUES (0, 'e', ?)", (raw,))

        await _save(database, Batch(inbox=[InboxEntry(execution_id="e", shard=0, event=events[0])]))
        await database.write(damage)
        await _save(database, Batch(inbox=[InboxEntry(execution_id="e", shard=0, event=events[1])]))
        page = await database.read(lambda c: inbox.list_inbox(c, [0], limit=9))
        assert [entry.event for entry in page.entries] == events
        assert await database.read(lambda c: inbox.list_unread(c, "e")) == events
        assert [(one.execution_id, bool(one.reason)) for one in page.unreadable] == [("e", True)] * 3
        await database.write(lambda c: inbox.remove_from_inbox(c, [one.id for one in page.unreadable]))
        left = await database.read(lambda c: inbox.list_inbox(c, [0], limit=9))
        assert (left.entries, left.unreadable) == (page.entries, [])

    async def test_recovery_finds_all_that_somebody_must_wake(self, database: Database) -> None:
        at_work, created, delayed, idle = (
            build_execution(number, state)
            for number, state in enumerate((State.RUNNING, State.CREATED, State.CREATED, State.PAUSED))
        )
        over = build_execution(4, State.SUCCESS, is_over=True)
        due = [
            Timer(execution_id=delayed.id, shard=0, key="@scheduled", at=START),
            Timer(execution_id=idle.id, shard=0, key="k", at=START + 1, task_run_id="t"),
        ]
        batch = Batch(executions=[at_work, created, delayed, idle, over], jobs=[build_job(at_work.id)], timers=due)
        await _save(database, batch)
        found = await database.read(recovery.read_unfinished)
        assert found.attention == [at_work.id, created.id]
        assert sorted(found.timers, key=lambda timer: timer[3]) == [
            (delayed.id, None, "@scheduled", START),
            (idle.id, "t", "k", START + 1),
        ]

    async def test_an_execution_is_read_with_all_that_it_waits_for(self, database: Database) -> None:
        execution = build_execution(1)
        runs = [build_task_run(execution, 0, State.RUNNING), build_task_run(execution, 1, State.SUCCESS)]
        unread, told, foreign = (
            build_execution(number, State.SUCCESS, parent_id=execution.id, parent_task_run_id=run.id)
            for number, run in ((2, runs[0]), (3, runs[0]), (4, runs[1]))
        )
        end = ChildEnded(at=START, task_run_id=runs[0].id, child_id=unread.id, state=State.SUCCESS, position=0)
        batch = Batch(
            executions=[execution, unread, told, foreign],
            task_runs=runs,
            jobs=[build_job(execution.id)],
            inbox=[InboxEntry(execution_id=execution.id, shard=0, event=end)],
        )
        await _save(database, batch)
        found = await database.read(lambda c: recovery.read_stored(c, [execution.id, "missing"]))
        stored = found.pop(execution.id)
        assert found == {}
        assert (stored.execution, stored.task_runs) == (execution, runs)
        assert [job.execution_id for job in stored.jobs] == [execution.id]
        assert {child.id: child.state for child in stored.children} == {
            unread.id: State.RUNNING,
            told.id: State.SUCCESS,
        }


async def _save(database: Database, batch: Batch) -> None:
    await database.write(prepare_batch(batch))
