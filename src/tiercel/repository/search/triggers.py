"""The list of triggers with what is remembered of them."""

from __future__ import annotations

from sqlalchemy import and_, func, literal, or_, select

from tiercel.repository import triggers as rows
from tiercel.repository.query import Sort
from tiercel.repository.search.conditions import choice_field, number_field, search_field, switch_field, text_field
from tiercel.repository.search.pages import Listing
from tiercel.repository.tables import triggers

_row = triggers.c
_is_system = _row.namespace == "system"
_is_off = or_(_row.is_disabled == 1, _row.is_active == 0)
_is_locked = _row.execution_id.is_not(None)
_NOTHING = text_field(literal(""))
"""A field that clients may name and no trigger has here: nothing remembers which worker looked."""

LISTING = Listing(
    rows=select(*(_row[name] for name in rows.COLUMNS)),
    read=rows.from_row,
    key=(_row.namespace, _row.flow_id, _row.trigger_id),
    fields={
        "q": search_field(_row.trigger_id, _row.flow_id, _row.namespace),
        "namespace": text_field(_row.namespace),
        "flowId": text_field(_row.flow_id),
        "triggerId": text_field(_row.trigger_id),
        "workerId": _NOTHING,
        "source": _NOTHING,
        "kind": choice_field(_row.kind),
        "executionId": text_field(_row.execution_id),
        "nextExecutionDate": number_field(_row.next_at),
        "lastTriggeredDate": number_field(_row.fired_at),
        "locked": switch_field({"true": _is_locked, "false": ~_is_locked}),
        "triggerState": switch_field(
            {"DISABLED": _is_off, "ENABLED": and_(_row.is_disabled == 0, _row.is_active == 1)}
        ),
        "scope": switch_field({"SYSTEM": _is_system, "USER": ~_is_system}),
    },
    orders={
        "namespace": _row.namespace,
        "flowId": _row.flow_id,
        "triggerId": _row.trigger_id,
        "executionId": func.coalesce(_row.execution_id, ""),
        "nextExecutionDate": func.coalesce(_row.next_at, 0),
        "lastTriggeredDate": func.coalesce(_row.fired_at, 0),
    },
    default=(Sort("namespace"), Sort("flowId"), Sort("triggerId")),
)
