"""The list of executions."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, func, or_, select, union

from tiercel.repository import executions as rows
from tiercel.repository.codec import to_json
from tiercel.repository.query import Sort
from tiercel.repository.search.conditions import choice_field, number_field, search_field, switch_field, text_field
from tiercel.repository.search.labels import labels_field
from tiercel.repository.search.pages import Listing
from tiercel.repository.tables import execution_labels, executions

_columns = executions.c
_other = executions.alias("child")
# Both parts read an index of children only, which the plain condition does not lead SQLite to.
_is_child = _columns.id.in_(
    union(
        select(_other.c.id).where(_other.c.trigger_execution_id.is_not(None)),
        select(_other.c.id).where(_other.c.parent_id.is_not(None)),
    )
)
_is_main = and_(_columns.trigger_execution_id.is_(None), _columns.parent_id.is_(None))
_is_system = _columns.namespace == "system"
_UNENDED = -1


def _has_label(key: str, value: str | None) -> ColumnElement[bool]:
    labels = execution_labels.c
    found = select(labels.execution_id).where(labels.key == key)
    if value is None:
        return _columns.id.in_(found)
    found = found.where(labels.value == value)
    # A label whose value is the execution's own id has no row of its own there.
    own = and_(_columns.id == value, _columns.labels.contains(to_json([key, value]), autoescape=True))
    return or_(_columns.id.in_(found), own) if value.isalnum() else _columns.id.in_(found)


LISTING = Listing(
    rows=select(*(_columns[name] for name in rows.COLUMNS)).where(_columns.is_deleted == 0),
    read=rows.from_row,
    key=(_columns.id,),
    fields={
        "q": search_field(_columns.id, _columns.namespace, _columns.flow_id),
        "id": text_field(_columns.id),
        "namespace": text_field(_columns.namespace),
        "flowId": text_field(_columns.flow_id),
        "flowRevision": number_field(_columns.revision),
        "state": choice_field(_columns.state),
        "labels": labels_field(_has_label),
        "startDate": number_field(_columns.started_at),
        "endDate": number_field(_columns.ended_at),
        "triggerExecutionId": text_field(_columns.trigger_execution_id),
        "parentId": text_field(_columns.parent_id),
        "originalId": text_field(_columns.original_id),
        "kind": choice_field(_columns.kind),
        "childFilter": switch_field({"CHILD": _is_child, "MAIN": _is_main}),
        "scope": switch_field({"SYSTEM": _is_system, "USER": ~_is_system}),
    },
    orders={
        "id": _columns.id,
        "state.startDate": _columns.started_at,
        "state.endDate": func.coalesce(_columns.ended_at, _UNENDED),
        "state.duration": func.coalesce(_columns.ended_at - _columns.started_at, _UNENDED),
        "state.current": _columns.state,
        "namespace": _columns.namespace,
        "flowId": _columns.flow_id,
        "loopRunIndex": func.coalesce(_columns.iteration_index, _UNENDED),
    },
    default=(Sort("state.startDate", is_descending=True),),
)
