"""Requests for every route of the table that would work for an admin, and walks along it."""

from __future__ import annotations

import re

from api.users import ADMIN, YAML, basic

LOG = "io.kestra.plugin.core.log.Log"
SOURCE = """\
id: hello
namespace: {namespace}
tasks:
  - {{id: say, type: io.kestra.plugin.core.log.Log, message: "the {namespace} message"}}
"""
VERBS = {
    "actions": [
        *("change-status", "force-run", "labels", "pause", "replay", "replay-with-inputs", "restart", "review"),
        *("resume-from-breakpoint", "state", "unqueue"),
    ],
    "executions": ["change-status", "force-run", "labels", "pause", "replay", "restart", "resume", "unqueue"],
    "flows": ["disable", "enable", "export"],
    "queries": ["disable", "enable"],
    "triggers": ["set-disabled", "unlock", "restart"],
    "backfill": ["pause", "unpause", "delete"],
}


async def filled_with(client, namespace):
    """Put a flow, an ended execution, a key and a file into a namespace; gives the ids and bodies to ask with."""
    as_admin = basic(ADMIN)
    source = SOURCE.format(namespace=namespace)
    (await client.post("/api/v1/main/flows", content=source, headers=as_admin | YAML)).raise_for_status()
    ran = await client.post(f"/api/v1/main/executions/{namespace}/hello?wait=true", headers=as_admin)
    key = f"/api/v1/main/namespaces/{namespace}/kv/color"
    (await client.put(key, content='"red"', headers=as_admin)).raise_for_status()
    file = f"/api/v1/main/namespaces/{namespace}/files?path=/a.txt"
    form = {"fileContent": ("a.txt", b"hi")}
    (await client.post(file, files=form, headers=as_admin)).raise_for_status()
    execution = ran.json()
    return {
        "namespace": namespace,
        "flow_id": "hello",
        "execution_id": execution["id"],
        "task_run_id": execution["taskRunList"][0]["id"],
        "task_id": "say",
        "key": "color",
        "name": ADMIN,
        "token_id": ABSENT,
        "kind": "flow",
        "version": "1",
    }


ABSENT = "x" * 22
PING = {"jsonrpc": "2.0", "id": 1, "method": "ping"}


class Filling(dict):
    """Fills what a path names with what there is, and with what there is not."""

    def __missing__(self, name):
        return ABSENT


def requests_for(method, path, place):
    """Give the requests of a route as arguments of a client, one for each verb."""
    if "/plugins/" in path:
        place = place | {"name": LOG}
    group = path.split("/")[4] if path.count("/") > 4 else ""
    if "/actions/" in path:
        group = "actions"
    elif "/backfill/{verb" in path:
        group = "backfill"
    elif path.endswith("/flows/{verb:str}/by-query"):
        group = "queries"
    for verb in VERBS[group] if "{verb" in path else [""]:
        address = re.sub(r"\{(\w+):(?:str|path)\}", r"{\1}", path).format_map(Filling(place, verb=verb))
        yield {"method": method, "url": address} | body_of(method, path, place, verb)


OF_ONE_EXECUTION = ("/metrics/{execution_id:str}", "/{execution_id:str}/lines")
"""Lists whose filters are of less than an execution; any other is refused."""


def body_of(method, path, place, verb):
    """Give a query and a body that are right for the route."""
    found = next((body for body in (_odd(method, path, place, verb), _of_lists(path, place, verb)) if body), None)
    if found is not None:
        return found
    body = next((body for end, body in _by_ending(place).items() if verb == end or path.endswith(end)), None)
    query = query_for(place)
    if path.endswith(OF_ONE_EXECUTION):
        del query["filters[namespace][EQUALS]"]
    return {"params": query} | ({"json": body} if body is not None and method != "GET" else {})


def query_for(place):
    """Give every parameter that some route asks for; routes take no notice of the others."""
    namespace = place["namespace"]
    query = {"path": "/a.txt", "from": "/a.txt", "to": "/b.txt", "status": "FAILED", "revisions": "1"}
    query |= {"newStatus": "FAILED", "namespace": namespace, "flowId": "hello", "triggerId": "every"}
    return query | {"filters[namespace][EQUALS]": namespace, "field": "state", "topics": "executions"}


