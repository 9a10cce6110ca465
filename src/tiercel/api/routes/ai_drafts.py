"""Drafts of flows and dashboards, written by a language model; an answer is text, and changes nothing."""

from __future__ import annotations

from litestar import Response, get, post

from tiercel.api.errors import BodyError
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, json_of
from tiercel.operations import drafting
from tiercel.operations.drafting import Wanted

_ROOT = "/api/v1/main/ai"
_SOURCES = ("yaml", "flowYaml", "dashboardYaml", "source")


@get(_ROOT + "/providers")
async def list_providers(request: Incoming) -> Response[bytes]:
    """Give the model that drafts are asked of."""
    found = await drafting.list_providers(environment_of(request), actor_of(request))
    return answer([{"id": one.id, "type": "openai", "model": one.model, "isDefault": True} for one in found])


@post(_ROOT + "/generate/flow", status_code=200)
async def draft_flow(request: Incoming) -> Response[bytes]:
    """Give the YAML of a flow that does what ``userPrompt`` asks for, made from ``yaml`` if there is one."""
    text = await drafting.draft_flow(environment_of(request), actor_of(request), await _wanted(request))
    return Response(text.encode(), media_type="application/yaml")


@post(_ROOT + "/generate/dashboard", status_code=200)
async def draft_dashboard(request: Incoming) -> Response[bytes]:
    """Give the YAML of a dashboard that shows what ``userPrompt`` asks for, made from ``yaml`` if there is one."""
    text = await drafting.draft_dashboard(environment_of(request), actor_of(request), await _wanted(request))
    return Response(text.encode(), media_type="application/yaml")


async def _wanted(request: Incoming) -> Wanted:
    body = await json_of(request)
    given = body if isinstance(body, dict) else {}
    prompt = given.get("userPrompt") or ""
    source = next((given[name] for name in _SOURCES if given.get(name)), "")
    if not isinstance(prompt, str) or not isinstance(source, str):
        raise BodyError("Send a JSON object whose 'userPrompt' and 'yaml' are texts")
    return Wanted(prompt=prompt, source=source)


ROUTES = (list_providers, draft_flow, draft_dashboard)
