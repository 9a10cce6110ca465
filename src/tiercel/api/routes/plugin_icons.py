"""Icons of types and groups; what else a graphical client asks of plugins."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath

from tiercel.api.errors import BodyError
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, json_of
from tiercel.api.shapes.icons import icon_shape, type_icon_shape, type_svg
from tiercel.api.shapes.plugins import group_of, plugins_shape
from tiercel.errors import NotFoundError
from tiercel.operations import plugins

_ROOT = "/api/v1/plugins"
_HARMLESS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
_CACHED = {"Cache-Control": "public, max-age=3600"}


@get(_ROOT + "/groups/subgroups")
async def list_groups(request: Incoming) -> Response[bytes]:
    """List the types by kind, as one plugin for each group."""
    return answer(plugins_shape(await plugins.list_types(environment_of(request), actor_of(request))))


@get(_ROOT + "/icons")
async def list_icons(request: Incoming) -> Response[bytes]:
    """Give the icon of every type."""
    types = await plugins.list_types(environment_of(request), actor_of(request))
    return answer({facts.type: type_icon_shape(facts) for facts in types})


@get(_ROOT + "/icons/groups")
async def list_group_icons(request: Incoming) -> Response[bytes]:
    """Give the icon of every group of types."""
    types = await plugins.list_types(environment_of(request), actor_of(request))
    return answer({name: icon_shape(name) for name in sorted({group_of(facts.type) for facts in types})})


@get(_ROOT + "/icons/{name:str}")
async def get_icon(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Give the icon of a type."""
    found = await plugins.get_documentation(environment_of(request), actor_of(request), name)
    return answer({"icon": type_icon_shape(found.facts)})


@get(_ROOT + "/icons/{name:str}/icon.svg")
async def get_svg(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Give the icon of a type as an image."""
    found = await plugins.get_documentation(environment_of(request), actor_of(request), name)
    return Response(type_svg(found.facts).encode(), media_type="image/svg+xml", headers=_CACHED | _HARMLESS)


@get(_ROOT + "/inputs/{kind:str}")
async def get_input_schema(request: Incoming, kind: FromPath[str]) -> Response[bytes]:
    """Give the JSON Schema of a type of input."""
    schema = await plugins.get_input_schema(environment_of(request), actor_of(request), kind.upper())
    title = f"# {kind.upper()}\n\nA value given when a flow is started."
    definitions = schema.get("definitions", {})
    return answer({"markdown": title, "schema": {"properties": schema, "outputs": {}, "definitions": definitions}})


@post(_ROOT + "/pluginUiManifest", status_code=200)
async def list_interfaces(request: Incoming) -> Response[bytes]:
    """Name the interfaces that plugins bring for their tasks: no type here has one."""
    if not isinstance(await json_of(request), list):
        raise BodyError("Send a JSON array of {type, version}")
    await plugins.list_types(environment_of(request), actor_of(request))
    return answer({"manifest": {}})


@get(_ROOT + "/{group:str}/pluginUi/{path:path}")
async def get_interface(request: Incoming, group: FromPath[str], path: FromPath[str]) -> Response[bytes]:
    """Give a file of the interface a plugin brings: no type here has one."""
    await plugins.list_types(environment_of(request), actor_of(request))
    raise NotFoundError("file of an interface", f"{group}{path}")


ROUTES = (
    list_groups,
    list_icons,
    list_group_icons,
    get_icon,
    get_svg,
    get_input_schema,
    list_interfaces,
    get_interface,
)
