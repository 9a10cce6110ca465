"""Triggers as written to trigger definitions."""

from __future__ import annotations

from tiercel.model.flow import ConditionDefinition, TriggerDefinition
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State
from tiercel.model.types import TypeFacts, TypeKind
from tiercel.source.fields import INVALID, Field, Fields, anything, boolean, choice, items_of, note_use, text
from tiercel.source.flow_parts import read_conditions
from tiercel.source.identifiers import label_pairs, task_id
from tiercel.source.limits import BATCH, DEBOUNCE, check_gathering
from tiercel.source.paths import Path
from tiercel.source.schedules import note_cron
from tiercel.source.scope import Scope
from tiercel.source.task_fields import WORKER_GROUP, WORKER_SELECTOR, no_assets
from tiercel.source.webhooks import note_webhook

_STATES = tuple(State)
TRIGGER_FIELDS: Fields = {
    "id": task_id().required(),
    "type": text().required(),
    "version": text(),
    "description": text(),
    "conditions": anything().until_1_3(),
    "when": text().since_2_0(),
    "disabled": boolean(),
    "logLevel": choice(LogLevel),
    "minLogLevel": choice(LogLevel).legacy("logLevel").until_1_3(),
    "labels": label_pairs(),
    "stopAfter": items_of(choice(_STATES)),
    "logToFile": boolean(),
    "failOnTriggerError": boolean(),
    "allowConcurrent": boolean(),
    "workerGroup": WORKER_GROUP.until_1_3(),
    "workerSelector": WORKER_SELECTOR.since_2_0(),
    "policyRefs": anything().since_2_0(),
    "debounce": DEBOUNCE.ours(),
    "batch": BATCH.ours(),
    "assets": Field(no_assets, {"type": "object"}),
}


def read_triggers(raw: Json, path: Path, scope: Scope) -> tuple[TriggerDefinition, ...]:
    """Read a list of triggers; those that cannot be read are reported and left out."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        scope.report.error(path, "must be a list of triggers", "wrong-kind", "Start each trigger with a dash")
        return ()
    triggers = [read_trigger(entry, (*path, index), scope) for index, entry in enumerate(raw)]
    return tuple(trigger for trigger in triggers if trigger is not None)


def read_trigger(raw: Json, path: Path, scope: Scope) -> TriggerDefinition | None:
    """Read one trigger; None (reported) when it is none."""
    if not isinstance(raw, dict):
        scope.report.error(path, "must be a trigger: a map with id and type", "wrong-kind")
        return None
    facts = scope.find_type(raw, path, TypeKind.TRIGGER)
    if facts is None:
        return None
    common, own = _split(raw, path, facts, scope)
    for violation in facts.check(own):
        scope.report.adopt(path, violation, raw)
    note_cron(own, path, scope.report)
    conditions = read_conditions(raw.get("conditions"), (*path, "conditions"), scope)
    if facts.type.endswith(".Webhook"):
        note_webhook(own, path, scope.report)
        _check_webhook_conditions(conditions, path, scope)
    if not isinstance(common.get("id"), str):
        return None
    trigger = TriggerDefinition(
        id=common["id"],
        type=facts.type,
        declared_type=raw["type"],
        properties=own,
        conditions=conditions,
        when=common.get("when"),
        is_disabled=common.get("disabled", False),
        labels=common.get("labels", ()),
        stop_after=common.get("stopAfter", ()),
        log_level=common.get("logLevel"),
        log_to_file=common.get("logToFile", False),
        fail_on_trigger_error=common.get("failOnTriggerError", False),
        allow_concurrent=common.get("allowConcurrent", False),
        debounce=common.get("debounce"),
        batch=common.get("batch"),
        description=common.get("description"),
    )
    check_gathering(trigger, path, scope.report)
    scope.add_trigger(trigger, path)
    return trigger


def _check_webhook_conditions(conditions: tuple[ConditionDefinition, ...], path: Path, scope: Scope) -> None:
    if any(found.type.endswith(".MultipleCondition") for found in conditions):
        message = "invalid webhook: conditions of type MultipleCondition are not supported"
        scope.report.error((*path, "conditions"), message, "wrong-condition", "A webhook sees one call at a time")


def _split(raw: dict[str, Json], path: Path, facts: TypeFacts, scope: Scope) -> tuple[dict[str, Json], dict[str, Json]]:
    report = scope.report
    common: dict[str, Json] = {}
    own: dict[str, Json] = {}
    for key, value in raw.items():
        if key in facts.properties:
            own[key] = value
            scope.note_property(key, path, facts)
        known = TRIGGER_FIELDS.get(key)
        if known is not None:
            note_use(known, path, key, report)
            if value is not None:
                common[known.legacy_of or key] = known.read(value, path, key, report)
        elif key not in facts.properties:
            report.unknown(path, key, (*facts.properties, *TRIGGER_FIELDS))
    if "id" not in common:
        report.missing(path, "id")
    return {key: value for key, value in common.items() if value is not INVALID}, own
