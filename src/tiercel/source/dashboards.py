"""YAML of a dashboard to the model, with everything that is wrong at once and where."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tiercel.errors import Violation
from tiercel.model.dashboard import DEFAULT_WINDOW, LONGEST_WINDOW, Chart, ChartKind, Dashboard
from tiercel.model.json import Json
from tiercel.model.types import TypeKind, Types
from tiercel.source.chart_queries import adopt_errors, read_query
from tiercel.source.fields import (
    INVALID,
    Fields,
    anything,
    boolean,
    choice,
    duration,
    object_schema,
    read_fields,
    record,
    text,
)
from tiercel.source.identifiers import identifier
from tiercel.source.paths import Path
from tiercel.source.reader import DEFAULT_LIMITS, Document, Limits, read_yaml
from tiercel.source.report import Report
from tiercel.source.schema import type_schema
from tiercel.source.scope import Scope

_ID = identifier(re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*"), "Use letters, digits, dot, dash and underscore", 100)
_WINDOW: Fields = {"default": duration(), "max": duration()}
DASHBOARD_FIELDS: Fields = {
    "id": _ID.required(),
    "title": text(minimum=1, maximum=500).required(),
    "description": text(),
    "timeWindow": record(_WINDOW),
    "charts": anything(),
    "deleted": boolean(),
}
_SOURCES: dict[str, Fields] = {
    "Text": {"type": text(), "content": text().required()},
    "FlowDescription": {"type": text(), "namespace": text(minimum=1).required(), "flowId": text(minimum=1).required()},
}
_SOURCE_TYPE = choice(tuple(_SOURCES))
_KINDS = {kind.value: kind for kind in ChartKind}


@dataclass(frozen=True, slots=True)
class ParsedDashboard:
    """What came of reading a text; ``dashboard`` is None when something is wrong."""

    document: Document
    dashboard: Dashboard | None = None
    violations: list[Violation] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ParsedChart:
    """As for a dashboard, of one chart alone."""

    chart: Chart | None = None
    violations: list[Violation] = field(default_factory=list)


def parse_dashboard(
    source: str, types: Types, limits: Limits = DEFAULT_LIMITS, *, default_id: str = ""
) -> ParsedDashboard:
    """Read a dashboard.

    Args:
        source: The text.
        types: Those there are.
        limits: Of the text.
        default_id: The id of one that names none, as texts of 1.x do; empty where each must name one.
    """
    document = read_yaml(source, limits)
    if document.violations:
        return ParsedDashboard(document, None, document.violations)
    scope = Scope(Report(document), types)
    fields = {**DASHBOARD_FIELDS, "id": _ID} if default_id else DASHBOARD_FIELDS
    values = read_fields(document.data, (), fields, scope.report)
    charts = _read_charts(values.get("charts"), scope) if values is not None else ()
    if values is not None:
        _check_window(values.get("timeWindow", {}), scope)
    found = None
    if values is not None and not scope.report.has_errors:
        window = values.get("timeWindow", {})
        found = Dashboard(
            id=values.get("id") or default_id,
            title=values["title"],
            description=values.get("description"),
            window=window.get("default", min(DEFAULT_WINDOW, window.get("max", DEFAULT_WINDOW))),
            longest=window.get("max", LONGEST_WINDOW),
            charts=charts,
            document=document.data,
            source=source,
        )
    return ParsedDashboard(document, found, scope.report.listed())


def parse_chart(source: str, types: Types, limits: Limits = DEFAULT_LIMITS) -> ParsedChart:
    """Read one chart by itself."""
    document = read_yaml(source, limits)
    if document.violations:
        return ParsedChart(None, document.violations)
    scope = Scope(Report(document), types)
    chart = _read_chart(document.data, (), scope)
    return ParsedChart(None if scope.report.has_errors else chart, scope.report.listed())


def dashboard_schema(types: Types) -> dict[str, Json]:
    """The JSON Schema of a dashboard; each type of chart and of data is one of its definitions."""
    definitions: dict[str, Json] = {}
    for kind in (TypeKind.CHART, TypeKind.DATA, TypeKind.DATA_KPI):
        known = list(types.list_types(kind))
        definitions |= {facts.type: type_schema(facts) for facts in known}
        definitions[kind.value] = {"anyOf": [{"$ref": f"#/definitions/{facts.type}"} for facts in known]}
    schema = object_schema(DASHBOARD_FIELDS)
    schema["properties"]["charts"] = {"type": "array", "items": {"$ref": "#/definitions/chart"}}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Dashboard",
        **schema,
        "definitions": definitions,
    }


def _read_charts(raw: Json, scope: Scope) -> tuple[Chart, ...]:
    if raw is None:
        return ()
    if not isinstance(raw, list):
        scope.report.error(("charts",), "must be a list", "wrong-kind")
        return ()
    seen: set[str] = set()
    charts: list[Chart] = []
    for index, one in enumerate(raw):
        chart = _read_chart(one, ("charts", index), scope)
        name = one.get("id") if isinstance(one, dict) else None
        if isinstance(name, str) and name in seen:
            scope.report.error(("charts", index, "id"), f"Duplicate chart id: {name}", "duplicate-id")
        elif isinstance(name, str):
            seen.add(name)
        if chart is not None:
            charts.append(chart)
    return tuple(charts)


def _read_chart(raw: Json, path: Path, scope: Scope) -> Chart | None:
    report = scope.report
    facts = scope.find_type(raw, path, TypeKind.CHART)
    if facts is None:
        return None
    before = report.error_count
    own = {key: value for key, value in raw.items() if key != "type"}
    for key in own:
        if key not in facts.properties:
            report.unknown(path, key, facts.properties)
        else:
            scope.note_property(key, path, facts)
    for key in ("chartOptions", "data", "source"):
        if own.get(key) is not None and not isinstance(own[key], dict):
            report.error((*path, key), "must be a map", "wrong-kind")
    if report.error_count > before:
        return None
    adopt_errors(facts.check(own), path, raw, report)
    kind = _KINDS.get(facts.type.rpartition(".")[2])
    if kind is None or report.error_count > before:
        return None
    if kind is ChartKind.MARKDOWN:
        return _read_text(raw, path, scope)
    query = read_query(raw, kind, path, scope)
    if query is None:
        return None
    options = raw.get("chartOptions") or {}
    is_share = options.get("numberType") == "PERCENTAGE"
    return Chart(id=raw["id"], kind=kind, document=raw, query=query, is_share=is_share)


def _read_text(raw: dict[str, Json], path: Path, scope: Scope) -> Chart | None:
    source = raw.get("source")
    if source is None:
        if raw.get("content") is None:
            hint = "Add source with type: Text and content"
            scope.report.missing(path, "source", hint=hint)
            return None
        return Chart(id=raw["id"], kind=ChartKind.MARKDOWN, document=raw, text=str(raw["content"]))
    here = (*path, "source")
    named = dict(source)
    if isinstance(named.get("type"), str):  # a whole name of a type is accepted too
        named["type"] = named["type"].rpartition(".")[2]
    kind = _SOURCE_TYPE.read(named.get("type", "Text"), here, "type", scope.report)
    if kind is INVALID:
        return None
    before = scope.report.error_count
    values = read_fields(named, here, _SOURCES[str(kind)], scope.report)
    if values is None or scope.report.error_count > before:
        return None
    flow = (values["namespace"], values["flowId"]) if kind == "FlowDescription" else None
    return Chart(id=raw["id"], kind=ChartKind.MARKDOWN, document=raw, text=values.get("content"), flow=flow)


def _check_window(window: dict[str, Json], scope: Scope) -> None:
    longest = window.get("max", LONGEST_WINDOW)
    if longest > LONGEST_WINDOW:
        scope.report.error(("timeWindow", "max"), "must be at most P366D", "too-large", "Write P366D or less")
    elif window.get("default", longest) > longest:
        message = "must not be longer than timeWindow.max"
        scope.report.error(("timeWindow", "default"), message, "too-large")
