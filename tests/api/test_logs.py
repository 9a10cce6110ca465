from __future__ import annotations

import asyncio
import json

ROOT = "/api/v1/main/logs"
TALK = """\
id: talk
namespace: dev
tasks:
  - {id: a, type: io.kestra.plugin.core.log.Log, message: [one, two]}
  - {id: b, type: io.kestra.plugin.core.log.Log, message: careful, level: WARN}
"""

WAITING = """\
id: waiting
namespace: dev
tasks: [{id: pause, type: io.kestra.plugin.core.flow.Pause}]
"""


async def test_lines_come_in_order_with_their_place(client, save, start):
    await save(TALK)
    execution = await start("talk")
    lines = (await client.get(f"{ROOT}/{execution['id']}")).json()
    assert [(line["taskId"], line["level"], line["message"]) for line in lines] == [
        ("a", "INFO", "one"),
        ("a", "INFO", "two"),
        ("b", "WARN", "careful"),
    ]
    assert lines[0]["taskRunId"] == execution["taskRunList"][0]["id"]
    assert lines[0]["attemptNumber"] == 0


async def test_lines_are_filtered_in_both_spellings(client, save, start):
    await save(TALK)
    execution = await start("talk")
    for query, expected in (
        ({"minLevel": "WARN"}, ["careful"]),
        ({"filters[level][GREATER_THAN_OR_EQUAL_TO]": "WARN"}, ["careful"]),
        ({"taskId": "a"}, ["one", "two"]),
        ({"attempt": 0, "taskId": "b"}, ["careful"]),
        ({"attempt": 1}, []),
        ({"filters[taskId][EQUALS]": "b"}, ["careful"]),
        ({"taskRunId": execution["taskRunList"][1]["id"]}, ["careful"]),
    ):
        lines = (await client.get(f"{ROOT}/{execution['id']}", params=query)).json()
        assert [line["message"] for line in lines] == expected, query
    assert (await client.get(f"{ROOT}/{execution['id']}", params={"minLevel": "LOUD"})).status_code == 422


async def test_search_covers_all_executions(client, save, start):
    await save(TALK)
    await start("talk")
    await start("talk")
    found = (await client.get(f"{ROOT}/search", params={"size": 2})).json()
    assert (len(found["results"]), found["total"], found["type"]) == (2, 6, "OFFSET")
    rest = (await client.get(f"{ROOT}/search", params={"size": 10, "cursor": found["nextCursor"]})).json()
    assert len(rest["results"]) == 4
    warned = await client.get(f"{ROOT}/search", params={"filters[level][GREATER_THAN_OR_EQUAL_TO]": "WARN"})
    assert warned.json()["total"] == 2


async def test_the_log_is_downloaded_as_text(client, save, start):
    await save(TALK)
    execution = await start("talk")
    response = await client.get(f"{ROOT}/{execution['id']}/download")
    assert response.headers["content-disposition"] == f'attachment; filename="{execution["id"]}.log"'
    assert [line.split(" ", 1)[1] for line in response.text.splitlines()] == ["INFO one", "INFO two", "WARN careful"]
    assert "cache-control" not in response.headers


async def test_the_log_of_what_still_runs_is_kept_by_nobody(client, save, start):
    await save(WAITING)
    execution = await start("waiting", wait="false")
    response = await client.get(f"{ROOT}/{execution['id']}/download")
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-cache")


async def test_lines_are_removed(client, save, start):
    await save(TALK)
    execution = await start("talk")
    assert (await client.delete(f"{ROOT}/{execution['id']}", params={"minLevel": "WARN"})).status_code == 200
    assert len((await client.get(f"{ROOT}/{execution['id']}")).json()) == 2
    await client.delete(f"{ROOT}/{execution['id']}")
    assert (await client.get(f"{ROOT}/{execution['id']}")).json() == []


async def test_lines_are_followed_without_end(client, save, start):
    await save(TALK)
    execution = await start("talk")
    app = client.installation.application(is_open=True)
    sent, leave = [], asyncio.Event()

    async def receive():
        await leave.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)
        if b"careful" in message.get("body", b""):
            leave.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": f"{ROOT}/{execution['id']}/follow",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8080),
    }
    async with asyncio.timeout(60):
        await app(scope, receive, send)
    text = b"".join(message.get("body", b"") for message in sent).decode()
    frames = [block.splitlines() for block in text.strip().split("\n\n")]
    assert frames[0] == ["id: start", "data: {}"]
    assert [json.loads(lines[1][6:])["message"] for lines in frames[1:]] == ["one", "two", "careful"]


async def test_a_stretch_is_read_by_its_place(client, save, start):
    await save(TALK)
    path = f"{ROOT}/{(await start('talk'))['id']}/lines"

    async def lines(**query):
        found = (await client.get(path, params=query)).json()
        return [line["message"] for line in found["results"]], found.get("total")

    assert await lines() == (["one", "two", "careful"], 3)
    assert await lines(offset=1, size=1) == (["two"], 3)
    assert await lines(offset=2, size=5) == (["careful"], 3)
    assert await lines(offset=9) == ([], 3)
    assert await lines(offset=1, size=1, count="false") == (["two"], None)
    assert await lines(q="T", size=1) == (["two"], 1)
    assert await lines(q="E", size=1) == (["one"], 2)
    assert await lines(q="%") == ([], 0)
    assert await lines(minLevel="WARN") == (["careful"], 1)
    assert await lines(taskId="a", attempt=0, offset=1) == (["two"], 2)
    assert (await client.get(path, params={"size": 0})).status_code == 422
    assert await lines(offset=-1) == (["careful"], 3)
    assert await lines(offset=-3, size=2) == (["one", "two"], 3)
    assert await lines(offset=-2, q="e", size=5) == (["one", "careful"], 2)
    assert await lines(offset=-9, size=9, count="false") == (["one", "two", "careful"], None)
