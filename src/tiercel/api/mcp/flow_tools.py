"""Tools that are flows: how they are described, and what calling them does."""

from __future__ import annotations

import io
from collections.abc import Mapping

from tiercel.api.mcp.exchanges import Exchange, Tell
from tiercel.api.mcp.outcomes import execution_result, wait_for_outcome
from tiercel.errors import NotFoundError
from tiercel.model.flow import Flow
from tiercel.model.json import Json
from tiercel.operations.tool_search import FlowTool, Tool, load_tools
from tiercel.operations.tools import fire_tool
from tiercel.operations.uploads import Upload
from tiercel.source.tool_schemas import input_schema, output_schema

_ADDRESSES = ("kestra:/", "nsfile:/", "file:/")
_HINTS = {
    "readOnly": "readOnlyHint",
    "destructive": "destructiveHint",
    "idempotent": "idempotentHint",
    "openWorld": "openWorldHint",
    "returnDirect": "returnDirect",
}


def describe(found: FlowTool) -> dict[str, Json]:
    """Give the definition of a tool."""
    tool = found.tool
    hints = {_HINTS[name]: value for name, value in tool.annotations.items()}
    definition: dict[str, Json] = {
        "name": tool.name,
        "title": tool.title,
        "description": tool.description,
        "inputSchema": input_schema(found.flow),
        "annotations": {"title": tool.title, **hints},
    }
    outputs = output_schema(found.flow)
    return definition if outputs is None else definition | {"outputSchema": outputs}


async def call_flow(exchange: Exchange, tool: Tool, arguments: dict[str, Json], tell: Tell) -> dict[str, Json]:
    """Start the flow of a tool and give what came of it.

    Raises:
        TiercelError: It cannot be started; the message is for the language model.
    """
    environment, actor = exchange.environment, exchange.actor
    found = next(iter(await load_tools(environment, actor, [tool])), None)
    if found is None:
        raise NotFoundError("tool", tool.name)
    given = with_files(found.flow, arguments)
    execution = await fire_tool(environment, actor, tool.key, given, labels=exchange.labels, is_waiting=False)
    tell(f"Execution {execution.id} has started")
    execution = await wait_for_outcome(exchange, execution, tell)
    return await execution_result(exchange, execution, is_structured=bool(found.flow.outputs))


def with_files(flow: Flow, arguments: Mapping[str, Json]) -> dict[str, Json | Upload]:
    """Make files of the texts given for inputs that are files; addresses of files stay as they are."""
    files = {item.id for item in flow.inputs if item.type == "FILE"}
    return {name: _file(name, value) if name in files else value for name, value in arguments.items()}


def _file(name: str, value: Json) -> Json | Upload:
    if not isinstance(value, str) or value.startswith(_ADDRESSES):
        return value
    return Upload(f"{name}.txt", io.BytesIO(value.encode(errors="replace")))
