"""The list of executions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, literal_column, or_, select, text, union

from tiercel.repository import executions as rows
from tiercel.repository.codec import to_json
from tiercel.repository.connection import Connection
from tiercel.repository.query import Filter, Operation, Sort
from tiercel.repository.search.broad import MANY
from tiercel.repository.search.conditions import choice_field, number_field, switch_field, text_field, values_of
from tiercel.repository.search.labels import Label, labels_seeker
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


def _labelled(label: Label) -> Select[Any]:
    labels = execution_labels.c
    return select(labels.execution_id).where(label.on(labels.key, labels.value))


def _has_label(label: Label) -> ColumnElement[bool]:
    found = _columns.id.in_(_labelled(label))
    return found if label.value is None else _or_own(label, found)


def _has_common_label(label: Label) -> ColumnElement[bool]:
    return _or_own(label, _labelled(label).where(execution_labels.c.execution_id == _columns.id).exists())


def _or_own(label: Label, found: ColumnElement[bool]) -> ColumnElement[bool]:
    """A label whose value is the execution's own id has no row of its own there, but stands among its labels."""
    if label.value is None or label.is_part:
        return or_(found, func.coalesce(_own(label), false()))
    if not label.value.isalnum():
        return found
    return or_(found, and_(_columns.id == label.value, func.coalesce(_stands(_columns.id, label.key), false())))


def _own(label: Label) -> ColumnElement[bool]:
    if not label.is_part:
        return _stands(None, label.key)
    text, stands = label.value or "", _stands(_columns.id, label.key)
    if label.key is not None:
        return and_(stands, _columns.id.icontains(text, autoescape=True))
    return and_(stands, _columns.labels.icontains(to_json(text)[1:-1], autoescape=True))


def _stands(value: ColumnElement[str] | None, key: str | None) -> ColumnElement[bool]:
    """Whether the text of the labels holds one; what is taken out of a text, unlike LIKE, minds the case of letters."""
    begin = '"' if key is None else to_json([key])[:-1]
    sought: ColumnElement[str] = literal(f"{begin},")
    if value is not None:
        sought = sought.concat('"').concat(value).concat('"]')
    return func.replace(_columns.labels, sought, "") != _columns.labels


def _is_common_label(connection: Connection, label: Label) -> bool:
    few = _labelled(label).limit(MANY + 1).subquery()
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
        "taskId": text_field(_columns.loop_task_id),
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
