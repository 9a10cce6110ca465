"""Finding the tools of a server: those of flows the actor may read, by the names language models call them by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from tiercel.errors import InvalidError, NotFoundError
from tiercel.model.flow import Flow
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.flows import load_flow
from tiercel.operations.mcp_servers import DEFAULT, get_server
from tiercel.repository import mcp_servers as repository
from tiercel.repository.mcp_servers import StoredTool
from tiercel.repository.triggers import TriggerKey

_ANNOTATIONS: Mapping[str, bool] = {
    "readOnly": False,
    "openWorld": True,
    "destructive": True,
    "idempotent": False,
    "returnDirect": False,
}


class Tool(Struct, frozen=True, kw_only=True):
    """What a trigger says of the tool it makes of its flow.

    Attributes:
        revision: Of the flow.
        is_disabled: It cannot be called: the trigger or its flow is switched off.
    """

    key: TriggerKey
    name: str
    title: str
    description: str
    annotations: Mapping[str, bool]
    revision: int
    is_disabled: bool


class FlowTool(Struct, frozen=True):
    """A tool that can be called, with its flow."""

    tool: Tool
    flow: Flow


class Offered(Struct, frozen=True):
    """The tools somebody may call by name; ``clashing`` names those that several flows claim, which nobody can call."""

    tools: Mapping[str, Tool]
    clashing: Mapping[str, tuple[TriggerKey, ...]]


@operation(Resource.FLOW, Action.READ)
async def list_tools(environment: Environment, actor: Actor, server_id: str) -> list[Tool]:
    """Give the tools of a server, also those that are disabled, in order of namespace, flow and trigger.

    Raises:
        NotFoundError: There is no such server.
    """
    await get_server(environment, actor, server_id)
    return [tool for tool in await _tools(environment, server_id) if _may_read(actor, tool)]


@operation(Resource.FLOW, Action.READ)
async def list_offered(environment: Environment, actor: Actor, server_id: str) -> Offered:
    """Give the tools of a server that the actor may call, in order of name.

    A name that several of its flows claim is nobody's: whoever can save a flow somewhere must not be given what is
    meant for another one.
    """
    claims: dict[str, list[Tool]] = {}
    for tool in await _tools(environment, server_id):
        may_call = _may_read(actor, tool) and actor.may(Resource.EXECUTION, Action.CREATE, tool.key[0])
        if may_call and not tool.is_disabled:
            claims.setdefault(tool.name, []).append(tool)
    return Offered(
        tools={name: tools[0] for name, tools in sorted(claims.items()) if len(tools) == 1},
        clashing={name: tuple(tool.key for tool in tools) for name, tools in claims.items() if len(tools) > 1},
    )


@operation(Resource.FLOW, Action.READ)
async def load_tools(environment: Environment, actor: Actor, tools: Iterable[Tool]) -> list[FlowTool]:
    """Give the tools with their flows; those whose flow can no longer be read are left out."""
    found = []
    for tool in tools:
        actor.require(Resource.FLOW, Action.READ, tool.key[0])
        try:
            found.append(FlowTool(tool, await load_flow(environment, tool.key[:2])))
        except (NotFoundError, InvalidError):
            continue
    return found


async def _tools(environment: Environment, server_id: str) -> list[Tool]:
    stored = await environment.database.read(repository.list_tools)
    return [_tool(one) for one in stored if one.trigger.definition.properties.get("mcpServer", DEFAULT) == server_id]


def _may_read(actor: Actor, tool: Tool) -> bool:
    return actor.may(Resource.FLOW, Action.READ, tool.key[0])


def _tool(stored: StoredTool) -> Tool:
    trigger = stored.trigger
    properties = trigger.definition.properties
    return Tool(
        key=trigger.key,
        name=str(properties["toolName"]),
        title=str(properties["title"]),
        description=str(properties["toolDescription"]),
        annotations={**_ANNOTATIONS, **_flags(properties.get("annotations"))},
        revision=stored.revision,
        is_disabled=trigger.is_disabled or not trigger.is_active,
    )


def _flags(given: Json) -> dict[str, bool]:
    return {name: given[name] for name in _ANNOTATIONS if isinstance(given.get(name), bool)} if given else {}
