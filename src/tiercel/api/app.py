"""Puts the application together: the routes, inside the guard."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from functools import cache

from litestar import Litestar
from litestar.datastructures import State
from litestar.types import ASGIApp, ControllerRouterHandler

from tiercel.api.errors import answer_error
from tiercel.api.gate import Authenticator, Gate, Limits
from tiercel.api.live.followers import Followers
from tiercel.api.live.hub import Hub
from tiercel.api.routes import (
    ai_drafts,
    api_page,
    backfills,
    blueprints,
    breakers,
    charts,
    cluster,
    dashboards,
    dependencies,
    description,
    events,
    execution_actions,
    execution_bulk,
    execution_reports,
    executions,
    file_export,
    files,
    flow_bulk,
    flow_tasks,
    flows,
    graphs,
    installation,
    kv,
    limits,
    login,
    logs,
    mcp,
    mcp_servers,
    metrics,
    namespaces,
    notifications,
    planned,
    plugin_icons,
    plugin_packages,
    plugins,
    pools,
    preferences,
    prometheus,
    secrets,
    source_search,
    system,
    task_trials,
    templates,
    trigger_trials,
    triggers,
    ui,
    usages,
    users,
    webhooks,
)
from tiercel.operations.environment import Environment

ROUTES: tuple[ControllerRouterHandler, ...] = (
    *system.ROUTES,
    *login.ROUTES,
    *users.ROUTES,
    *preferences.ROUTES,
    *flows.ROUTES,
    *flow_bulk.ROUTES,
    *flow_tasks.ROUTES,
    *task_trials.ROUTES,
    *source_search.ROUTES,
    *events.ROUTES,
    *executions.ROUTES,
    *execution_actions.ROUTES,
    *execution_bulk.ROUTES,
    *execution_reports.ROUTES,
    *logs.ROUTES,
    *metrics.ROUTES,
    *files.ROUTES,
    *file_export.ROUTES,
    *kv.ROUTES,
    *namespaces.ROUTES,
    *secrets.ROUTES,
    *plugins.ROUTES,
    *plugin_icons.ROUTES,
    *plugin_packages.ROUTES,
    *templates.ROUTES,
    *notifications.ROUTES,
    *blueprints.ROUTES,
    *ai_drafts.ROUTES,
    *cluster.ROUTES,
    *installation.ROUTES,
    *graphs.ROUTES,
    *dependencies.ROUTES,
    *triggers.ROUTES,
    *planned.ROUTES,
    *trigger_trials.ROUTES,
    *backfills.ROUTES,
    *webhooks.ROUTES,
    *dashboards.ROUTES,
    *charts.ROUTES,
    *usages.ROUTES,
    *limits.ROUTES,
    *pools.ROUTES,
    *breakers.ROUTES,
    *mcp_servers.ROUTES,
    *mcp.ROUTES,
    *description.ROUTES,
    *api_page.ROUTES,
    *prometheus.ROUTES,
    *ui.ROUTES,
)


def create_app(environment: Environment, authenticator: Authenticator, hosts: Iterable[str] = ()) -> ASGIApp:
    """Make the ASGI application of an installation.

    Args:
        environment: What the routes work on.
        authenticator: Finds out who asks.
        hosts: Names, besides those of this machine to itself, that requests may call the server by.
    """
    settings = environment.settings.server
    limits = Limits(
        body_bytes=settings.body_limit_bytes,
        upload_bytes=settings.upload_limit_bytes,
        wait_seconds=settings.body_wait_seconds,
    )
    routes = create_routes(environment, is_open=authenticator.is_open)
    return Gate(routes, authenticator, (*hosts, *settings.allowed_hosts), limits)


def create_routes(environment: Environment, *, is_open: bool) -> Litestar:
    """Make the routes alone; nothing may serve them without the guard around."""
    most = environment.settings.server.streams_per_user
    routes = copy(_register_routes())
    routes.state = State(
        {"environment": environment, "is_open": is_open, "hub": Hub(environment), "followers": Followers(most)}
    )
    return routes


@cache
def _register_routes() -> Litestar:
    """Make what all installations of a process have in common: it knows none of them, and takes a third of a second."""
    return Litestar(
        list(ROUTES),
        exception_handlers={Exception: answer_error},
        openapi_config=None,
        request_max_body_size=None,
        logging_config=None,
        include_in_schema=False,
    )
