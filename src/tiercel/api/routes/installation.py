"""How the installation is set up: the settings in force, and plugins that did not load."""

from __future__ import annotations

from litestar import Response, get

from tiercel.api.requests import Incoming, actor_of, answer, environment_of
from tiercel.model.json import Json
from tiercel.operations import installation


@get("/api/v1/main/settings")
async def list_settings(request: Incoming) -> Response[bytes]:
    """Give the settings in force; of those that are secret only whether they are set."""
    found = await installation.list_settings(environment_of(request), actor_of(request))
    shapes: list[Json] = [{"name": one.name, "value": one.value, "isDefault": one.is_default} for one in found]
    return answer({"results": shapes, "total": len(shapes)})


@get("/api/v1/plugins/problems")
async def list_problems(request: Incoming) -> Response[bytes]:
    """Say which plugins could not be loaded and why."""
    found = await installation.list_problems(environment_of(request), actor_of(request))
    return answer({"results": list(found), "total": len(found)})


ROUTES = (list_settings, list_problems)
