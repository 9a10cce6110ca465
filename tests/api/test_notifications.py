"""What users are told of."""

from __future__ import annotations

import asyncio

import msgspec
import pytest

from api.users import ADMIN, EDITOR, NOTHING, VIEWER, YAML, basic
from conformance.waiting import until
from tiercel.operations.actor import LOCAL, Actor
from tiercel.operations.notifications import follow, notify
from tiercel.operations.roles import permissions_of
from tiercel.operations.settings import Settings
from tiercel.repository import notifications as repository
from tiercel.repository.notifications import Notification
from tiercel.repository.users import Grant

ROOT = "/api/v1/notifications"
BROKEN = """\
id: {id}
namespace: {namespace}
tasks:
  - {{id: fail, type: io.kestra.plugin.core.execution.Fail}}
"""


async def fail(client, id_="broken", namespace="team", headers=None):
    """Run a flow that fails; gives the id of the execution."""
    headers = headers or {}
    source = BROKEN.format(id=id_, namespace=namespace)
    await client.post("/api/v1/main/flows", content=source, headers=headers | YAML)
    ran = await client.post(f"/api/v1/main/executions/{namespace}/{id_}?wait=true", headers=headers)
    assert ran.json()["state"]["current"] == "FAILED"
    return ran.json()["id"]


async def told(client, total, headers=None):
    """Wait until so many failures are told of; gives the notifications."""
    found = {}

    async def is_told():
        found.update((await client.get(f"{ROOT}/history?limit=100", headers=headers)).json())
        return sum(one["total"] for one in found["notifications"]) == total

    assert await until(is_told, 60), found
    return found["notifications"]


async def test_a_failure_is_told(client):
    execution_id = await fail(client)
    (one,) = await told(client, 1)
    assert one["createdDate"] == one["updatedDate"]
    assert {name: value for name, value in one.items() if name not in {"id", "createdDate", "updatedDate"}} == {
        "userId": "local",
        "tenantId": "main",
        "type": "SYSTEM_EXECUTION_FAILED",
        "title": "team.broken failed",
        "referenceId": execution_id,
        "namespace": "team",
        "flowId": "broken",
        "total": 1,
        "read": False,
    }
    assert (await client.get(f"{ROOT}/unread-count")).json() == 1


async def test_failures_of_one_flow_are_counted_and_unread_again(client):
    await fail(client)
    (one,) = await told(client, 1)
    assert (await client.post(f"{ROOT}/{one['id']}/read")).status_code == 204
    assert (await client.get(f"{ROOT}/unread-count")).json() == 0
    last = await fail(client)
    (again,) = await told(client, 2)
    assert (again["id"], again["title"], again["referenceId"]) == (one["id"], "team.broken failed 2 times", last)
    assert again["read"] is False
    assert (await client.get(f"{ROOT}/unread-count")).json() == 1


async def test_marks_are_idempotent_and_can_be_taken_back(client):
    await fail(client)
    (one,) = await told(client, 1)
    for verb, count in (("read", 0), ("read", 0), ("unread", 1), ("unread", 1)):
        assert (await client.post(f"{ROOT}/{one['id']}/{verb}")).status_code == 204
        assert (await client.get(f"{ROOT}/unread-count")).json() == count
    assert (await client.post(f"{ROOT}/nothing/read")).status_code == 204
    assert (await client.post(f"{ROOT}/read-all")).json() == {"updated": 1}
    assert (await client.post(f"{ROOT}/read-all")).json() == {"updated": 0}


async def test_pages_follow_one_another(client):
    for number in range(5):
        await fail(client, f"broken-{number}")
    everything = [one["id"] for one in await told(client, 5)]
    seen, query = [], "limit=2"
    while True:
        page = (await client.get(f"{ROOT}/history?{query}")).json()
        seen += [one["id"] for one in page["notifications"]]
        if "nextCursor" not in page:
            break
        query = f"limit=2&before={page['nextCursor']}"
    assert seen == everything
    for query, status in (("limit=101", 422), ("limit=x", 422), ("before=x", 422), ("before=1", 422)):
        assert (await client.get(f"{ROOT}/history?{query}")).status_code == status, query


async def test_what_came_since_is_given(client):
    await fail(client)
    await told(client, 1)
    earlier = (await client.get(f"{ROOT}/since?since=2020-01-01T00:00:00Z")).json()
    assert len(earlier["notifications"]) == 1
    later = await client.get(f"{ROOT}/since", params={"since": earlier["serverTime"]})
    assert later.json()["notifications"] == []
    assert len((await client.get(f"{ROOT}/since")).json()["notifications"]) == 1
    assert (await client.get(f"{ROOT}/since?since=yesterday")).status_code == 422


