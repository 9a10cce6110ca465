"""What a chart asks for: its columns, conditions and order, once its type has checked how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import regex

from tiercel.errors import Violation
from tiercel.expressions.patterns import compile_foreign
from tiercel.model.dashboard import (
    FIELDS,
    Aggregate,
    ChartColumn,
    ChartFilter,
    ChartKind,
    ChartQuery,
    Dataset,
    FieldKind,
)
from tiercel.model.json import Json
from tiercel.model.moments import micros_at, micros_in
from tiercel.model.types import TypeKind
from tiercel.source.fields import as_duration
from tiercel.source.paths import Path
from tiercel.source.report import Report
from tiercel.source.scope import Scope

_KPI = "KPI"
_VALUE = "value"
_ADDED_UP = frozenset({FieldKind.NUMBER, FieldKind.SECONDS})
_LISTS = frozenset({"IN", "NOT_IN"})
_WITHOUT_VALUE = frozenset({"IS_NULL", "IS_NOT_NULL", "IS_TRUE", "IS_FALSE"})
_RANGES = frozenset({"GREATER_THAN", "GREATER_THAN_OR_EQUAL_TO", "LESS_THAN", "LESS_THAN_OR_EQUAL_TO"})
_OF_TEXT = frozenset({"STARTS_WITH", "ENDS_WITH", "CONTAINS", "PREFIX", "REGEX", "IN", "NOT_IN", "IS_TRUE", "IS_FALSE"})
_OF_LABELS = frozenset({"EQUAL_TO", "NOT_EQUAL_TO", "IN", "NOT_IN", "CONTAINS"})
_COMPARISONS = _OF_TEXT | _WITHOUT_VALUE | _RANGES | {"EQUAL_TO", "NOT_EQUAL_TO"}
_RANKED = frozenset({"LEVEL"})
_DEEPEST = 3
_LARGEST = 2**53


def read_query(chart: Mapping[str, Json], kind: ChartKind, path: Path, scope: Scope) -> ChartQuery | None:
    """Read ``data`` of a chart; None (reported) when something in it is wrong."""
    report, here = scope.report, (*path, "data")
    is_figure = kind is ChartKind.KPI
    raw = chart.get("data")
    facts = scope.find_type(raw, here, TypeKind.DATA_KPI if is_figure else TypeKind.DATA)
    if facts is None or not isinstance(raw, dict):
        return None
    before = report.error_count
    own = {key: value for key, value in raw.items() if key != "type"}
    for key in own:
        if key not in facts.properties:
            report.unknown(here, key, facts.properties)
    _check_structure(raw, here, report)
    if report.error_count > before:
        return None
    adopt_errors(facts.check(own), here, raw, report)
    if report.error_count > before:
        return None
    dataset = Dataset(facts.type.rpartition(".")[2].removesuffix(_KPI))
    written = {_VALUE: raw["columns"]} if is_figure else raw["columns"]
    steps = (*here, "columns")
    columns = tuple(
        _column(name, one or {}, steps if is_figure else (*steps, name), dataset, report)
        for name, one in written.items()
    )
    query = ChartQuery(
        dataset=dataset,
        columns=columns,
        where=_filters(raw, "where", here, dataset, report),
        order=_order(raw.get("orderBy"), (*here, "orderBy"), columns, report),
        numerator=_filters(raw, "numerator", here, dataset, report),
    )
    _check_columns(query, kind, steps, report)
    _check_options(chart.get("chartOptions"), (*path, "chartOptions"), columns, report)
    return None if report.error_count > before else query


def _check_structure(raw: Mapping[str, Json], path: Path, report: Report) -> None:
    """Refuse texts where maps and lists must stand: elsewhere a text may render to one, here nothing is rendered."""
    columns = raw.get("columns")
    if columns is None:
        report.missing(path, "columns")
    elif not isinstance(columns, dict):
        report.error((*path, "columns"), "must be a map", "wrong-kind")
    elif "KPI" not in str(raw.get("type")):
        for name, one in columns.items():
            if not isinstance(one, dict):
                report.error((*path, "columns", name), "must be a map", "wrong-kind", "Write field, agg or both")
    for key in ("where", "numerator", "orderBy"):
        items = raw.get(key)
        if items is not None and not isinstance(items, list):
            report.error((*path, key), "must be a list", "wrong-kind")
        for index, one in enumerate(items if isinstance(items, list) else ()):
            if not isinstance(one, dict):
                report.error((*path, key, index), "must be a map", "wrong-kind")


def adopt_errors(violations: list[Violation], path: Path, raw: Json, report: Report) -> None:
    """Report what the check of a type found; what a flow may still run with is an error here, where nothing runs."""
    for violation in violations:
        violation.is_error = True
        report.adopt(path, violation, raw)


def _column(name: str, raw: Mapping[str, Json], path: Path, dataset: Dataset, report: Report) -> ChartColumn:
    field, aggregate = raw.get("field"), raw.get("agg")
    kind = FIELDS[dataset].get(field) if field else None
    key = _label_key(raw, path, report)
    if field is not None and kind is None:
        hint = report.suggest(str(field), FIELDS[dataset]) or f"one of {', '.join(FIELDS[dataset])}"
        report.error((*path, "field"), f"'{field}' is no field of {dataset}", "unknown-field", hint)
    if field is None and aggregate != Aggregate.COUNT:
        report.missing(path, "field", hint=f"one of {', '.join(FIELDS[dataset])}")
    if aggregate in {Aggregate.AVG, Aggregate.SUM} and kind not in _ADDED_UP:
        numbers = [other for other, found in FIELDS[dataset].items() if found in _ADDED_UP]
        hint = f"Add up {', '.join(numbers)}, or COUNT" if numbers else "Write COUNT"
        report.error((*path, "agg"), f"{field} is no number: it has no {aggregate}", "not-a-number", hint)
    if kind is FieldKind.LABELS and aggregate is not None and key is None and aggregate != Aggregate.COUNT:
        report.missing(path, "labelKey", hint="Name the label")
    return ChartColumn(
        name=name,
        field=field,
        aggregate=Aggregate(aggregate) if aggregate else None,
        key=key,
        title=str(raw["displayName"]) if raw.get("displayName") is not None else None,
    )


def _label_key(raw: Mapping[str, Json], path: Path, report: Report) -> str | None:
    name = "key" if raw.get("key") else "labelKey"
    key = raw.get(name)
    if isinstance(key, dict | list):
        report.error((*path, name), "must be text", "wrong-kind")
        return None
    return str(key) if key else None


def _check_columns(query: ChartQuery, kind: ChartKind, path: Path, report: Report) -> None:
    if not query.columns:
        report.error(path, "must not be empty", "empty", "Add a column such as total: {agg: COUNT}")
    is_counted = any(column.aggregate for column in query.columns)
    if kind is not ChartKind.TABLE and not is_counted:
        hint = "Give a column agg: COUNT" if kind is not ChartKind.KPI else "Add agg: COUNT"
        report.error(path, f"a {kind} chart needs a column with agg", "no-aggregate", hint)
    if kind in {ChartKind.TABLE, ChartKind.KPI} or not is_counted:
        return
    if all(column.aggregate for column in query.columns):
        hint = "Add a column with a field and without agg"
        report.error(path, f"a {kind} chart needs a column to put rows together by", "no-group", hint)
    times = [one for one in query.columns if FIELDS[query.dataset].get(one.field or "") is FieldKind.TIME]
    if kind is ChartKind.TIME_SERIES and not any(one.aggregate is None for one in times):
        known = [name for name, found in FIELDS[query.dataset].items() if found is FieldKind.TIME]
        hint = f"Add a column with field: {known[0]}" if known else "Use a Bar: this data has no time"
        report.error(path, "a TimeSeries chart needs a column of time without agg", "no-time", hint)


def _check_options(options: Json, path: Path, columns: tuple[ChartColumn, ...], report: Report) -> None:
    names = [column.name for column in columns]
    for key in ("column", "colorByColumn"):
        name = options.get(key) if isinstance(options, dict) else None
        if name is not None and name not in names:
            hint = report.suggest(str(name), names) or f"one of {', '.join(names)}"
            report.error((*path, key), f"'{name}' is no column of the chart", "unknown-column", hint)


def _order(raw: Json, path: Path, columns: tuple[ChartColumn, ...], report: Report) -> tuple[tuple[str, bool], ...]:
    names = [column.name for column in columns]
    found: list[tuple[str, bool]] = []
    for index, one in enumerate(raw or ()):
        name = one["column"]
        if name not in names:
            hint = report.suggest(str(name), names) or f"one of {', '.join(names)}"
            report.error((*path, index, "column"), f"'{name}' is no column of the chart", "unknown-column", hint)
        found.append((name, one.get("order") == "DESC"))
    return tuple(found)


def _filters(
    raw: Mapping[str, Json], key: str, path: Path, dataset: Dataset, report: Report
) -> tuple[ChartFilter, ...]:
    found = (_filter(one, (*path, key, index), dataset, report, 0) for index, one in enumerate(raw.get(key) or ()))
    return tuple(one for one in found if one is not None)


def _filter(raw: Json, path: Path, dataset: Dataset, report: Report, depth: int) -> ChartFilter | None:
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        report.error(path, "must be a condition: a map with type, field and value", "wrong-kind")
        return None
    if raw["type"] == "OR":
        return _either(raw, path, dataset, report, depth)
    name = str(raw.get("field"))
    kind = FIELDS[dataset].get(name)
    if kind is None:
        hint = report.suggest(name, FIELDS[dataset]) or f"one of {', '.join(FIELDS[dataset])}"
        report.error((*path, "field"), f"'{name}' is no field of {dataset}", "unknown-field", hint)
        return None
    if raw["type"] not in _COMPARISONS:
        hint = report.suggest(raw["type"], _COMPARISONS)
        report.error((*path, "type"), f"must be one of {', '.join(sorted(_COMPARISONS))}", "not-a-choice", hint)
        return None
    if not _can(raw["type"], name, kind):
        report.error((*path, "type"), f"{name} cannot be compared by {raw['type']}", "wrong-comparison")
        return None
    key = _label_key(raw, path, report)
    return ChartFilter(type=raw["type"], field=name, key=key, values=_values(raw, kind, path, report))


def _either(raw: Mapping[str, Json], path: Path, dataset: Dataset, report: Report, depth: int) -> ChartFilter | None:
    members = raw.get("values") or raw.get("value")
    if not isinstance(members, list) or depth >= _DEEPEST:
        report.error((*path, "values"), f"must be a list of conditions, at most {_DEEPEST} deep", "wrong-kind")
        return None
    found = [_filter(one, (*path, "values", index), dataset, report, depth + 1) for index, one in enumerate(members)]
    return ChartFilter(type="OR", members=tuple(one for one in found if one is not None))


def _can(comparison: str, name: str, kind: FieldKind) -> bool:
    if kind is FieldKind.LABELS:
        return comparison in _OF_LABELS
    if kind is FieldKind.TEXT:
        if name in _RANKED:
            return comparison not in {"STARTS_WITH", "ENDS_WITH", "CONTAINS", "PREFIX", "REGEX", "IS_TRUE", "IS_FALSE"}
        return comparison not in _RANGES
    return comparison not in _OF_TEXT


def _values(raw: Mapping[str, Json], kind: FieldKind, path: Path, report: Report) -> tuple[str | float, ...]:
    if raw["type"] in _WITHOUT_VALUE:
        return ()
    key = "values" if raw.get("values") is not None else "value"
    given = raw.get(key)
    if given is None:
        report.missing(path, "values" if raw["type"] in _LISTS else "value")
        return ()
    items = given if isinstance(given, list) else [given]
    if len(items) != 1 and raw["type"] not in _LISTS:
        report.error((*path, key), f"{raw['type']} takes one value", "wrong-kind", "Use IN for several")
        return ()
    found = [_value(one, kind, (*path, key), report) for one in items]
    if raw["type"] == "REGEX":
        _check_pattern(str(found[0]), (*path, key), report)
    return tuple(one for one in found if one is not None)


def _value(raw: Json, kind: FieldKind, path: Path, report: Report) -> str | float | None:
    if isinstance(raw, dict | list):
        report.error(path, "must be a plain value", "wrong-kind")
        return None
    if kind is FieldKind.TIME:
        return _time(raw, path, report)
    if kind is FieldKind.SECONDS:
        length = as_duration(raw)
        if length is None or abs(micros_in(length)) > _LARGEST:
            report.error(path, f"'{raw}' is no length of time", "not-a-duration", "Write PT30S, or seconds")
            return None
        return micros_in(length)
    if kind is FieldKind.NUMBER:
        if isinstance(raw, bool) or not isinstance(raw, int | float) or abs(raw) > _LARGEST:
            report.error(path, f"'{raw}' is no number", "not-a-number")
            return None
        return raw
    return str(raw).lower() if isinstance(raw, bool) else str(raw)


def _time(raw: Json, path: Path, report: Report) -> int | None:
    try:
        moment = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw))
    except ValueError:
        if isinstance(raw, date):
            moment = datetime(raw.year, raw.month, raw.day, tzinfo=UTC)
        else:
            hint = "Write it as 2026-01-31T12:00:00Z"
            report.error(path, f"'{raw}' is no date", "not-a-date", hint)
            return None
    return micros_at(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _check_pattern(pattern: str, path: Path, report: Report) -> None:
    try:
        compile_foreign(pattern)
    except regex.error as error:
        report.error(path, f"'{pattern}' is no regular expression: {error}", "bad-pattern")
