"""The small parts of a flow: outputs, SLAs, checks, listeners, conditions, plugin defaults."""

from __future__ import annotations

from tiercel.model.flow import (
    Check,
    ConditionDefinition,
    FlowOutput,
    Listener,
    PluginDefault,
    Sla,
)
from tiercel.model.json import Json
from tiercel.model.types import TypeKind
from tiercel.source.fields import (
    INVALID,
    Field,
    Fields,
    anything,
    boolean,
    choice,
    items_of,
    mapping,
    read_fields,
    record,
    text,
)
from tiercel.source.identifiers import input_id, label_pairs
from tiercel.source.input_fields import note_type
from tiercel.source.paths import Path
from tiercel.source.report import Report
from tiercel.source.scope import Scope
from tiercel.source.task_fields import duration_text
from tiercel.source.tasks import read_tasks

OUTPUT_TYPES = (
    "STRING",
    "SELECT",
    "INT",
    "FLOAT",
    "BOOL",
    "BOOLEAN",
    "DATETIME",
    "DATE",
    "TIME",
    "DURATION",
    "FILE",
    "JSON",
    "ION",
    "URI",
    "SECRET",
    "ARRAY",
    "MULTISELECT",
    "YAML",
    "EMAIL",
    "ENUM",
)
_OUTPUT_FIELDS: Fields = {
    "id": input_id().required(),
    "type": choice(OUTPUT_TYPES).required(),
    "value": anything().required(),
    "required": boolean(),
    "displayName": text(),
    "description": text(),
}


def _output(values: dict[str, Json], path: Path, report: Report) -> FlowOutput:
    note_type(values["type"], (*path, "type"), report)
    return FlowOutput(
        id=values["id"],
        type=values["type"],
        value=values["value"],
        is_required=values.get("required", True),
        display_name=values.get("displayName"),
        description=values.get("description"),
    )


OUTPUTS = items_of(record(_OUTPUT_FIELDS, _output))

_SLA_COMMON: Fields = {
    "id": text(minimum=1).required(),
    "type": choice(("MAX_DURATION", "EXECUTION_ASSERTION")).required(),
    "behavior": choice(("FAIL", "CANCEL", "NONE")).required(),
    "labels": label_pairs(),
}
SLA_FIELDS: dict[str, Fields] = {
    "MAX_DURATION": {**_SLA_COMMON, "duration": duration_text().required()},
    "EXECUTION_ASSERTION": {**_SLA_COMMON, "assert": text(minimum=1).required()},
}


def _sla(value: Json, path: Path, key: str | int, report: Report) -> object:
    kind = value.get("type") if isinstance(value, dict) else None
    table = SLA_FIELDS.get(kind, _SLA_COMMON) if isinstance(kind, str) else _SLA_COMMON
    before = report.error_count
    values = read_fields(value, (*path, key), table, report)
    if values is None or report.error_count > before:
        return INVALID
    return Sla(
        id=values["id"],
        type=values["type"],
        behavior=values["behavior"],
        duration=values.get("duration"),
        assertion=values.get("assert"),
        labels=values.get("labels", ()),
    )


SLAS = items_of(Field(_sla, {"type": "object"}))

_CHECK_FIELDS: Fields = {
    "when": text().since_2_0(),
    "condition": text(),
    "message": text().required(),
    "style": choice(("INFO", "SUCCESS", "WARNING", "ERROR")),
    "behavior": choice(("BLOCK_EXECUTION", "FAIL_EXECUTION", "CREATE_EXECUTION")),
}


def _check(values: dict[str, Json], path: Path, report: Report) -> object:
    condition = values.get("when", values.get("condition"))
    if condition is None:
        report.missing(path, "when")
        return INVALID
    return Check(
        when=condition,
        message=values["message"],
        style=values.get("style", "INFO"),
        behavior=values.get("behavior", "BLOCK_EXECUTION"),
    )


CHECKS = items_of(record(_CHECK_FIELDS, _check))

_DEFAULT_FIELDS: Fields = {"type": text(minimum=1).required(), "forced": boolean(), "values": mapping().required()}


def _plugin_default(values: dict[str, Json], path: Path, report: Report) -> object:
    for key, value in values["values"].items():
        if value is None:
            report.error((*path, "values", key), "must not be null", "null-default", "Give a value or remove it")
    return PluginDefault(type=values["type"], values=values["values"], is_forced=values.get("forced", False))


PLUGIN_DEFAULTS = items_of(record(_DEFAULT_FIELDS, _plugin_default))

_LISTENER_FIELDS: Fields = {"id": text(), "description": text(), "conditions": anything(), "tasks": anything()}


def read_listeners(raw: Json, path: Path, scope: Scope) -> tuple[Listener, ...]:
    """Read the listeners of a 1.x flow."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        scope.report.error(path, "must be a list", "wrong-kind")
        return ()
    listeners: list[Listener] = []
    for index, entry in enumerate(raw):
        at = (*path, index)
        values = read_fields(entry, at, _LISTENER_FIELDS, scope.report)
        if values is None:
            continue
        listeners.append(
            Listener(
                id=values.get("id", f"listener-{index}"),
                tasks=read_tasks(values.get("tasks"), (*at, "tasks"), scope, is_required=True),
                conditions=read_conditions(values.get("conditions"), (*at, "conditions"), scope),
                description=values.get("description"),
            )
        )
    return tuple(listeners)


def read_conditions(raw: Json, path: Path, scope: Scope) -> tuple[ConditionDefinition, ...]:
    """Read 1.x conditions, those inside conditions included."""
    if raw is None:
        return ()
    if not isinstance(raw, list):
        scope.report.error(path, "must be a list of conditions", "wrong-kind")
        return ()
    found = [_read_condition(entry, (*path, index), scope) for index, entry in enumerate(raw)]
    return tuple(condition for condition in found if condition is not None)


def _read_condition(raw: Json, path: Path, scope: Scope) -> ConditionDefinition | None:
    facts = scope.find_type(raw, path, TypeKind.CONDITION)
    if facts is None:
        return None
    own = {key: value for key, value in raw.items() if key not in ("type", "conditions")}
    for key in own:
        if key not in facts.properties:
            scope.report.unknown(path, key, (*facts.properties, "type"))
    known = {key: value for key, value in raw.items() if key in facts.properties}
    for violation in facts.check(known):
        scope.report.adopt(path, violation, raw)
    nested = raw.get("conditions")
    entries = nested.items() if isinstance(nested, dict) else enumerate(nested) if isinstance(nested, list) else ()
    for key, entry in entries:
        _read_condition(entry, (*path, "conditions", key), scope)
    return ConditionDefinition(type=facts.type, properties=known)
