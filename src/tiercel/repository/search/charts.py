"""The statements behind charts.

An inner statement picks the rows: those of the stretch of time, the newest first, no more than can be counted while
somebody waits. The outer one puts them together. The inner one is found by the index of the time, which it follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select

from tiercel.model.dashboard import FIELDS, Aggregate, ChartColumn, ChartFilter, ChartQuery, FieldKind
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.repository.chart_records import MOST_READ, ChartRequest, ChartRows, Span
from tiercel.repository.codec import from_json
from tiercel.repository.connection import Connection
from tiercel.repository.query import Condition, Filter, Group, Operation
from tiercel.repository.search.broad import without_index
from tiercel.repository.search.conditions import compile_conditions
from tiercel.repository.search.datasets import SOURCES, Source

_SECOND = 1_000_000
_MINUTE, _HOUR, _DAY = 60 * _SECOND, 3600 * _SECOND, 86_400 * _SECOND
_BUCKETS = ((6 * _HOUR, _MINUTE), (3 * _DAY, _HOUR), (180 * _DAY, _DAY))
_WEEK = 7 * _DAY
_MONDAY = 4 * _DAY  # the first of 1970
_COUNTED = 10_000
_ROWS = "rows_read"
_LEVELS = {level.rank: level.value for level in LogLevel}
_OPERATIONS = {"EQUAL_TO": Operation.EQUALS, "NOT_EQUAL_TO": Operation.NOT_EQUALS}


def fetch_rows(connection: Connection, request: ChartRequest) -> ChartRows:
    """See ``repository.charts.read_rows``."""
    query = request.query
    if not any(column.aggregate for column in query.columns):
        return _fetch_plain(connection, request)
    bucket = bucket_of(request.span) if request.span is not None and _groups_by_time(query) else 0
    inner = _picked(connection, request, query.where).subquery("picked")
    shown = [_grouped(column, query, inner, bucket) for column in query.columns]
    groups = [one for one, column in zip(shown, query.columns, strict=True) if column.aggregate is None]
    statement = select(*shown, func.count().label(_ROWS)).select_from(inner).group_by(*groups)
    statement = statement.order_by(*_order(query, shown, groups))
    rows = connection.select(statement.limit(request.size + 1).offset((request.page - 1) * request.size))
    total = len(rows) + (request.page - 1) * request.size
    if len(rows) > request.size:
        counted = select(*groups).select_from(inner).group_by(*groups).limit(_COUNTED).subquery()
        total = connection.select(select(func.count()).select_from(counted))[0][0]
    return ChartRows(
        rows=[_shape(row, query) for row in rows[: request.size]],
        total=total,
        bucket=bucket,
        is_partial=sum(row[-1] for row in rows) >= MOST_READ,
    )


def fetch_figure(connection: Connection, request: ChartRequest, *, is_share: bool) -> float | None:
    """See ``repository.charts.read_figure``."""
    query = request.query
    numerator = (*query.where, *query.numerator)
    if not is_share:
        return _figure(connection, request, numerator)
    whole = _figure(connection, request, query.where)
    if not whole:
        return None
    return 100 * (_figure(connection, request, numerator) or 0) / whole


def bucket_of(span: Span) -> int:
    """How wide the stretches are that a length of time is cut into, in microseconds."""
    length = span.end - span.start
    return next((width for longest, width in _BUCKETS if length <= longest), _WEEK)


def _fetch_plain(connection: Connection, request: ChartRequest) -> ChartRows:
    query, source = request.query, SOURCES[request.query.dataset]
    shown = [_plain(column, source).label(column.name) for column in query.columns]
    matching = _matching(connection, request, query.where)
    statement = select(*shown).select_from(source.rows).where(*matching)
    order: Sequence[ColumnElement[Any]] = _order(query, shown, [])
    if not order and source.at is not None:
        order = (source.at.desc(),)
    statement = statement.order_by(*order)
    rows = connection.select(statement.limit(request.size).offset((request.page - 1) * request.size))
    key = source.rows.primary_key.columns[0]
    counted = select(key).where(*matching).limit(_COUNTED).subquery()
    total: int = connection.select(select(func.count()).select_from(counted))[0][0]
    return ChartRows(rows=[_shape(row, query) for row in rows], total=total)


def _figure(connection: Connection, request: ChartRequest, where: tuple[ChartFilter, ...]) -> float | None:
    inner = _picked(connection, request, where).subquery("picked")
    column = request.query.columns[0]
    value = connection.select(select(_aggregated(column, inner)).select_from(inner))[0][0]
    if value is not None and _kind(column, request.query) is FieldKind.SECONDS and not _is_count(column):
        return float(value) / _SECOND
    return value if value is None else float(value)


def _picked(connection: Connection, request: ChartRequest, where: tuple[ChartFilter, ...]) -> Select[Any]:
    source = SOURCES[request.query.dataset]
    named = {column.name: _plain(column, source) for column in request.query.columns if column.field is not None}
    columns: list[ColumnElement[Any]] = [column.label(name) for name, column in named.items()]
    columns = columns or [source.rows.primary_key.columns[0]]
    picked = select(*columns).select_from(source.rows).where(*_matching(connection, request, where))
    if source.at is not None:
        picked = picked.order_by(source.at.desc())
    return picked.limit(MOST_READ)


def _matching(
    connection: Connection, request: ChartRequest, where: tuple[ChartFilter, ...]
) -> list[ColumnElement[bool]]:
    source = SOURCES[request.query.dataset]
    known = tuple(one for one in request.where if _is_known(one, source))
    conditions = (*known, *request.required, *(_condition(one, source) for one in where))
    seekers = {name: partial(seeker, connection) for name, seeker in source.seekers.items()}
    clauses = compile_conditions(conditions, {**source.fields, **seekers})
    if source.at is not None and request.span is not None:
        if not connection.has_statistics:
            clauses = without_index(conditions, clauses)
        clauses = [*clauses, source.at >= request.span.start, source.at < request.span.end]
    return [*source.always, *clauses]


def _is_known(condition: Condition, source: Source) -> bool:
    if isinstance(condition, Group):
        return all(_is_known(member, source) for member in condition.members)
    return condition.field in source.fields or condition.field in source.seekers


def _condition(wanted: ChartFilter, source: Source) -> Condition:
    if wanted.type == "OR":
        return Group(tuple(_condition(one, source) for one in wanted.members), is_any=True)
    name = source.names[wanted.field]
    if wanted.type in {"IS_TRUE", "IS_FALSE"}:
        return Filter(name, Operation.EQUALS, "true" if wanted.type == "IS_TRUE" else "false", wanted.key)
    operation = _OPERATIONS.get(wanted.type) or Operation(wanted.type)
    if operation in {Operation.IN, Operation.NOT_IN}:
        return Filter(name, operation, tuple(str(value) for value in wanted.values), wanted.key)
    return Filter(name, operation, wanted.values[0] if wanted.values else "", wanted.key)


def _plain(column: ChartColumn, source: Source) -> ColumnElement[Any]:
    if column.field == "LABELS" and column.key is not None and source.label is not None:
        return source.label(column.key)
    return source.columns[column.field or ""]


def _grouped(column: ChartColumn, query: ChartQuery, inner: Subquery, bucket: int) -> ColumnElement[Any]:
    if column.aggregate is not None:
        return _aggregated(column, inner)
    value: ColumnElement[Any] = inner.c[column.name]
    if bucket and _kind(column, query) is FieldKind.TIME:
        shift = _MONDAY if bucket == _WEEK else 0
        value = (value - shift) // bucket * bucket + shift
    return value.label(column.name)


def _aggregated(column: ChartColumn, inner: Subquery) -> ColumnElement[Any]:
    if column.field is None:
        return func.count().label(column.name)
    value = inner.c[column.name]
    match column.aggregate:
        case Aggregate.AVG:
            return func.avg(value).label(column.name)
        case Aggregate.MAX:
            return func.max(value).label(column.name)
        case Aggregate.MIN:
            return func.min(value).label(column.name)
        case Aggregate.SUM:
            return func.sum(value).label(column.name)
        case _:
            return func.count(value).label(column.name)


def _order(
    query: ChartQuery, shown: Sequence[ColumnElement[Any]], groups: Sequence[ColumnElement[Any]]
) -> list[ColumnElement[Any]]:
    by_name = dict(zip((column.name for column in query.columns), shown, strict=True))
    order = [by_name[name].desc() if is_down else by_name[name].asc() for name, is_down in query.order]
    return order + [group.asc() for group in groups]


def _shape(row: Sequence[Any], query: ChartQuery) -> dict[str, Json]:
    return {column.name: _value(column, query, value) for column, value in zip(query.columns, row, strict=False)}


def _value(column: ChartColumn, query: ChartQuery, value: Any) -> Json:  # noqa: ANN401 (what a database gives)
    if value is None or _is_count(column):
        return value
    if column.field == "LEVEL":
        return _LEVELS.get(int(value))
    if column.field == "LABELS" and column.key is None:
        return dict(from_json(value))
    if _kind(column, query) is FieldKind.SECONDS:
        return value / _SECOND
    return int(value) if _kind(column, query) is FieldKind.TIME else value


def _kind(column: ChartColumn, query: ChartQuery) -> FieldKind | None:
    return FIELDS[query.dataset].get(column.field or "")


def _is_count(column: ChartColumn) -> bool:
    return column.aggregate is Aggregate.COUNT


def _groups_by_time(query: ChartQuery) -> bool:
    return any(column.aggregate is None and _kind(column, query) is FieldKind.TIME for column in query.columns)
