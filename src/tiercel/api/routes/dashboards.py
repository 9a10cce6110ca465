"""Dashboards as YAML, their checking, and which is shown where."""

from __future__ import annotations

from litestar import Response, delete, get, post, put
from litestar.params import FromPath

from tiercel.api.errors import BodyError
from tiercel.api.filter_fields import Fields
from tiercel.api.filters import read_filters
from tiercel.api.paging import page_shape, read_page
from tiercel.api.requests import (
    Incoming,
    actor_of,
    answer,
    environment_of,
    expected_revision,
    json_of,
    one,
    query_of,
    source_of,
    valid_ids,
    whole,
)
from tiercel.api.shapes.dashboards import dashboard_shape, defaults_shape, revision_shape, validation_shape
from tiercel.errors import InvalidError, Violation
from tiercel.operations import dashboards
from tiercel.operations.actor import Action, Resource
from tiercel.operations.dashboards import SavedDashboard

_ROOT = "/api/v1/main/dashboards"
_FIELDS = Fields("DASHBOARD", ("q", "updated"))
_SETTINGS = {
    "defaultHomeDashboard": "home",
    "defaultFlowOverviewDashboard": "flow",
    "defaultNamespaceOverviewDashboard": "namespace",
}


@get(_ROOT)
async def search_dashboards(request: Incoming) -> Response[bytes]:
    """Give one page of the dashboards that were saved; those that are built in are read by their id."""
    actor_of(request).require(Resource.DASHBOARD, Action.READ)
    query, environment = query_of(request), environment_of(request)
    text = one(query, "q")
    given = query + ([("filters[q][EQUALS]", text)] if text else [])
    where = read_filters(given, _FIELDS, environment.clock())
    found = await dashboards.search_dashboards(environment, actor_of(request), read_page(query, where))
    return answer(page_shape(found, dashboard_shape))


@post(_ROOT, status_code=200)
async def create_dashboard(request: Incoming) -> Response[bytes]:
    """Store a new dashboard from its source."""
    source = await source_of(request)
    return _saved(await dashboards.create_dashboard(environment_of(request), actor_of(request), source))


@get(_ROOT + "/{dashboard_id:str}")
async def get_dashboard(request: Incoming, dashboard_id: FromPath[str]) -> Response[bytes]:
    """Give a dashboard with its source, at its last revision unless another is asked for."""
    valid_ids(dashboard_id)
    revision = whole(query_of(request), "revision")
    return _saved(
        await dashboards.get_dashboard(environment_of(request), actor_of(request), dashboard_id, revision=revision)
    )


@put(_ROOT + "/{dashboard_id:str}")
async def update_dashboard(request: Incoming, dashboard_id: FromPath[str]) -> Response[bytes]:
    """Store a new revision; ``If-Match`` names the revision that was edited."""
    valid_ids(dashboard_id)
    saved = await dashboards.update_dashboard(
        environment_of(request),
        actor_of(request),
        dashboard_id,
        await source_of(request),
        expected_revision=expected_revision(request),
    )
    return _saved(saved)


@delete(_ROOT + "/{dashboard_id:str}", status_code=204)
async def delete_dashboard(request: Incoming, dashboard_id: FromPath[str]) -> None:
    """Remove a dashboard."""
    valid_ids(dashboard_id)
    await dashboards.delete_dashboard(environment_of(request), actor_of(request), dashboard_id)


@get(_ROOT + "/{dashboard_id:str}/revisions")
async def list_dashboard_revisions(request: Incoming, dashboard_id: FromPath[str]) -> Response[bytes]:
    """List every revision of a dashboard with its source, oldest first."""
    valid_ids(dashboard_id)
    found = await dashboards.list_revisions(environment_of(request), actor_of(request), dashboard_id)
    return answer([revision_shape(stored) for stored in found])


@post(_ROOT + "/validate", status_code=200)
async def validate_dashboard(request: Incoming) -> Response[bytes]:
    """Check the source of a dashboard."""
    checked = await dashboards.validate_dashboard(environment_of(request), actor_of(request), await source_of(request))
    return answer(validation_shape(checked.violations))


@post(_ROOT + "/validate/chart", status_code=200)
async def validate_chart(request: Incoming) -> Response[bytes]:
    """Check the source of one chart."""
    checked = await dashboards.validate_chart(environment_of(request), actor_of(request), await source_of(request))
    return answer(validation_shape(checked.violations))


@get(_ROOT + "/settings/default-dashboards")
async def get_default_dashboards(request: Incoming) -> Response[bytes]:
    """Tell which dashboards are shown at home, for a flow and for a namespace."""
    return answer(defaults_shape(await dashboards.get_defaults(environment_of(request), actor_of(request))))


@post("/api/v1/tenants/main/settings/default-dashboards", status_code=200)
async def set_default_dashboards(request: Incoming) -> Response[bytes]:
    """Choose dashboards for places; null takes a choice back, and a place that is not named keeps its own."""
    actor_of(request).require(Resource.DASHBOARD, Action.UPDATE)
    given = await json_of(request)
    if not isinstance(given, dict):
        raise BodyError(f"Send a map of {', '.join(_SETTINGS)}")
    wrong = [
        Violation(f'Unrecognized field "{name}"', path=name, hint=f"one of {', '.join(_SETTINGS)}")
        if name not in _SETTINGS
        else Violation("must be the id of a dashboard or null", path=name)
        for name, value in given.items()
        if name not in _SETTINGS or not isinstance(value, str | None)
    ]
    if wrong:
        raise InvalidError(wrong)
    chosen = {_SETTINGS[name]: value or None for name, value in given.items()}
    return answer(defaults_shape(await dashboards.set_defaults(environment_of(request), actor_of(request), chosen)))


def _saved(saved: SavedDashboard) -> Response[bytes]:
    response = answer(dashboard_shape(saved))
    if not saved.is_built_in:
        response.headers["ETag"] = f'"{saved.stored.revision}"'
    return response


ROUTES = (
    search_dashboards,
    create_dashboard,
    get_dashboard,
    update_dashboard,
    delete_dashboard,
    list_dashboard_revisions,
    validate_dashboard,
    validate_chart,
    get_default_dashboards,
    set_default_dashboards,
)
