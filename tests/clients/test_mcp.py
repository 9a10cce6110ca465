"""The official client of the Model Context Protocol, and kestrapy, use tools of a server in a process of its own."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from kestrapy import KestraClient
from kestrapy.models.api_mcp_server import ApiMcpServer

from api.mcp_calls import BOTH, frames, modern, tool
from clients.conftest import PASSWORD, TENANT, USER

pytestmark = pytest.mark.usefixtures("in_time")

YAML = {"content-type": "application/x-yaml"}
HAS_CLIENT = importlib.util.find_spec("mcp") is not None
SECONDS = 60

official = pytest.mark.skipif(
    not HAS_CLIENT and not os.environ.get("TEST_TIERCEL_ALL"), reason="the package mcp is not installed"
)


@pytest.fixture
def place(open_url: str, namespace: str) -> Iterator[tuple[str, str]]:
    """A namespace with a tool, and the address of the server of tools."""
    name = namespace.replace(".", "_")
    store(open_url, tool(namespace=namespace, name=name))
    yield f"{open_url}/api/v1/main/mcp/default", name
    httpx.delete(f"{open_url}/api/v1/main/flows/{namespace}/greet")


def store(url: str, source: str) -> None:
    answer = httpx.post(f"{url}/api/v1/main/flows", content=source, headers=YAML)
    assert answer.status_code in {200, 409}, answer.text


@official
@pytest.mark.parametrize(
    ("mode", "version"), [("legacy", "2025-11-25"), ("auto", "2026-07-28"), ("2026-07-28", "2026-07-28")]
)
async def test_the_official_client_calls_a_tool(place: tuple[str, str], mode: str, version: str) -> None:
    from mcp import Client  # noqa: PLC0415 (it may not be installed)

    url, name = place
    async with Client(url, mode=mode) as client:
        assert client.session.protocol_version == version
        tools = {found.name: found for found in (await client.list_tools()).tools}
        assert tools[name].input_schema["properties"]["times"]["maximum"] == 5
        result = await client.call_tool(name, {"who": "Ann"})
        assert (result.is_error, result.structured_content) == (False, {"greeting": "hello Ann"})
        refused = await client.call_tool(name, {"times": 9})
        assert (refused.is_error, "times" in refused.content[0].model_dump()["text"]) == (True, True)


@official
async def test_the_official_client_is_told_how_far_a_long_call_is(open_url: str, namespace: str) -> None:
    from mcp import Client  # noqa: PLC0415 (it may not be installed)

    name = f"{namespace.replace('.', '_')}_slow"
    store(open_url, tool("slow", namespace, name=name, task="flow.Sleep\n    duration: PT1.5S"))
    heard: list[str] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        del progress, total
        heard.append(message or "")

    async with Client(f"{open_url}/api/v1/main/mcp/default") as client:
        result = await client.call_tool(name, {}, progress_callback=hear)
    assert (result.is_error, result.structured_content) == (False, {"greeting": "hello you"})
    assert "has started" in heard[0]


def test_kestrapy_keeps_a_session(kestra: KestraClient, place: tuple[str, str]) -> None:
    _, name = place
    hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18"}}
    answer = kestra.mcp.send_mcp_request("default", TENANT, json.dumps(hello))
    session = answer.headers["MCP-Session-Id"]
    assert answer.json()["result"]["protocolVersion"] == "2025-06-18"
    asked = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": name, "arguments": {}}}
    result = kestra.mcp.send_mcp_request("default", TENANT, json.dumps(asked), session).json()["result"]
    assert result["structuredContent"] == {"greeting": "hello you"}
    stream = kestra.mcp.open_mcp_session("default", TENANT, session)
    assert (stream.status_code, stream.headers["MCP-Session-Id"]) == (200, session)
    stream.close()
    assert kestra.mcp.close_mcp_session("default", TENANT, session).status_code == 204


def test_kestrapy_manages_servers(open_url: str, kestra: KestraClient, namespace: str) -> None:
    id_ = namespace.replace(".", "-")
    servers = kestra.mcp_servers
    made = servers.create_mcp_server(TENANT, ApiMcpServer(id=id_, description="Ours"))
    assert (made.id, made.description, made.is_default) == (id_, "Ours", False)
    made.instructions = "Be kind"
    assert servers.update_mcp_server(id_, TENANT, made).instructions == "Be kind"
    assert servers.toggle_mcp_server(id_, TENANT)["disabled"] is True
    assert servers.mcp_server(id_, TENANT).disabled is True
    assert id_ in {one.id for one in servers.list_mcp_servers(TENANT, page=1, size=100).results}
    store(open_url, tool(namespace=namespace, name="kestrapys", server=id_))
    (found,) = servers.mcp_server_tools(id_, TENANT)
    assert (found.tool_name, found.namespace, found.annotations.read_only) == ("kestrapys", namespace, True)
    servers.delete_mcp_server(id_, TENANT)


def next_message(lines: Iterator[str]) -> dict[str, Any]:
    """Give the next message of a stream that is open."""
    for line in lines:
        if line.startswith("data: "):
            return frames(line)[0]
    return pytest.fail("the stream has ended")


def test_an_older_client_is_told_when_tools_change(open_url: str, place: tuple[str, str], namespace: str) -> None:
    url, _ = place
    with httpx.stream("GET", url, headers=BOTH, timeout=SECONDS) as stream:
        assert (stream.status_code, stream.headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
        lines = stream.iter_lines()
        store(open_url, tool("more", namespace, name=f"{namespace.replace('.', '_')}_more"))
        assert next_message(lines) == {"jsonrpc": "2.0", "method": "notifications/tools/list_changed"}


@pytest.mark.parametrize("is_wanted", [True, False])
def test_a_later_client_listens(open_url: str, place: tuple[str, str], namespace: str, is_wanted: bool) -> None:
    url, _ = place
    asked = modern(
        "subscriptions/listen", {"notifications": {"toolsListChanged": is_wanted, "promptsListChanged": True}}
    )
    meta = {"io.modelcontextprotocol/subscriptionId": 1}
    with httpx.stream("POST", url, **asked, timeout=SECONDS) as stream:
        lines = stream.iter_lines()
        said = next_message(lines)
        assert said["method"] == "notifications/subscriptions/acknowledged"
        assert said["params"] == {"_meta": meta, "notifications": {"toolsListChanged": True} if is_wanted else {}}
        if is_wanted:
            store(open_url, tool("later", namespace, name=f"{namespace.replace('.', '_')}_later"))
            assert next_message(lines) == {
                "jsonrpc": "2.0", "method": "notifications/tools/list_changed", "params": {"_meta": meta},
            }  # fmt: skip


def test_a_server_with_users_lets_in_who_has_a_token(guarded_url: str) -> None:
    url = f"{guarded_url}/api/v1/main/mcp/default"
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    assert httpx.post(url, json=asked).status_code == 401
    made = httpx.post(f"{guarded_url}/api/v1/main/users/{USER}/tokens", json={"name": "model"}, auth=(USER, PASSWORD))
    headers = {"authorization": f"Bearer {made.json()['token']}"}
    assert httpx.post(url, json=asked, headers=headers).json()["result"]["tools"] == []
