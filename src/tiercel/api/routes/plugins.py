"""Plugins: what types there are, what each is told, JSON Schemas for editors."""

from __future__ import annotations

import zlib

from litestar import Response, get, post
from litestar.params import FromPath

from tiercel.api.errors import RequestError
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, flag, query_of, source_of, whole
from tiercel.api.shapes.flows import validation_shape
from tiercel.api.shapes.plugins import documentation_shape, plugins_shape, trigger_shape
from tiercel.errors import InvalidArgumentError, Violation
from tiercel.model.json import Json
from tiercel.model.types import TypeKind
from tiercel.operations import plugins
from tiercel.operations.actor import Action, Resource

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


@get(_ROOT)
async def list_plugins(request: Incoming) -> Response[bytes]:
    """List the types by kind, as one plugin for each group, and why plugins could not be loaded."""
    query = query_of(request)
    environment, actor = environment_of(request), actor_of(request)
    found = plugins_shape(await plugins.list_types(environment, actor))
    page, size = whole(query, "page") or 1, whole(query, "size") or len(found)
    if page < 1 or size < 1:
        raise InvalidArgumentError([Violation("page and size start at 1", path="page" if page < 1 else "size")])
    shape: dict[str, Json] = {"results": found[(page - 1) * size : page * size], "total": len(found)}
    if actor.may(Resource.INSTANCE, Action.READ):
        shape["problems"] = await plugins.list_problems(environment, actor)
    return answer(shape)


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
    tag = f'"{zlib.crc32(response.content):08x}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}  # plugins come and go while an editor is open
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers=headers)
    response.headers.update(headers)
    return response


@get(_ROOT + "/properties/{name:str}")
async def get_properties(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Give the properties of a type as JSON Schema."""
    found = await plugins.get_documentation(environment_of(request), actor_of(request), name)
    return answer(found.properties.get("properties", {}))


@get(_ROOT + "/{name:str}")
async def get_documentation(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Give the documentation of a type, with JSON Schemas of properties and outputs."""
    found = await plugins.get_documentation(environment_of(request), actor_of(request), name)
    return answer(documentation_shape(found))


@get(_ROOT + "/{name:str}/versions/{version:str}")
async def get_version(request: Incoming, name: FromPath[str], version: FromPath[str]) -> Response[bytes]:
    """Give the documentation of one version of a type."""
    found = await plugins.get_documentation(environment_of(request), actor_of(request), name, version)
    return answer(documentation_shape(found))


@get(_ROOT + "/{name:str}/versions")
async def list_versions(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """List the versions of a type that are installed, the highest first."""
    found = await plugins.get_documentation(environment_of(request), actor_of(request), name)
    return answer({"type": found.facts.type, "versions": list(found.versions)})


@post("/api/v1/main/flows/validate/task", status_code=200)
async def validate_task(request: Incoming) -> Response[bytes]:
    """Check one task or trigger, given as YAML or JSON."""
    section = next((value for name, value in query_of(request) if name == "section"), "TASKS").upper()
    if section not in _SECTIONS:
        raise RequestError(422, "invalid-argument", f"section is one of {', '.join(_SECTIONS)}, not '{section}'")
    return await _validate_part(request, _SECTIONS[section])


@post("/api/v1/main/flows/validate/trigger", status_code=200)
async def validate_trigger(request: Incoming) -> Response[bytes]:
    """Check one trigger, given as JSON."""
    return await _validate_part(request, "trigger")


async def _validate_part(request: Incoming, part: str) -> Response[bytes]:
    text = await source_of(request)
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
    get_version,
    list_versions,
    validate_task,
    validate_trigger,
)
