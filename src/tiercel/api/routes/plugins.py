"""Plugins: what types there are, what each is told, JSON Schemas for editors."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from tiercel.api.errors import RequestError
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, flag, query_of, text_of, whole
from tiercel.api.shapes.flows import validation_shape
from tiercel.api.shapes.plugins import documentation_shape, plugins_shape, trigger_shape
from tiercel.errors import InvalidError, Violation
from tiercel.model.types import TypeKind
from tiercel.operations import plugins

_ROOT = "/api/v1/plugins"
_SECTIONS = {
    "TASKS": "task",
    "TRIGGERS": "trigger",
    "CONDITIONS": "condition",
    "INPUTS": "input",
    "OUTPUTS": "output",
    "RETRY": "retry",
    "SLA": "sla",
    "CHECKS": "check",
    "CONCURRENCY": "concurrency",
    "PLUGIN DEFAULTS": "pluginDefault",
}
"""The parts of a flow an editor has checked alone."""
_CACHED = {"Cache-Control": "public, max-age=3600"}


@get(_ROOT)
async def list_plugins(request: Incoming) -> Response[bytes]:
    """List the types by kind, as one plugin for each group."""
    query = query_of(request)
    found = plugins_shape(await plugins.list_types(environment_of(request), actor_of(request)))
    page, size = whole(query, "page") or 1, whole(query, "size") or len(found)
    if page < 1 or size < 1:
        raise InvalidError([Violation("page and size start at 1", path="page" if page < 1 else "size")])
    return answer({"results": found[(page - 1) * size : page * size], "total": len(found)})


@get(_ROOT + "/triggers")
async def list_triggers(request: Incoming) -> Response[bytes]:
    """List the types of triggers."""
    types = await plugins.list_types(environment_of(request), actor_of(request), TypeKind.TRIGGER)
    return answer({"results": [trigger_shape(facts) for facts in types], "total": len(types)})


@get(_ROOT + "/inputs")
async def list_input_types(request: Incoming) -> Response[bytes]:
    """List the types of inputs."""
    types = await plugins.list_input_types(environment_of(request), actor_of(request))
    return answer([{"type": name, "cls": f"io.kestra.core.models.flows.input.{_title(name)}Input"} for name in types])


@get(_ROOT + "/schemas/{kind:str}")
async def get_schema(request: Incoming, kind: FromPath[str]) -> Response[bytes]:
    """Give the JSON Schema of a flow, or of all tasks or triggers."""
    schema = await plugins.get_schema(environment_of(request), actor_of(request), kind)
    if flag(query_of(request), "arrayOf"):
        schema = {"$schema": schema.get("$schema"), "type": "array", "items": schema}
    response = answer(schema)
    response.headers.update(_CACHED)
    return response


@get(_ROOT + "/properties/{name:str}")
async def get_properties(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Give the properties of a type as JSON Schema."""
    found = await plugins.get_documentation(environment_of(request), actor_of(request), name)
    return answer(found.properties.get("properties", {}))


@get([_ROOT + "/{name:str}", _ROOT + "/{name:str}/versions/{version:str}"])
async def get_documentation(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Give the documentation of a type, with JSON Schemas of properties and outputs."""
    found = await plugins.get_documentation(environment_of(request), actor_of(request), name)
    return answer(documentation_shape(found))


@get(_ROOT + "/{name:str}/versions")
async def list_versions(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """List the versions of a type that are installed: one."""
    found = await plugins.get_documentation(environment_of(request), actor_of(request), name)
    return answer({"type": found.facts.type, "versions": [found.version]})


@post("/api/v1/main/flows/validate/task", status_code=200)
async def validate_task(request: Incoming) -> Response[bytes]:
    """Check one task or trigger, given as YAML or JSON."""
    section = next((value for name, value in query_of(request) if name == "section"), "TASKS").upper()
    if section not in _SECTIONS:
        raise RequestError(400, "invalid-query-parameter", f"section is one of {', '.join(_SECTIONS)}, not '{section}'")
    return await _validate_part(request, _SECTIONS[section])


@post("/api/v1/main/flows/validate/trigger", status_code=200)
async def validate_trigger(request: Incoming) -> Response[bytes]:
    """Check one trigger, given as JSON."""
    return await _validate_part(request, "trigger")


async def _validate_part(request: Incoming, part: str) -> Response[bytes]:
    text = await text_of(request)
    checked = await plugins.check_one_part(environment_of(request), actor_of(request), text, part)
    return answer(validation_shape(0, checked))


def _title(name: str) -> str:
    return {"INT": "Int", "URI": "URI"}.get(name, name.title())


ROUTES = (
    list_plugins,
    list_triggers,
    list_input_types,
    get_schema,
    get_properties,
    get_documentation,
    list_versions,
    validate_task,
    validate_trigger,
)
