"""Triggers with what is remembered of them; each answer carries the names of both published versions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from tiercel.api.shapes.executions import labels_shape
from tiercel.api.shapes.times import duration, instant
from tiercel.engine.schedule.backfills import Preview
from tiercel.model.flow import TriggerDefinition
from tiercel.model.json import Json
from tiercel.model.schedule import Backfill
from tiercel.operations.trigger_health import explain, explain_gathered, lag_of, owner_of
from tiercel.operations.trying import Trial
from tiercel.repository.gatherings import Gathering
from tiercel.repository.triggers import LOOKED_AT, StoredTrigger, TriggerKey

_SECOND = 1_000_000
Gathered: TypeAlias = Mapping[TriggerKey, Sequence[Gathering]]
NOTHING: Gathered = {}
TRIGGER_COLUMNS = (
    "namespace",
    "flowId",
    "triggerId",
    "kind",
    "disabled",
    "locked",
    "nextExecutionDate",
    "lastTriggeredDate",
)


def trigger_item_shape(trigger: StoredTrigger, now: int, gathered: Gathered = NOTHING) -> dict[str, Json]:
    """Give the definition of a trigger and its state side by side."""
    definition, state = definition_shape(trigger.definition), state_shape(trigger, now, gathered)
    return {"trigger": definition, "state": state, "abstractTrigger": definition, "triggerContext": state}


def state_shape(trigger: StoredTrigger, now: int, gathered: Gathered = NOTHING) -> dict[str, Json]:
    """Give what is remembered of a trigger, why it does not fire now, and what it has gathered."""
    own = gathered.get(trigger.key, ())
    shape: dict[str, Json] = {
        "tenantId": "main",
        "namespace": trigger.namespace,
        "flowId": trigger.flow_id,
        "triggerId": trigger.trigger_id,
        "disabled": trigger.is_disabled,
        "locked": trigger.is_locked,
        "reason": explain_gathered(own) or explain(trigger, now),
        "lag": duration(lag_of(trigger, now)),
        "owner": owner_of(trigger),
        **dict(_dates(trigger)),
    }
    if own:
        shape["gathered"] = sum(one.count for one in own)
    if trigger.kind in LOOKED_AT:
        shape["kind"] = trigger.kind
    if trigger.definition.stop_after:
        shape["stopAfter"] = list(trigger.definition.stop_after)
    if trigger.backfill is not None:
        shape["backfill"] = _backfill_shape(trigger.backfill)
    if trigger.execution_id is not None:
        shape["executionId"] = trigger.execution_id
    if trigger.locked_at is not None:
        shape["lockAge"] = duration(max(0, now - trigger.locked_at))
    if trigger.error is not None:
        shape["error"] = trigger.error
    return shape


def definition_shape(definition: TriggerDefinition) -> dict[str, Json]:
    """Give a trigger as its flow declares it."""
    shape: dict[str, Json] = {"id": definition.id, "type": definition.declared_type, **definition.properties}
    optional: dict[str, Json] = {
        "description": definition.description,
        "when": definition.when,
        "conditions": [{"type": one.type, **one.properties} for one in definition.conditions],
        "labels": labels_shape(definition.labels),
        "stopAfter": list(definition.stop_after),
        "logLevel": definition.log_level,
    }
    shape |= {name: value for name, value in optional.items() if value}
    flags = {
        "logToFile": definition.log_to_file,
        "failOnTriggerError": definition.fail_on_trigger_error,
        "allowConcurrent": definition.allow_concurrent,
    }
    shape |= {name: value for name, value in flags.items() if value}
    shape["disabled"] = definition.is_disabled
    return shape


def preview_shape(found: Preview) -> dict[str, Json]:
    """Give what a backfill would run; ``complete`` is false when there is more than was counted."""
    return {"count": found.count, "complete": found.is_counted_out, "dates": [instant(at) for at in found.slots]}


def trial_shape(trial: Trial) -> dict[str, Json]:
    """Give what a trigger would start."""
    shape: dict[str, Json] = {"fires": trial.fires, "reason": trial.reason, "variables": dict(trial.variables)}
    if trial.at is not None:
        shape["date"] = instant(trial.at)
    if trial.execution is not None:
        shape["inputs"] = trial.execution.inputs
        shape["labels"] = labels_shape(trial.execution.labels)
    if trial.lines:
        shape["logs"] = list(trial.lines)
    return shape


def _dates(trigger: StoredTrigger) -> Iterator[tuple[str, str]]:
    dates = (
        (("updatedAt", "updatedDate"), trigger.updated_at),
        (("evaluatedAt",), trigger.evaluated_at),
        (("nextEvaluationDate", "nextExecutionDate"), trigger.next_at),
        (("lastTriggeredDate",), trigger.fired_at),
        (("date",), trigger.last_at),
        (("lockedAt",), trigger.locked_at),
        (("failedAt",), trigger.failed_at),
    )
    for names, at in dates:
        if at is not None:
            yield from ((name, _to_the_second(at)) for name in names)


def _backfill_shape(backfill: Backfill) -> dict[str, Json]:
    shape: dict[str, Json] = {
        "start": _to_the_second(backfill.start),
        "end": _to_the_second(backfill.end),
        "currentDate": _to_the_second(backfill.position),
        "paused": backfill.is_paused,
        "onlyMissing": backfill.is_only_missing,
        "labels": labels_shape(backfill.labels),
    }
    if backfill.inputs:
        shape["inputs"] = backfill.inputs
    return shape


def _to_the_second(at: int) -> str:
    return instant(at - at % _SECOND)
