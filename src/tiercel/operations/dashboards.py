"""Dashboards: what is saved, read and removed, and which is shown where. The source is the truth.

Those that are built in are texts of the package; they can be read and drawn like any other, and never change.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from msgspec import Struct

from tiercel.errors import ConflictError, ExistsError, InvalidError, NotFoundError, StaleError, Violation
from tiercel.model.dashboard import Dashboard
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.repository import dashboards as repository
from tiercel.repository.connection import Connection
from tiercel.repository.dashboards import StoredDashboard
from tiercel.repository.lists import search_dashboards as search_stored
from tiercel.repository.query import Page, Query
from tiercel.source import Limits
from tiercel.source.dashboards import ParsedChart, ParsedDashboard, parse_chart, parse_dashboard

PLACES = ("home", "flow", "namespace")
BUILT_IN = {f"default_{place}": place for place in PLACES}
"""Ids of the dashboards of the package, and where they are shown."""


class SavedDashboard(Struct, frozen=True):
    """A stored revision with what it says."""

    stored: StoredDashboard
    dashboard: Dashboard
    is_built_in: bool = False


class DefaultDashboards(Struct, frozen=True, kw_only=True):
    """Which dashboard is shown where; None = the one of the package."""

    home: str | None = None
    flow: str | None = None
    namespace: str | None = None


@operation(Resource.DASHBOARD, Action.CREATE)
async def create_dashboard(environment: Environment, actor: Actor, source: str) -> SavedDashboard:
    """Store a new dashboard, under an id of its own when the text names none.

    Raises:
        InvalidError: Everything that is wrong with the source.
        ConflictError: A dashboard of that id exists.
    """
    del actor
    dashboard = _parse_for_save(environment, source, environment.new_id())
    now = environment.clock()

    def save(connection: Connection) -> StoredDashboard:
        if dashboard.id in BUILT_IN or repository.find_dashboard(connection, dashboard.id) is not None:
            raise ExistsError(f"Dashboard id already exists: {dashboard.id}; update it, or choose another id")
        return repository.save_dashboard(connection, _to_store(dashboard), now=now)

    return SavedDashboard(await environment.database.write(save), dashboard)


@operation(Resource.DASHBOARD, Action.UPDATE)
async def update_dashboard(
    environment: Environment, actor: Actor, dashboard_id: str, source: str, *, expected_revision: int | None = None
) -> SavedDashboard:
    """Store a new revision; the same bytes again make none.

    Raises:
        InvalidError: Everything that is wrong with the source, or it names another dashboard.
        NotFoundError: There is no such dashboard.
        StaleError: The last revision is not the expected one.
        ConflictError: It is built in.
    """
    del actor
    if dashboard_id in BUILT_IN:
        raise ConflictError(f"The dashboard {dashboard_id} is built in: save it under another id")
    await environment.database.read(lambda connection: repository.get_dashboard(connection, dashboard_id))
    dashboard = _parse_for_save(environment, source, dashboard_id)
    if dashboard.id != dashboard_id:
        message = f"must stay '{dashboard_id}'; a dashboard cannot be renamed"
        raise InvalidError([Violation(message, path="id", code="dashboard-renamed")])
    now = environment.clock()

    def save(connection: Connection) -> StoredDashboard:
        last = repository.get_dashboard(connection, dashboard_id)
        if expected_revision is not None and last.revision != expected_revision:
            raise StaleError(f"Dashboard {dashboard_id}", last.revision, expected_revision)
        return repository.save_dashboard(connection, _to_store(dashboard), now=now)

    return SavedDashboard(await environment.database.write(save), dashboard)


@operation(Resource.DASHBOARD, Action.READ)
async def get_dashboard(
    environment: Environment, actor: Actor, dashboard_id: str, *, revision: int | None = None
) -> SavedDashboard:
    """Give a dashboard, at its last revision unless another is asked for.

    Raises:
        NotFoundError: There is no such dashboard or revision.
        InvalidError: It can no longer be read: a type of chart may be gone.
    """
    del actor
    if dashboard_id in BUILT_IN:
        return _built_in(environment, dashboard_id)
    stored = await environment.database.read(
        lambda connection: repository.get_dashboard(connection, dashboard_id, revision)
    )
    return _read(environment, stored)


@operation(Resource.DASHBOARD, Action.READ)
async def list_revisions(environment: Environment, actor: Actor, dashboard_id: str) -> list[StoredDashboard]:
    """Give every revision, oldest first.

    Raises:
        NotFoundError: There is no such dashboard.
    """
    del actor
    found = await environment.database.read(
        lambda connection: repository.list_dashboard_revisions(connection, dashboard_id)
    )
    if not found:
        raise NotFoundError("dashboard", dashboard_id)
    return found


@operation(Resource.DASHBOARD, Action.DELETE)
async def delete_dashboard(environment: Environment, actor: Actor, dashboard_id: str) -> None:
    """Remove a dashboard; places that showed it show the one of the package again.

    Raises:
        NotFoundError: There is no such dashboard.
        ConflictError: It is built in.
    """
    del actor
    if dashboard_id in BUILT_IN:
        raise ConflictError(f"The dashboard {dashboard_id} is built in and cannot be removed")
    now = environment.clock()

    def delete(connection: Connection) -> None:
        if not repository.delete_dashboard(connection, dashboard_id, now=now):
            raise NotFoundError("dashboard", dashboard_id)

    await environment.database.write(delete)


@operation(Resource.DASHBOARD, Action.READ)
async def search_dashboards(environment: Environment, actor: Actor, query: Query) -> Page[SavedDashboard]:
    """Give one page of those that were saved, by id unless another order is asked for.

    Raises:
        InvalidError: A filter or order is unknown.
    """
    del actor
    page = await environment.database.read(lambda connection: search_stored(connection, query))
    return Page(
        items=[_shown(environment, stored) for stored in page.items],
        total=page.total,
        is_total_capped=page.is_total_capped,
        next_cursor=page.next_cursor,
    )


@operation(Resource.DASHBOARD, Action.READ)
async def validate_dashboard(environment: Environment, actor: Actor, source: str) -> ParsedDashboard:
    """Say what is wrong with a text."""
    del actor
    return parse_dashboard(source, environment.types, _limits(environment), default_id=environment.new_id())


@operation(Resource.DASHBOARD, Action.READ)
async def validate_chart(environment: Environment, actor: Actor, source: str) -> ParsedChart:
    """Say what is wrong with one chart."""
    del actor
    return parse_chart(source, environment.types, _limits(environment))


@operation(Resource.DASHBOARD, Action.READ)
async def get_defaults(environment: Environment, actor: Actor) -> DefaultDashboards:
    """Tell which dashboard is shown where."""
    del actor
    return DefaultDashboards(**await environment.database.read(repository.find_defaults))


@operation(Resource.DASHBOARD, Action.UPDATE)
async def set_defaults(environment: Environment, actor: Actor, chosen: dict[str, str | None]) -> DefaultDashboards:
    """Choose which dashboard is shown at the places given: home, flow, namespace; None = the one of the package.

    Raises:
        ConflictError: There is no such dashboard.
    """
    del actor

    def save(connection: Connection) -> dict[str, str]:
        for dashboard_id in chosen.values():
            is_stored = dashboard_id is None or repository.find_dashboard(connection, dashboard_id) is not None
            if not is_stored and dashboard_id not in BUILT_IN:
                raise ConflictError(f"There is no dashboard {dashboard_id} to show")
        repository.save_defaults(connection, chosen)
        return repository.find_defaults(connection)

    return DefaultDashboards(**await environment.database.write(save))


def _parse_for_save(environment: Environment, source: str, default_id: str) -> Dashboard:
    parsed = parse_dashboard(source, environment.types, _limits(environment), default_id=default_id)
    if parsed.dashboard is None:
        raise InvalidError([violation for violation in parsed.violations if violation.is_error])
    return parsed.dashboard


def _limits(environment: Environment) -> Limits:
    return Limits(size_bytes=environment.settings.source_limit_bytes)


def _to_store(dashboard: Dashboard) -> StoredDashboard:
    return StoredDashboard(
        id=dashboard.id,
        revision=0,
        source=dashboard.source,
        title=dashboard.title,
        description=dashboard.description,
        created_at=0,
        updated_at=0,
    )


def _read(environment: Environment, stored: StoredDashboard) -> SavedDashboard:
    limits = Limits(size_bytes=len(stored.source) * 4 + 1)
    parsed = parse_dashboard(stored.source, environment.types, limits, default_id=stored.id)
    if parsed.dashboard is None:
        raise InvalidError(parsed.violations)
    return SavedDashboard(stored, parsed.dashboard)


def _shown(environment: Environment, stored: StoredDashboard) -> SavedDashboard:
    """As ``_read``; one that can no longer be read is listed all the same, without charts."""
    try:
        return _read(environment, stored)
    except InvalidError:
        empty = parse_dashboard(f"id: {stored.id}\ntitle: unreadable\n", environment.types).dashboard
        if empty is None:
            raise
        return SavedDashboard(stored, empty)


def _built_in(environment: Environment, dashboard_id: str) -> SavedDashboard:
    source = _text(BUILT_IN[dashboard_id])
    parsed = parse_dashboard(source, environment.types)
    if parsed.dashboard is None:
        raise InvalidError(parsed.violations)
    return SavedDashboard(_to_store(parsed.dashboard), parsed.dashboard, is_built_in=True)


@cache
def _text(place: str) -> str:
    return (files("tiercel.operations") / "built_in_dashboards" / f"{place}.yml").read_text(encoding="utf-8")
