"""What clients of the Model Context Protocol send, written out, and flows that are tools."""

from __future__ import annotations

import json
from typing import Any, TypeAlias

import httpx

Body: TypeAlias = dict[str, Any]
"""A message, or a part of one, as JSON."""

PATH = "/api/v1/main/mcp"
SERVERS = "/api/v1/main/mcp-servers"
MODERN = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
BOTH = {"accept": "application/json, text/event-stream"}
TOOL = """\
id: {id}
namespace: {namespace}
inputs:
  - {{id: who, type: STRING, defaults: you, description: Whom to greet}}
  - {{id: times, type: INT, min: 1, max: 5, required: false}}
tasks:
  - id: say
    type: io.kestra.plugin.core.{task}
outputs:
  - {{id: greeting, type: STRING, value: "hello {{{{ inputs.who }}}}"}}
triggers:
  - id: tool
    type: io.kestra.plugin.core.trigger.McpToolTrigger
    toolName: {tool}
    title: Greet
    toolDescription: Greets somebody
    mcpServer: {server}
    annotations: {{readOnly: true}}
"""


def tool(
    id_: str = "greet",
    namespace: str = "team",
    *,
    name: str = "greet",
    server: str = "default",
    task: str = "log.Log\n    message: hi",
) -> str:
    """Give the source of a flow that is a tool."""
    return TOOL.format(id=id_, namespace=namespace, tool=name, server=server, task=task)


def request_body(method: str, params: Body | None = None, id_: int = 1) -> Body:
    """Give a request of the versions that introduce themselves."""
    return {"jsonrpc": "2.0", "id": id_, "method": method, "params": params or {}}


async def ask(
    client: httpx.AsyncClient,
    method: str,
    params: Body | None = None,
    *,
    server: str = "default",
    headers: dict[str, str] | None = None,
) -> Any:
    """Send a request as older clients do, without a session, and give the answer."""
    response = await client.post(f"{PATH}/{server}", json=request_body(method, params), headers=headers)
    assert response.status_code == 200, response.text
    return response.json()


async def call(client: httpx.AsyncClient, name: str, arguments: Body | None = None, **options: Any) -> Any:
    """Call a tool; gives the result."""
    answer = await ask(client, "tools/call", {"name": name, "arguments": arguments or {}}, **options)
    return answer["result"]


def modern(method: str, params: Body | None = None, **changed: str | None) -> Body:
    """Give body and headers of a request that says all there is to know; ``changed`` are headers, None = left out."""
    body = request_body(method, {**(params or {}), "_meta": META})
    headers: dict[str, str | None] = {**BOTH, "mcp-protocol-version": MODERN, "mcp-method": method}
    if method == "tools/call":
        headers["mcp-name"] = (params or {})["name"]
    headers |= {name.replace("_", "-"): value for name, value in changed.items()}
    return {"json": body, "headers": {name: value for name, value in headers.items() if value is not None}}


def frames(text: str) -> list[Body]:
    """Give the messages of a stream."""
    return [json.loads(line.removeprefix("data: ")) for line in text.splitlines() if line.startswith("data: ")]


def texts(result: Body) -> list[str]:
    """Give the texts of a result."""
    return [one["text"] for one in result["content"]]
