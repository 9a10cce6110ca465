"""The list of executions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, or_, select, text, union

from tiercel.repository import executions as rows
from tiercel.repository.codec import to_json
from tiercel.repository.connection import Connection
from tiercel.repository.query import Filter, Operation, Sort
from tiercel.repository.search.broad import MANY
from tiercel.repository.search.conditions import choice_field, number_field, switch_field, text_field, values_of
from tiercel.repository.search.labels import labels_seeker
from tiercel.repository.search.names import flow_field, namespace_field
from tiercel.repository.search.pages import Listing
from tiercel.repository.search.words import words_seeker
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
_UNENDED: ColumnElement[int] = literal_column("-1")  # as in the indexes on these expressions


_ended_at = func.coalesce(_columns.ended_at, _UNENDED)
_ended = number_field(_ended_at)
_kind = choice_field(_columns.kind)
_contains_name = [namespace_field(executions, _columns.id), flow_field(executions, _columns.id, has_index=False)]


def _labelled(key: str, value: str | None) -> Select[Any]:
    labels = execution_labels.c
    found = select(labels.execution_id).where(labels.key == key)
    return found if value is None else found.where(labels.value == value)


def _has_label(key: str, value: str | None) -> ColumnElement[bool]:
    return _or_own(key, value, _columns.id.in_(_labelled(key, value)))


def _has_common_label(key: str, value: str | None) -> ColumnElement[bool]:
    return _or_own(key, value, _labelled(key, value).where(execution_labels.c.execution_id == _columns.id).exists())


def _or_own(key: str, value: str | None, found: ColumnElement[bool]) -> ColumnElement[bool]:
    """A label whose value is the execution's own id has no row of its own there."""
    if value is None or not value.isalnum():
        return found
    return or_(found, and_(_columns.id == value, _columns.labels.contains(to_json([key, value]), autoescape=True)))


def _is_common_label(connection: Connection, key: str, value: str | None) -> bool:
    few = _labelled(key, value).limit(MANY + 1).subquery()
    return bool(connection.select(select(func.count()).select_from(few))[0][0] > MANY)


def _end(wanted: Filter) -> ColumnElement[bool]:
    return and_(_ended_at > _UNENDED, _ended(wanted))


def _of_kind(wanted: Filter) -> ColumnElement[bool]:
    found = _kind(wanted)
    is_positive = wanted.operation in {Operation.EQUALS, Operation.IN}
    # Said in the words of the index of rare kinds, which leads to them.
    return and_(found, text("kind <> 'NORMAL'")) if is_positive and "NORMAL" not in values_of(wanted) else found


def _named(wanted: Filter) -> ColumnElement[bool]:
    """By name: the id as a whole or its beginning, namespace and flow in part."""
    part = Filter(wanted.field, Operation.CONTAINS, wanted.value)
    begin = Filter(wanted.field, Operation.STARTS_WITH, wanted.value)
    return or_(text_field(_columns.id)(begin), *(field(part) for field in _contains_name))


LISTING = Listing(
    rows=select(*(_columns[name] for name in rows.COLUMNS)).where(_columns.is_deleted == 0),
    read=rows.from_row,
    key=(_columns.id,),
    fields={
        "id": text_field(_columns.id),
        "namespace": namespace_field(executions, _columns.id),
        "flowId": flow_field(executions, _columns.id, has_index=True),
        "flowRevision": number_field(_columns.revision),
        "state": choice_field(_columns.state),
        "startDate": number_field(_columns.started_at),
        "endDate": _end,
        "triggerExecutionId": text_field(_columns.trigger_execution_id),
        "parentId": text_field(_columns.parent_id),
        "originalId": text_field(_columns.original_id),
        "kind": _of_kind,
        "childFilter": switch_field({"CHILD": _is_child, "MAIN": _is_main}),
        "scope": switch_field({"SYSTEM": _is_system, "USER": ~_is_system}),
    },
    seekers={
        "q": words_seeker(
            executions,
            "executions",
            "started_at",
            (_columns.inputs, _columns.outputs, _columns.labels),
            is_json=True,
            names=_named,
        ),
        "labels": labels_seeker(_is_common_label, _has_label, _has_common_label),
    },
    orders={
        "id": _columns.id,
        "state.startDate": _columns.started_at,
        "state.endDate": _ended_at,
        "state.duration": func.coalesce(_columns.ended_at - _columns.started_at, _UNENDED),
        "state.current": (_columns.state, _columns.started_at),
        "namespace": (_columns.namespace, _columns.flow_id, _columns.started_at),
        "flowId": (_columns.flow_id, _columns.started_at),
        "loopRunIndex": func.coalesce(_columns.iteration_index, _UNENDED),
    },
    default=(Sort("state.startDate", is_descending=True),),
)
