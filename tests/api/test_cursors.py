"""Lists are walked by ``nextCursor``: nothing is left out and nothing comes twice."""

from __future__ import annotations

import pytest

from api.users import ADMIN, basic

FLOW = """
id: flow{n}
namespace: dev
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: line {n}
  - id: count
    type: io.kestra.plugin.core.metric.Publish
    metrics:
      - {{type: counter, name: rows, value: {n}}}
      - {{type: counter, name: bytes, value: {n}}}
      - {{type: counter, name: files, value: {n}}}
triggers:
  - id: daily
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "0 4 * * *"
"""
DASHBOARD = """
id: board{n}
title: Board {n}
charts:
  - id: words
    type: io.kestra.plugin.core.dashboard.chart.Markdown
    content: Hello
"""
YAML = {"content-type": "application/x-yaml"}
COUNT = 5


@pytest.fixture
async def filled(client):
    for n in range(COUNT):
        calls = [
            client.post("/api/v1/main/flows", content=FLOW.format(n=n), headers=YAML),
            client.post("/api/v1/main/dashboards", content=DASHBOARD.format(n=n), headers=YAML),
            client.put(f"/api/v1/main/namespaces/dev/kv/key{n}", content=f'"{n}"'),
            client.post(f"/api/v1/main/executions/dev/flow{n}", params={"wait": "true"}),
        ]
        for call in calls:
            answer = await call
            assert answer.status_code == 200, answer.text
            client.execution_id = answer.json()["id"] if answer.content and "state" in answer.json() else None
    return client


async def walked(client, path, **query):
    found, cursor = [], None
    for _ in range(20):
        page = (await client.get(f"/api/v1/main/{path}", params={"size": 2, **query, **cursor_of(cursor)})).json()
        assert len(page["results"]) <= 2
        found += page["results"]
        cursor = page.get("nextCursor")
        if cursor is None:
            return found
    raise AssertionError("it does not end")


def cursor_of(cursor):
    return {} if cursor is None else {"cursor": cursor}


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("flows/search", {}),
        ("flows/search", {"sort": "namespace:asc,id:desc"}),
        ("dashboards", {}),
        ("triggers/search", {}),
        ("kv", {}),
        ("executions/search", {"sort": "id:asc"}),
        ("logs/search", {}),
        ("metrics/EXECUTION", {}),
    ],
)
async def test_a_list_is_walked_by_its_cursors(filled, path, query):
    path = path.replace("EXECUTION", filled.execution_id or "")
    whole = (await filled.get(f"/api/v1/main/{path}", params={"size": 100, **query})).json()
    assert len(whole["results"]) >= 3
    assert "nextCursor" not in whole
    assert await walked(filled, path, **query) == whole["results"]


async def test_the_changes_are_walked_by_their_cursors(guarded):
    async with guarded() as client:
        headers = basic(ADMIN)
        for n in range(COUNT):
            path = f"/api/v1/main/namespaces/dev/kv/key{n}"
            assert (await client.put(path, content='"x"', headers=headers)).status_code == 200
        client.headers.update(headers)
        whole = (await client.get("/api/v1/main/audit", params={"size": 100})).json()
        assert len(whole["results"]) >= COUNT
        assert await walked(client, "audit") == whole["results"]
        assert (await client.get("/api/v1/main/audit", params={"cursor": "?"})).status_code == 422
        users = (await client.get("/api/v1/main/users")).json()
        assert len(users["results"]) == users["total"] == 4
        assert await walked(client, "users") == users["results"]
        assert (await client.get("/api/v1/main/users", params={"cursor": "?"})).status_code == 422


async def test_files_are_searched_page_by_page(client):
    files = "/api/v1/main/namespaces/dev/files"
    for path in ("a/one.py", "a/two.py", "b/Three.PY", "b/four.txt", "five.py"):
        await client.post(files, params={"path": path}, files={"fileContent": b"x"})
    whole = await client.get(f"{files}/search", params={"q": ".py"})
    assert whole.json() == ["/a/one.py", "/a/two.py", "/b/Three.PY", "/five.py"]
    assert "x-next-cursor" not in whole.headers
    found, cursor = [], {}
    for _ in range(2):
        page = await client.get(f"{files}/search", params={"q": ".py", "size": 2, **cursor})
        found.append(page.json())
        cursor = {"cursor": page.headers.get("x-next-cursor")}
    assert found == [whole.json()[:2], whole.json()[2:]]
    assert cursor == {"cursor": None}
    assert (await client.get(f"{files}/search", params={"size": 0})).status_code == 422
