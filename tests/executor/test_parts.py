"""Timers, the fan-out, residents and ledgers by themselves."""

from __future__ import annotations

import pytest

from tiercel.engine import Plan, Run, Start, new_execution
from tiercel.executor.admission import Admission
from tiercel.executor.residents import Resident, Residents
from tiercel.executor.stream import Stream, snapshot
from tiercel.executor.timers import Timers
from tiercel.model.claims import Claim
from tiercel.model.dialect import Dialect
from tiercel.model.event import ExecutionAdmitted, ExecutionQueued, ExecutionRefused, KillRequested, RunForced
from tiercel.model.flow import Concurrency, ConcurrencyBehavior, Flow
from tiercel.model.log import LogEntry, LogLevel
from tiercel.model.state import State
from tiercel.operations.streams import ExecutionChanged, LogsWritten
from tiercel.repository.limits import Standing


def make_run(execution_id: str, limit: int = 0, behavior: ConcurrencyBehavior = ConcurrencyBehavior.QUEUE) -> Run:
    concurrency = Concurrency(limit=limit, behavior=behavior) if limit else None
    flow = Flow(id="f", namespace="n", dialect=Dialect.V1_3, tasks=(), concurrency=concurrency)
    return Run.start(Plan(flow), new_execution(flow, execution_id, 0, Start()))


class TestTimers:
    def test_the_earliest_comes_first_and_only_what_is_due(self) -> None:
        timers = Timers()
        timers.set("b", (None, "x"), 20)
        timers.set("a", ("t", "x"), 10)
        timers.set("c", (None, "x"), 30)
        assert timers.next_at() == 10
        assert timers.pop_due(20) == [("a", ("t", "x"), 10), ("b", (None, "x"), 20)]
        assert timers.pop_due(20) == []
        assert timers.next_at() == 30

    def test_setting_again_replaces(self) -> None:
        timers = Timers()
        timers.set("a", (None, "x"), 10)
        timers.set("a", (None, "x"), 50)
        assert timers.pop_due(10) == []
        timers.set("a", (None, "x"), 5)
        assert timers.pop_due(100) == [("a", (None, "x"), 5)]

    def test_cancelled_ones_never_fire(self) -> None:
        timers = Timers()
        timers.set("a", (None, "x"), 10)
        timers.set("a", ("t", "y"), 11)
        timers.set("b", (None, "x"), 12)
        timers.cancel("b", (None, "x"))
        timers.cancel("b", (None, "never set"))
        timers.cancel_all("a")
        assert timers.next_at() is None
        assert timers.pop_due(100) == []

    def test_cancelled_ones_do_not_pile_up(self) -> None:
        timers = Timers()
        timers.set("kept", (None, "x"), 7_000)
        for number in range(10_000):
            timers.set(f"e{number}", (None, "x"), 9_000)
            timers.set(f"e{number}", (None, "x"), 8_000)
            timers.cancel(f"e{number}", (None, "x"))
            timers.set(f"f{number}", (None, "x"), 8_000)
            timers.cancel_all(f"f{number}")
        assert timers.held_count < 2_000
        assert timers.pop_due(9_000) == [("kept", (None, "x"), 7_000)]
        assert timers.next_at() is None


class TestStream:
    async def test_followers_of_one_see_only_that_one(self) -> None:
        stream = Stream()
        one, other = make_run("one").execution, make_run("other").execution
        with stream.subscribe("one") as feed, stream.subscribe() as all_of_them:
            stream.publish_execution(one, [])
            stream.publish_execution(other, [])
            assert await feed.next(0) == ExecutionChanged(one)
            assert await feed.next(0) is None
            assert [await all_of_them.next(0), await all_of_them.next(0)] == [
                ExecutionChanged(one),
                ExecutionChanged(other),
            ]
        assert not stream.has_followers("one")

    async def test_lines_come_in_order_and_the_end_ends_it(self) -> None:
        stream = Stream()
        entry = LogEntry(at=1, level=LogLevel.INFO, message="m", namespace="n", flow_id="f", execution_id="one")
        with stream.subscribe("one") as feed:
            stream.publish_logs("one", [entry])
            stream.close()
            assert await feed.next() == LogsWritten("one", (entry,))
            assert await feed.next() is None
            assert await feed.next() is None

    def test_a_snapshot_does_not_change_with_the_record(self) -> None:
        execution = make_run("one").execution
        copy = snapshot(execution)
        execution.history.append((State.RUNNING, 1))
        execution.state = State.RUNNING
        assert copy.history == [(State.CREATED, 0)]
        assert copy.state is State.CREATED


