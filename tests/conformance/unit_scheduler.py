"""Unit cases of the scheduler: a schedule with a past, on an installation whose clock the case sets."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from conformance.schedules_run import micros
from conformance.unit_words import plain
from scheduler.clockwork import Clockwork, open_clockwork
from tiercel.model.execution import Execution
from tiercel.operations import backfilling, flows, triggers
from tiercel.operations.actor import LOCAL
from tiercel.operations.backfilling import BackfillRequest
from tiercel.plugins import PollingTrigger, RunContext
from tiercel.repository.triggers import StoredTrigger, find_trigger, update_trigger
from tiercel.testing.clock import FakeClock

if TYPE_CHECKING:
    from conformance.facts import Facts
    from conformance.units_run import UnitRun

NAMESPACE, FLOW_ID = "io.kestra.tests", "scheduled"


class Ready(PollingTrigger, type="test.Ready", example="type: test.Ready"):
    """Always finds something."""

    def evaluate(self, ctx: RunContext) -> dict[str, str]:
        return {}


async def scheduler(run: UnitRun, case: Facts) -> None:
    """Give a schedule its past, let the scheduler go on from there, and check what comes of it."""
    trigger = dict(case["trigger"])
    if trigger["type"].startswith("test polling trigger"):
        trigger["type"] = "test.Ready"
    key = (NAMESPACE, FLOW_ID, trigger["id"])
    # The cases come from flows built without validation, which refuses an input with both of these.
    inputs = [{name: value for name, value in one.items() if name != "required"} for one in case["flow"]["inputs"]]
    flow = {"id": FLOW_ID, "namespace": NAMESPACE, **case["flow"], "inputs": inputs, "triggers": [trigger]}
    now = run.words.now
    clock = FakeClock(now)
    with tempfile.TemporaryDirectory() as home:
        async with open_clockwork(Path(home), clock, plugins_added=(Ready,)) as works:
            await _give_past(works, key, json.dumps(flow), case)
        async with open_clockwork(Path(home), clock, plugins_added=(Ready,)) as works:
            await works.scheduler.step()
            first = await triggers.get_trigger(works.environment, LOCAL, key)
            while works.scheduler.looks_under_way:
                await works.environment.bell.wait(5)
            await works.run()
            executions = await works.executions(FLOW_ID)
            last = await triggers.get_trigger(works.environment, LOCAL, key)
    _check(run, case, (first, last), executions)


async def _give_past(works: Clockwork, key: tuple[str, str, str], source: str, case: Facts) -> None:
    """Store the flow as if it had been there since the last date of the case."""
    environment, clock = works.environment, works.clock
    now = clock.now
    if "last_trigger_date" in case:
        clock.now = _read(case, case["last_trigger_date"])
    await flows.save_flow(environment, LOCAL, source)
    if case["trigger"]["type"].endswith("Schedule"):
        await works.scheduler.step()
    clock.now = now
    state = case.get("trigger_state") or {}
    if state:
        await triggers.set_disabled(environment, LOCAL, key, is_disabled=state["disabled"])
        await environment.database.write(
            lambda connection: update_trigger(connection, _with_next(find_trigger(connection, key), state["next"]))
        )
    if "backfill" in case:
        request = BackfillRequest(start=micros(case["backfill"]["start"]), end=micros(case["backfill"]["end"]))
        await backfilling.create_backfill(environment, LOCAL, key, request)


def _with_next(trigger: StoredTrigger | None, at: str) -> StoredTrigger:
    if trigger is None:
        raise AssertionError("the trigger is not there")
    return replace(trigger, next_at=micros(at))


def _check(run: UnitRun, case: Facts, rows: tuple[StoredTrigger, StoredTrigger], executions: list[Execution]) -> None:
    first, last = rows
    expect = dict(case["expect"])
    for name, (date_at, next_at) in {
        "after_first_execution": (first.last_at, first.next_at),
        "after_start": (None, first.next_at),
    }.items():
        if name in expect:
            run.check("next", micros(expect[name]["next"]), next_at)
            run.check("date", micros(expect[name]["date"]) if "date" in expect[name] else None, date_at)
    if expect.get("next") == "unchanged":
        run.check("next", micros(case["trigger_state"]["next"]), last.next_at)
        run.check("executions", 0, len(executions))
    if expect.get("trigger_disabled_after_success"):
        run.check("executions", 1, len(executions))
        run.check("disabled", True, last.is_disabled)  # noqa: FBT003 (a fact)
    _check_executions(run, expect, executions)


def _check_executions(run: UnitRun, expect: Facts, executions: list[Execution]) -> None:
    dates = [one.scheduled_at for one in executions]
    if len(executions) < expect.get("executions_min", 0) or len(set(dates)) < expect.get("distinct_dates_min", 0):
        run.fail(f"found {len(executions)} executions for {len(set(dates))} dates")
    inputs = expect.get("execution_inputs") or (expect.get("every_execution") or {}).get("inputs")
    for execution in executions:
        if inputs is not None:
            run.check("inputs", inputs, plain(execution.inputs))
        if "execution_state" in expect:
            run.check("state", expect["execution_state"], execution.state.value)
            run.check("revision", 1, execution.revision)
    if "fourth_execution_date" in expect:
        run.check("date", _read(run.case, expect["fourth_execution_date"]), dates[3])


def _read(case: Facts, text: str) -> int:
    """Read a date. The zone beside a trigger is that of the machine, which is always UTC here."""
    return micros(f"{text[:19]}Z" if "timezone" in case else text)