async def test_everybody_is_told_of_what_they_may_see(guarded):
    async with guarded() as client:
        await fail(client, namespace="team", headers=basic(ADMIN))
        await fail(client, namespace="other", headers=basic(ADMIN))
        await notify(client.installation.environment, "Something about the installation")
        seen = {
            name: sorted(one.get("namespace", "") for one in await told(client, total, basic(name)))
            for name, total in ((ADMIN, 3), (VIEWER, 2), (EDITOR, 1))
        }
        assert seen == {ADMIN: ["", "other", "team"], VIEWER: ["other", "team"], EDITOR: ["team"]}
        assert (await client.post(f"{ROOT}/read-all", headers=basic(VIEWER))).json() == {"updated": 2}
        counts = [(await client.get(f"{ROOT}/unread-count", headers=basic(name))).json() for name in (ADMIN, VIEWER)]
        assert counts == [3, 0]
        (hidden,) = [one for one in await told(client, 3, basic(ADMIN)) if one.get("namespace") == "other"]
        await client.post(f"{ROOT}/{hidden['id']}/read", headers=basic(EDITOR))
        read = await client.installation.environment.database.read(lambda c: repository.list_read(c, EDITOR))
        assert read == set()
        assert (await client.get(f"{ROOT}/history", headers=basic(NOTHING))).status_code == 403


async def test_followers_are_handed_what_is_theirs(client):
    environment = client.installation.environment
    other = Actor(name="other", permissions=permissions_of([Grant("viewer", "elsewhere")]))
    mine = await follow(environment, LOCAL)
    theirs = await follow(environment, other)
    first, never = asyncio.ensure_future(anext(mine)), asyncio.ensure_future(anext(theirs, None))
    await asyncio.sleep(0)
    await fail(client)
    posted = await asyncio.wait_for(first, 60)
    assert (posted.is_new, posted.notification.flow_id) == (True, "broken")
    second = asyncio.ensure_future(anext(mine))
    await asyncio.sleep(0)
    await client.post(f"{ROOT}/read-all")
    marked = await asyncio.wait_for(second, 60)
    assert (marked.is_new, marked.is_read, marked.user_name) == (False, True, "local")
    environment.noticeboard.close()
    assert await never is None


async def test_the_stream_is_one_of_events(client):
    environment = client.installation.environment
    lines = []

    async def listen():
        async with client.stream("GET", f"{ROOT}/follow") as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            lines.extend([line async for line in response.aiter_lines()])

    listening = asyncio.ensure_future(listen())

    async def is_followed():
        return bool(environment.noticeboard.readers)

    assert await until(is_followed, 60)
    await notify(environment, "It was updated")
    environment.noticeboard.close()
    await asyncio.wait_for(listening, 60)
    assert lines[0] == "id: created"
    assert msgspec.json.decode(lines[1].removeprefix("data: "))["title"] == "It was updated"


async def test_what_failed_while_nobody_told_of_it_is_told_later(tmp_path, open_server):
    settings = Settings(home=str(tmp_path / "home"))
    async with open_server(settings) as client:
        await fail(client)
        (one,) = await told(client, 1)
        environment = client.installation.environment
        earlier = Notification(**{name: getattr(one_of(one), name) for name in repository.COLUMNS} | {"updated_at": 1})
        await environment.database.write(lambda c: repository.save_notifications(c, [earlier]))
    async with open_server(settings) as client:
        assert [again["total"] for again in await told(client, 2)] == [2]


def one_of(shape):
    return Notification(
        id=shape["id"],
        type=shape["type"],
        title=shape["title"],
        namespace=shape["namespace"],
        flow_id=shape["flowId"],
        reference_id=shape["referenceId"],
        created_at=1,
        updated_at=1,
    )


@pytest.mark.parametrize("extra", [0, 7])
async def test_the_oldest_are_forgotten(client, extra):
    database = client.installation.environment.database
    made = [
        Notification(id=f"n{number:05}", type="GENERIC", title="x", created_at=number + 1, updated_at=number + 1)
        for number in range(repository.MOST + extra)
    ]
    await database.write(lambda c: repository.save_notifications(c, made[:extra]))
    await database.write(lambda c: repository.mark_read(c, "local", [one.id for one in made[:extra]]))
    await database.write(lambda c: repository.save_notifications(c, made[extra:]))
    kept = await database.read(repository.list_notifications)
    assert [one.id for one in kept] == [one.id for one in reversed(made[extra:])]
    assert await database.read(lambda c: repository.list_read(c, "local")) == set()
