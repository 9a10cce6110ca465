"""Runs the recorded schedules and conditions, ``golden/schedules.jsonl``, in both dialects.

Those of kind property are typed expressions and run with these. What has no kind is a Schedule trigger: it is validated
as part of a flow, in the dialect of the facts, then asked for its slots, or evaluated at one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from conformance.expression_host import MemoryHost
from conformance.verdict import Result, Verdict
from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.conditions.evaluate import holds
from tiercel.engine.date_text import date_text
from tiercel.engine.schedule.firing import holds_at, next_look, slot_at, with_conditions
from tiercel.engine.schedule.plan import SchedulePlan, plan_schedule
from tiercel.errors import ExpressionError
from tiercel.model.dialect import Dialect, DialectSetting
from tiercel.model.flow import ConditionDefinition
from tiercel.plugins.registry import Registry
from tiercel.source import parse_flow

Case = Mapping[str, Any]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SLOTS = 5
_VERSIONS = {"v13": Dialect.V1_3, "v20": Dialect.V2_0}
_TESTS = 10_000
REGISTRY = Registry(["tiercel.tasks"], is_discovering=False)


async def run(directory: Path, *, only: str = "") -> list[Result]:
    """Run every case, or those whose id contains ``only``, in the dialects it has facts for."""
    return [
        judge(case, dialect, facts)
        for case in read_cases(directory)
        if only in case["id"]
        for dialect, facts in dialects_of(case)
    ]


def read_cases(directory: Path) -> Iterator[Case]:
    """Read the cases."""
    path = directory / "golden" / "schedules.jsonl"
    if path.exists():
        with path.open(encoding="utf-8") as lines:
            yield from (case for case in map(json.loads, lines) if case.get("kind") != "property")


def dialects_of(case: Case) -> Iterator[tuple[Dialect, Case]]:
    """Give the dialects a case has facts for; what is not said of 2.0 is as in 1.3."""
    for name, dialect in _VERSIONS.items():
        if case.get("only") in {None, dialect.value}:
            yield dialect, case.get(name, case.get("v13"))


def judge(case: Case, dialect: Dialect, facts: Case) -> Result:
    """Run one case in one dialect."""
    area = f"golden {case['id'].split('.')[0]}"
    result = Result(f"{case['id']}@{dialect}", area, Verdict.PASSED)
    reason = _check_condition(case, facts) if case.get("kind") == "condition" else _check_schedule(case, dialect, facts)
    if reason and case.get("soft"):
        result.soft.append(reason)
    elif reason:
        result.verdict, result.reason = Verdict.FAILED, reason
    return result


def condition_of(given: Mapping[str, Any]) -> ConditionDefinition:
    """Read a condition as a flow writes it."""
    return ConditionDefinition(type=given["type"], properties={k: v for k, v in given.items() if k != "type"})


def empty_context(dialect: Dialect, **variables: object) -> ConditionContext:
    """What conditions see when there is only a trigger."""
    return ConditionContext(variables, MemoryHost({}), dialect)


def micros(text: str) -> int:
    """Read a date with offset."""
    return (datetime.fromisoformat(text.partition("[")[0]) - _EPOCH) // timedelta(microseconds=1)


def read_schedule(trigger: Mapping[str, Any], dialect: Dialect) -> SchedulePlan | str:
    """Validate a trigger as part of a flow, and plan it; the text says why it is refused."""
    document = {
        "id": "scheduled",
        "namespace": "company.team",
        "tasks": [{"id": "hello", "type": "io.kestra.plugin.core.log.Log", "message": "hello"}],
        "triggers": [{"id": "schedule", **trigger}],
    }
    parsed = parse_flow(json.dumps(document), REGISTRY, DialectSetting(dialect.value))
    if parsed.flow is None or any(found.is_error for found in parsed.violations):
        return "; ".join(str(found) for found in parsed.violations)
    return plan_schedule(parsed.flow.triggers[0], dialect)


def _check_condition(case: Case, facts: Case) -> str:
    context = empty_context(Dialect.V1_3, trigger={"date": case["date"]})
    try:
        valid = holds(condition_of(case["condition"]), context)
    except ExpressionError as error:
        return "" if "error" in facts else f"expected {facts}, failed: {error}"
    return "" if facts.get("valid") is valid else f"expected {facts}, got {valid}"


def _check_schedule(case: Case, dialect: Dialect, facts: Case) -> str:
    names = {
        "cron": "cron",
        "zone": "timezone",
        "withSeconds": "withSeconds",
        "conditions": "conditions",
        "when": "when",
    }
    trigger = {"type": "io.kestra.plugin.core.trigger.Schedule"}
    trigger.update((ours, case[name]) for name, ours in names.items() if name in case)
    plan = read_schedule(trigger, dialect)
    if isinstance(plan, str):
        return "" if facts.get("refused") else f"expected {facts}, refused: {plan}"
    if facts.get("refused"):
        return f"expected to be refused ({facts.get('message', '')}), is accepted"
    start = micros(case["from"])
    return _check_evaluation(plan, start, facts) if case.get("evaluate") else _check_slots(plan, start, facts)


def _check_slots(plan: SchedulePlan, start: int, facts: Case) -> str:
    context = empty_context(plan.dialect)
    found: list[int] = []
    at: int | None = start
    while len(found) < _SLOTS and (at := next_look(plan, at, context, tests=_TESTS)) is not None:
        found.append(at)
    if found == [micros(text) for text in facts["next"]]:
        return ""
    return f"expected {facts['next']}, got {[date_text(at, plan.zone, Dialect.V1_3) for at in found]}"


def _check_evaluation(plan: SchedulePlan, at: int, facts: Case) -> str:
    got = evaluate(plan, at)
    missed = {name: wanted for name, wanted in facts.items() if got.get(name) != wanted}
    return f"expected {missed}, got {got}" if missed else ""


def evaluate(plan: SchedulePlan, at: int, context: ConditionContext | None = None) -> dict[str, Any]:
    """Evaluate a schedule: whether it fires, and what expressions see then."""
    context = context or empty_context(plan.dialect)
    slot = slot_at(plan, at)
    if slot is None:
        return {"fires": False}
    fires = plan.when is not None or holds_at(plan, slot, context)  # 2.0 tests its condition before it evaluates
    seen = with_conditions(plan, slot, context, tests=_TESTS).variables(plan) if fires else {}
    return {"fires": fires, **seen}
