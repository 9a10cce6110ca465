"""Kestra's published client, unchanged: dashboards."""

from __future__ import annotations

from uuid import uuid4

import pytest
from kestrapy import KestraClient
from kestrapy.exceptions import ConflictException, NotFoundException
from kestrapy.models.chart_filters_overrides import ChartFiltersOverrides
from kestrapy.models.dashboard_controller_preview_request import DashboardControllerPreviewRequest
from kestrapy.models.query_filter import QueryFilter
from kestrapy.models.query_filter_field import QueryFilterField as Field
from kestrapy.models.query_filter_op import QueryFilterOp as Op

from clients.conftest import TENANT
from clients.kinds import Save

pytestmark = pytest.mark.usefixtures("in_time")

CHART = """\
id: states
type: io.kestra.plugin.core.dashboard.chart.Pie
chartOptions: {displayName: States, colorByColumn: state}
data:
  type: io.kestra.plugin.core.dashboard.data.Executions
  columns:
    state: {field: STATE}
    total: {agg: COUNT}
"""
FLOW = """\
id: quick
namespace: NAMESPACE
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}
"""


@pytest.fixture
def source() -> str:
    chart = "".join(f"    {line}\n" for line in CHART.splitlines())
    return f"id: d{uuid4().hex[:12]}\ntitle: Ours\ncharts:\n  -{chart[3:]}"


def test_a_dashboard_is_made_changed_found_and_removed(kestra: KestraClient, source: str) -> None:
    name = source.splitlines()[0].removeprefix("id: ")
    assert kestra.dashboards.validate_dashboard(TENANT, source).constraints is None
    wrong = kestra.dashboards.validate_dashboard(TENANT, source.replace("title", "titel"))
    assert "titel" in wrong.constraints
    made = kestra.dashboards.create_dashboard(TENANT, source)
    assert (made["id"], made["sourceCode"]) == (name, source)
    with pytest.raises(ConflictException):
        kestra.dashboards.create_dashboard(TENANT, source)
    changed = kestra.dashboards.update_dashboard(name, TENANT, source.replace("Ours", "Yours"))
    assert changed["title"] == "Yours"
    found = kestra.dashboards.search_dashboards(TENANT, page=1, size=5, q=name)
    assert [one["title"] for one in found["results"]] == ["Yours"]
    assert kestra.dashboards.dashboard(name, TENANT)["charts"][0]["id"] == "states"
    assert kestra.dashboards.default_dashboards(TENANT) == {}
    kestra.dashboards.delete_dashboard(name, TENANT)
    with pytest.raises(NotFoundException):
        kestra.dashboards.dashboard(name, TENANT)


def test_charts_are_drawn_and_exported(kestra: KestraClient, save: Save, namespace: str, source: str) -> None:
    save(FLOW)
    kestra.executions.create_execution(TENANT, namespace, "quick", wait=True)
    name = kestra.dashboards.create_dashboard(TENANT, source)["id"]
    narrowed = ChartFiltersOverrides(
        filters=[QueryFilter(var_field=Field.NAMESPACE, operation=Op.EQUALS, value=namespace)]
    )
    data = kestra.dashboards.dashboard_chart_data(name, "states", TENANT, narrowed)
    assert (data.results, data.total) == ([{"state": "SUCCESS", "total": 1}], 1)
    assert kestra.dashboards.validate_chart(TENANT, CHART).constraints is None
    request = DashboardControllerPreviewRequest(chart=CHART, global_filter=narrowed)
    assert kestra.dashboards.preview_chart(TENANT, request).results == data.results
    for exported in (
        kestra.dashboards.export_dashboard_chart(name, "states", TENANT, narrowed, format="csv"),
        kestra.dashboards.export_chart(TENANT, request, format="csv"),
    ):
        assert bytes(exported).splitlines() == [b"state,total", b"SUCCESS,1"]