def _odd(method, path, place, verb):
    """Give the body of a route that takes something else than an object."""
    source = SOURCE.format(namespace=place["namespace"])
    if "validate/" in path and "/flows/" in path:
        part = "id: a\ntype: io.kestra.plugin.core.log.Log\nmessage: x\n"
        return {"params": {"section": "TASKS"}, "content": part, "headers": YAML}
    if "/try-task" in path:
        return {"json": {"source": source, "taskId": "say"}}
    if method == "POST" and (path.endswith(("/files", "/import")) or verb == "replay-with-inputs"):
        files = {"fileContent": ("new.txt", b"new"), "fileUpload": ("flows.yaml", source.encode())}
        return {"params": {"path": "/new.txt"}, "files": files}
    if "/flows" in path and "by-" not in path and "/source/" not in path and method in {"POST", "PUT"}:
        return {"params": query_for(place), "content": source, "headers": YAML}
    if "/kv/" in path and method == "PUT":
        return {"content": '"blue"'}
    if "/eval" in path:
        return {"content": "{{ execution.id }}", "headers": {"content-type": "text/plain"}}
    return _of_servers(method, path) or _of_dashboards(method, path)


def _of_servers(method, path):
    if path.endswith("/mcp/{server_id:str}"):
        headers = {"accept": "application/json", "mcp-session-id": ABSENT}
        return {"headers": headers} | ({"json": PING} if method == "POST" else {})
    if "/mcp-servers" in path and method in {"POST", "PUT"}:
        return {"json": {"id": ABSENT if method == "PUT" else "ours"}}
    return None


def _of_dashboards(method, path):
    if "/dashboards" not in path or method not in {"POST", "PUT"} or "/settings/" in path:
        return {"json": {"defaultHomeDashboard": None}} if path.endswith("/default-dashboards") else None
    if "/charts/" in path:
        chart = "id: a\ntype: io.kestra.plugin.core.dashboard.chart.Markdown\ncontent: hi\n"
        return {"json": {} if "{chart_id" in path else {"chart": chart}}
    return {"content": "id: ours\ntitle: Ours\n", "headers": YAML}


def _of_lists(path, place, verb):
    """Give the body of a route that takes several flows, triggers or executions."""
    namespace = place["namespace"]
    if "/triggers" in path:
        named = {"namespace": namespace, "flowId": "hello", "triggerId": "every"}
        backfill = {"backfill": {"start": "2026-01-01T00:00:00Z"}}
        return {"params": query_for(place), "json": [named] if path.endswith("by-triggers") else named | backfill}
    if not path.endswith("by-ids"):
        return None
    ids = [{"namespace": namespace, "id": "hello"}] if "/flows/" in path else [place["execution_id"]]
    labelled = {"executionsId": ids, "executionLabels": [{"key": "a", "value": "b"}]}
    return {"params": query_for(place), "json": labelled if verb == "labels" else ids}


def _by_ending(place):
    flow = {"namespace": place["namespace"], "id": "hello"}
    change = {"query": "message", "replacement": "massage", "flows": [flow], "line": 4} | flow
    return {
        **dict.fromkeys(("replace/preview", "replace/apply", "replace/line"), change),
        "labels": [{"key": "a", "value": "b"}],
        "review": {"decision": "APPROVED"},
        "state": {"taskRunId": place["task_run_id"], "state": "FAILED"},
        "/kv": {"keys": ["color"]},
        "/latest": [flow],
        "/render": {"expressions": {"a": "{{ 1 }}"}},
        "/autocomplete": {"q": ""},
        "/pluginUiManifest": [],
        "/users": {"username": "new@x.org", "password": "Correct-Horse-1", "roles": []},
        "/password": {"password": "Correct-Horse-1", "currentPassword": "Correct-Horse-1"},
        "/tokens": {"name": "new"},
        "/secrets": {"key": "color", "value": "dark-green"},
        "/secrets/{key:str}": {"value": "dark-green"},
        "{name:str}": {"disabled": False},
    }


NOTHING_DONE = "nothing done"
"""Stands for the status when a search found nothing to act on."""


async def walk(client, place, headers, routes):
    """Give the statuses of every request of the routes."""
    found = {}
    for method, path in routes:
        for request in requests_for(method, path, place):
            own = request.pop("headers", {}) | headers
            response = await client.request(**request, headers=own)
            client.cookies.clear()
            is_idle = method != "GET" and '"count":0' in response.text
            found[method, path, request["url"]] = NOTHING_DONE if is_idle else response.status_code
    return found


RENEWED = {"shards", "leases"}
"""What the server itself writes now and then while it runs."""


async def dump(client):
    """Give all that is stored, except what asking alone leaves behind, and what the server renews by itself."""

    def read(connection):
        tables = connection.fetch("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
        kept = sorted(name for (name,) in tables if name not in {"shards", "leases"})
        return {name: connection.fetch(f"SELECT * FROM {name}") for name in kept}

    return await client.installation.environment.database.read(read)
