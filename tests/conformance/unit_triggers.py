"""Unit cases of triggers: conditions, schedules evaluated at a date, Flow triggers and the labels triggers give."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any

from conformance.expression_host import MemoryHost
from conformance.schedules_run import REGISTRY, condition_of, evaluate, micros
from conformance.unit_words import plain
from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.conditions.evaluate import holds
from tiercel.engine.conditions.flow_trigger import match, plan_flow_trigger
from tiercel.engine.conditions.trigger_labels import trigger_labels
from tiercel.engine.conditions.upstream import Upstream
from tiercel.engine.date_text import date_text
from tiercel.engine.schedule.firing import next_look
from tiercel.engine.schedule.plan import SchedulePlan, plan_schedule
from tiercel.engine.schedule.schedule import decide
from tiercel.expressions import Context, compile_template
from tiercel.model.dialect import Dialect, DialectSetting
from tiercel.model.flow import Flow
from tiercel.model.schedule import Backfill, ScheduleState
from tiercel.model.state import State
from tiercel.source import parse_flow, resolve_inputs

if TYPE_CHECKING:
    from conformance.facts import Facts
    from conformance.units_run import UnitRun

NAMESPACE, FLOW_ID = "io.kestra.tests", "unit"
TASKS = [{"id": "hello", "type": "io.kestra.plugin.core.log.Log", "message": "hello"}]
PROSE = re.compile(r"first day of (last|this) month,? ([\d:]+)")
TODAY = re.compile(r"today ([\d:.]+)")
MONTH = re.compile(r"date ([+-]) 1 month")


async def condition(run: UnitRun, case: Facts) -> None:
    """Test a condition on the execution of the case."""
    named = json.loads(json.dumps(case).replace("{ns}", NAMESPACE).replace("{id}", FLOW_ID))
    given = (named.get("context") or {}).get("execution") or {}
    seen = {name: value for name, value in (named.get("context") or {}).items() if name != "execution"}
    context = replace(_context({**(named.get("variables") or {}), **seen}), upstream=_upstream(given))
    run.check("valid", named["expect"]["valid"], holds(condition_of(named["condition"]), context))


async def labels(run: UnitRun, case: Facts) -> None:
    """Give the labels of an execution."""
    given = [list((case.get(name) or {}).items()) for name in ("flow_labels", "trigger_labels")]
    found = trigger_labels(*given, _context(case.get("variables") or {}))
    run.check("labels", case["expect"]["exactly"], dict(found))
    run.check("number of labels", len(case["expect"]["exactly"]), len(found))


async def flow_trigger(run: UnitRun, case: Facts) -> None:
    """Start a flow for an upstream execution; its state is one the trigger looks at, since only the rest is tested."""
    expect, upstream = case["expect"], _upstream(case["upstream"])
    flow = _flow({**case["flow"], "triggers": [{**case["trigger"], "states": [upstream.state.value]}]})
    trigger = flow.triggers[0]
    context = replace(_context({}), upstream=upstream)
    plan = plan_flow_trigger(trigger, (flow.namespace, flow.id))
    run.check("fires", expect["fires"], match(plan, {}, 0, context).fires)
    found = trigger_labels(flow.labels, trigger.labels, context)
    run.check("label_count", expect["label_count"], len(found))
    run.check("labels", expect["labels_include"], dict(found))


async def schedule(run: UnitRun, case: Facts) -> None:
    """Evaluate a schedule at a date, or find the date it is evaluated at next."""
    given = (case.get("context") or {}).get("flow") or {}
    flow = _flow({**given, "triggers": [{"id": "schedule", **case["trigger"]}]})
    trigger, expect = flow.triggers[0], dict(case["expect"])
    plan = plan_schedule(trigger, Dialect.V1_3)
    dates = _Dates(plan.zone, run.words.now)
    context = _context({"flow": {"id": flow.id, "namespace": flow.namespace}})
    if "next_evaluation_date" in expect:
        _check_next(run, expect["next_evaluation_date"], plan, dates.read(case["last_date"]), context)
        return
    at = dates.read(case["evaluate_at"])
    if "backfill" in case:
        bounds = {name: dates.read(text) for name, text in case["backfill"].items()}
        backfill = Backfill(start=bounds["currentDate"], end=bounds["end"], position=bounds["currentDate"])
        decision = decide(plan, ScheduleState(backfill=backfill), bounds["currentDate"], context)
        run.check("fires", expect["fires"], decision.firing is not None)
        return
    got = evaluate(plan, at, context)
    run.check("fires", expect["fires"], got["fires"])
    if "date_offset" in expect:
        run.check("date_offset", {"$endsWith": expect["date_offset"]}, got["date"])
    for name in ("date", "next", "previous"):
        if name in expect:
            slot = at if expect[name] == "given" else dates.read(expect[name], micros(got["date"]))
            run.check(name, date_text(slot, plan.zone, Dialect.V1_3), got[name])
    run.check("labels", expect.get("labels_include") or {}, dict(trigger_labels(flow.labels, trigger.labels, context)))
    _check_inputs(run, expect, flow)


def _check_next(run: UnitRun, wanted: str, plan: SchedulePlan, last: int, context: ConditionContext) -> None:
    now = int(run.words.now.timestamp() * 1_000_000)
    decision = decide(plan, ScheduleState(next_at=next_look(plan, last, context), last_at=last), now, context)
    found = decision.firing.slot.at if decision.firing is not None else decision.state.next_at
    if found is not None and "T" in wanted:
        run.check("next_evaluation_date", micros(wanted) // 1000, found // 1000)
    else:
        text = None if found is None else date_text(found, plan.zone, Dialect.V1_3)
        run.check("next_evaluation_date", {"$startsWith": wanted}, text)


def _check_inputs(run: UnitRun, expect: Facts, flow: Flow) -> None:
    if "inputs" not in expect:
        return
    given = flow.triggers[0].properties.get("inputs") or {}
    seen = Context({}, MemoryHost({}), flow.dialect)
    found = resolve_inputs(
        flow, given, render=lambda text, _variables, _typed: compile_template(str(text), flow.dialect).render(seen)
    )
    run.check("errors of inputs", [], found.errors)
    run.check("inputs", expect["inputs"], plain(found.values))
    run.check("inputs_size", expect["inputs_size"], len(found.states))


class _Dates:
    """Dates as cases write them in prose, meant in the zone of the case."""

    def __init__(self, zone: tzinfo, now: datetime) -> None:
        self.zone = zone
        self.today = now.astimezone(zone).date()

    def read(self, text: str, base: int = 0) -> int:
        """Give the time in microseconds since 1970; ``base`` is the ``date`` that others are counted from."""
        text = text.strip("{}")
        if found := PROSE.fullmatch(text):
            first = self.today.replace(day=1)
            day = first if found[1] == "this" else (first - timedelta(days=1)).replace(day=1)
            return self._at(day, found[2])
        if found := TODAY.fullmatch(text):
            return self._at(self.today, found[1][:15])
        if found := MONTH.fullmatch(text):
            return self._month_from(base, 1 if found[1] == "+" else -1)
        return micros(text)

    def _at(self, day: date, clock: str) -> int:
        return micros(datetime.combine(day, time.fromisoformat(clock), self.zone).isoformat())

    def _month_from(self, base: int, months: int) -> int:
        moment = datetime.fromtimestamp(base / 1_000_000, self.zone)
        year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
        return micros(moment.replace(year=year, month=month + 1).isoformat())


def _context(variables: Mapping[str, Any]) -> ConditionContext:
    return ConditionContext(variables, MemoryHost({}), Dialect.V1_3)


def _flow(document: Mapping[str, Any]) -> Flow:
    whole = {"id": FLOW_ID, "namespace": NAMESPACE, "tasks": TASKS, **document}
    parsed = parse_flow(json.dumps(whole), REGISTRY, DialectSetting.V1_3)
    if parsed.flow is None:
        raise AssertionError("; ".join(map(str, parsed.violations)))
    return parsed.flow


def _upstream(given: Facts) -> Upstream:
    runs = given.get("task_runs") or ()
    return Upstream(
        execution_id="upstream",
        namespace=given.get("namespace", NAMESPACE),
        flow_id=given.get("flow_id", FLOW_ID + "-upstream"),
        state=State(given.get("state", "CREATED")),
        labels=tuple((given.get("labels") or {}).items()),
        outputs=given.get("outputs"),
        attempts=tuple(State(state) for run in runs for state in run.get("attempts") or ()),
    )
