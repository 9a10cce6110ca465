"""The description of this interface itself."""

from __future__ import annotations

import asyncio
from functools import lru_cache

import msgspec
import yaml
from litestar import Litestar, Response, get

from tiercel import __version__
from tiercel.api.openapi.document import Verbs, build_document
from tiercel.api.requests import Incoming, actor_of
from tiercel.api.routes.execution_actions import ACTIONS_OF_ONE
from tiercel.api.routes.execution_bulk import ACTIONS_OF_MANY
from tiercel.api.routes.flow_bulk import VERBS
from tiercel.operations.actor import Action, Resource

CACHED = {"Cache-Control": "private, max-age=3600"}
VERBS_OF_PATHS: Verbs = {
    "execution_actions": ACTIONS_OF_ONE,
    "execution_bulk": dict.fromkeys(ACTIONS_OF_MANY),
    "flow_bulk": dict.fromkeys(VERBS),
}


@get("/api/v1/openapi")
async def describe(request: Incoming) -> Response[bytes]:
    """Describe every route as an OpenAPI 3.1 document."""
    return Response(await description_of(request), media_type="application/json", headers=CACHED)


@get("/swagger/kestra.yml")
async def describe_as_yaml(request: Incoming) -> Response[bytes]:
    """Describe every route as an OpenAPI 3.1 document in YAML."""
    text = await asyncio.to_thread(_yaml_of, await description_of(request))
    return Response(text, media_type="application/yaml", headers=CACHED)


async def description_of(request: Incoming) -> bytes:
    """Give the document as JSON; made once.

    Raises:
        ForbiddenError: Types may not be seen.
    """
    actor_of(request).require(Resource.PLUGIN, Action.READ)
    state = request.app.state
    if "description" not in state:
        state["description"] = await asyncio.to_thread(_describe, request.app)
    found: bytes = state["description"]
    return found


def _describe(app: Litestar) -> bytes:
    handlers = [handler for route in app.routes for handler in getattr(route, "route_handlers", ())]
    return msgspec.json.encode(build_document(handlers, __version__, VERBS_OF_PATHS))


@lru_cache(maxsize=1)
def _yaml_of(document: bytes) -> bytes:
    """Write the document as YAML; it is long, hence once."""
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: bytes = yaml.dump(
        msgspec.json.decode(document), Dumper=dumper, sort_keys=False, allow_unicode=True, encoding="utf-8"
    )
    return text


ROUTES = (describe, describe_as_yaml)