class TestResidents:
    def test_idle_ones_leave_and_busy_ones_stay(self) -> None:
        residents = Residents(1)
        found = [Resident(make_run(name)) for name in ("a", "b", "c", "d")]
        for resident in found:
            residents.add(resident)
        found[0].jobs.add("job")
        residents.touch(found[1])
        residents.trim()
        assert [one.id for one in found if residents.find(one.id)] == ["a"]

    def test_the_owner_of_iterations_stays_with_them(self) -> None:
        residents = Residents(0)
        owner = Resident(make_run("owner"))
        child = Resident(make_run("child"), owner=owner)
        child.drafts = 1
        residents.add(owner)
        residents.add(child)
        residents.trim()
        assert residents.find("owner") is owner
        child.drafts = 0
        residents.trim()
        residents.trim()
        assert len(residents) == 0


class TestAdmission:
    @pytest.fixture
    def admission(self) -> Admission:
        admission = Admission(lambda: 7)
        admission.note_limits(("n", "f"), 1, make_run("a", 1).plan.flow.concurrency)
        admission.learn(("n", "f"), [], [])
        return admission

    def test_a_flow_without_a_limit_needs_no_ledger(self) -> None:
        event = ExecutionAdmitted(at=1)
        assert Admission(lambda: 0).before(make_run("a"), event).events == (event,)

    def test_other_events_pass(self, admission: Admission) -> None:
        event = KillRequested(at=1)
        assert admission.before(make_run("a", 1), event).events == (event,)

    def test_the_slot_goes_to_the_one_that_waits_longest(self, admission: Admission) -> None:
        runs = [make_run(name, 1) for name in ("a", "b", "c")]
        event, queued = ExecutionAdmitted(at=1), [ExecutionQueued(at=7)]
        assert admission.before(runs[0], event).events == (event,)
        assert admission.before(runs[1], event).events == queued
        assert admission.before(runs[2], event).events == queued
        assert admission.release(runs[0].execution) == ["b"]
        assert admission.before(make_run("late", 1), event).events == queued
        assert admission.before(runs[1], event).events == (event,)
        assert admission.release(runs[2].execution) == []
        assert admission.release(runs[1].execution) == ["late"]

    def test_asking_twice_takes_one_slot(self, admission: Admission) -> None:
        admission.note_limits(("n", "f"), 2, make_run("a", 2).plan.flow.concurrency)
        run, event = make_run("a", 2), ExecutionAdmitted(at=1)
        assert admission.before(run, event) == admission.before(run, event)
        assert admission.before(make_run("b", 2), event).events == (event,)

    def test_one_that_has_ended_takes_no_slot_when_it_is_told_that_it_may_start(self, admission: Admission) -> None:
        ended = make_run("a", 1)
        ended.execution.state = State.KILLED
        event = ExecutionAdmitted(at=1)
        assert admission.before(ended, event).events == (event,)
        assert admission.before(make_run("b", 1), event).events == (event,)

    def test_one_that_ends_while_its_ledger_is_read_holds_nothing(self) -> None:
        admission = Admission(lambda: 7)
        run = make_run("old", 1)
        admission.begin_learning(("n", "f"))
        admission.release(run.execution)
        claim = Claim(execution_id="old", namespace="n", flow_id="f")
        admission.learn(("n", "f"), [Standing(claim=claim, revision=1)], [])
        admission.note_limits(("n", "f"), 1, run.plan.flow.concurrency)
        assert admission.before(make_run("b", 1), ExecutionAdmitted(at=1)).events == (ExecutionAdmitted(at=1),)

    def test_force_goes_over_the_limit(self, admission: Admission) -> None:
        admission.before(make_run("a", 1), ExecutionAdmitted(at=1))
        assert admission.before(make_run("b", 1), RunForced(at=2)).events == (RunForced(at=2),)

    def test_refusal_says_why(self, admission: Admission) -> None:
        failing = make_run("a", 1, ConcurrencyBehavior.FAIL)
        admission.note_limits(("n", "f"), 2, failing.plan.flow.concurrency)
        admission.before(failing, ExecutionAdmitted(at=1))
        (refused,) = admission.before(make_run("b", 1, ConcurrencyBehavior.FAIL), ExecutionAdmitted(at=1)).events
        assert isinstance(refused, ExecutionRefused)
        assert refused.state is State.FAILED
        assert "1 of flow n.f" in refused.message
