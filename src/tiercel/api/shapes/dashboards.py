"""Dashboards, and what their charts show."""

from __future__ import annotations

from tiercel.api.errors import violation_shape
from tiercel.api.shapes.times import instant
from tiercel.api.tenancy import TENANT
from tiercel.errors import Violation
from tiercel.model.dashboard import FIELDS, Aggregate, ChartColumn, ChartQuery, FieldKind
from tiercel.model.json import Json
from tiercel.operations.charts import ChartContent
from tiercel.operations.dashboards import DefaultDashboards, SavedDashboard
from tiercel.repository.dashboards import StoredDashboard


def dashboard_shape(saved: SavedDashboard, *, with_source: bool = True) -> dict[str, Json]:
    """Give a dashboard as it is written, with what the server knows beside it."""
    stored, document = saved.stored, saved.dashboard.document
    shape: dict[str, Json] = {
        "tenantId": TENANT,
        "id": stored.id,
        "title": stored.title,
        "charts": document.get("charts") or [],
        "deleted": False,
        "revision": stored.revision,
        "builtIn": saved.is_built_in,
    }
    if stored.description is not None:
        shape["description"] = stored.description
    if "timeWindow" in document:
        shape["timeWindow"] = document["timeWindow"]
    if not saved.is_built_in:
        shape |= {"created": instant(stored.created_at), "updated": instant(stored.updated_at)}
    if with_source:
        shape["sourceCode"] = stored.source
    return shape


def revision_shape(stored: StoredDashboard) -> dict[str, Json]:
    """Give one revision of a dashboard."""
    return {
        "id": stored.id,
        "revision": stored.revision,
        "title": stored.title,
        "updated": instant(stored.updated_at),
        "sourceCode": stored.source,
    }


def validation_shape(violations: list[Violation]) -> dict[str, Json]:
    """Give what is wrong with a text; ``constraints`` is there only when it is not valid."""
    errors = [violation for violation in violations if violation.is_error]
    warnings = [violation for violation in violations if not violation.is_error]
    shape: dict[str, Json] = {
        "index": 0,
        "outdated": False,
        "deprecationPaths": [found.path for found in warnings if found.code.startswith("deprecated")],
        "warnings": [str(found) for found in warnings if not found.code.startswith("deprecated")],
        "infos": [],
        "issues": [
            violation_shape(found) | {"severity": "error" if found.is_error else "warning"} for found in violations
        ],
    }
    if errors:
        lines = (f"{found.path}: {found.message}" if found.path else found.message for found in errors)
        shape["constraints"] = "\n".join(lines)
    return shape


def defaults_shape(chosen: DefaultDashboards) -> dict[str, Json]:
    """Give which dashboard is shown where; a place without a choice is left out."""
    named = {
        "defaultHomeDashboard": chosen.home,
        "defaultFlowOverviewDashboard": chosen.flow,
        "defaultNamespaceOverviewDashboard": chosen.namespace,
    }
    return {key: value for key, value in named.items() if value is not None}


def content_shape(content: ChartContent) -> dict[str, Json]:
    """Give what a chart shows; beside the rows, the range they are of and how wide its stretches are."""
    rows = rows_of(content)
    total = content.rows.total if content.rows is not None else len(rows)
    shape: dict[str, Json] = {"results": rows, "total": total}
    if content.span is not None:
        shape |= {"startDate": instant(content.span.start), "endDate": instant(content.span.end)}
    if content.rows is not None and content.rows.bucket:
        shape["bucketSeconds"] = content.rows.bucket // 1_000_000
    if content.rows is not None and content.rows.is_partial:
        shape["isPartial"] = True
    return shape


def rows_of(content: ChartContent) -> list[dict[str, Json]]:
    """Give the rows of a chart; a figure is one row with ``value``, a text one with ``content``."""
    query = content.chart.query
    if query is None:
        return [{"content": content.text}]
    if content.rows is None:
        return [{"value": _figure(content.figure, query.columns[0], query)}]
    return [
        {column.name: _shown(row[column.name], column, query) for column in query.columns} for row in content.rows.rows
    ]


def _figure(value: float | None, column: ChartColumn, query: ChartQuery) -> Json:
    return value if value is None else _shown(int(value) if _is_time(column, query) else value, column, query)


def _shown(value: Json, column: ChartColumn, query: ChartQuery) -> Json:
    return instant(value) if value is not None and _is_time(column, query) else value


def _is_time(column: ChartColumn, query: ChartQuery) -> bool:
    is_time = FIELDS[query.dataset].get(column.field or "") is FieldKind.TIME
    return is_time and column.aggregate is not Aggregate.COUNT
