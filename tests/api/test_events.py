"""The stream of events: what it tells, to whom, from where it goes on, and what it costs."""

from __future__ import annotations

import asyncio

import pytest

from api.following import PATH, SECONDS, following
from api.users import ADMIN, EDITOR, NOTHING, basic
from tiercel.api.live import hub as hubs, ring as rings
from tiercel.api.live.ring import Frame, Ring
from tiercel.model.log import LogEntry, LogLevel
from tiercel.operations import users
from tiercel.operations.actor import CONSOLE, Resource
from tiercel.operations.settings import ServerSettings, Settings
from tiercel.operations.trigger_lines import save_lines

HELLO = """
id: {id}
namespace: {namespace}
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "hush {{{{ inputs.word }}}}"
inputs:
  - id: word
    type: STRING
    defaults: hello
"""


@pytest.fixture
async def server(client):
    client.app = client._transport.app  # noqa: SLF001 (the library offers no way to stream)
    return client


async def save(client, **names):
    answer = await client.post(
        "/api/v1/main/flows", content=HELLO.format(**names), headers={"content-type": "application/x-yaml"}
    )
    assert answer.status_code == 200, answer.text


async def run(client, namespace, flow_id):
    answer = await client.post(f"/api/v1/main/executions/{namespace}/{flow_id}", params={"wait": "true"})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_it_tells_of_executions_task_runs_logs_and_flows(server):
    async with following(server, "executions", "task-runs", "logs", "flows") as client:
        assert client.status == 200
        await client.until("ready")
        await save(server, id="hello", namespace="dev")
        _, flow = await client.until("flow")
        assert flow == {"namespace": "dev", "id": "hello", "action": "CREATE", "revision": 1, "version": 1}
        execution = await run(server, "dev", "hello")
        _, lines = await client.until("log")
        assert [line["message"] for line in lines["entries"]] == ["hush hello"]
        kinds = [kind for _, kind, _ in client.frames]
        assert {"execution", "task-run"} <= set(kinds)
        last = [data for _, kind, data in client.frames if kind == "execution"][-1]
        assert last["id"] == execution["id"]
        assert last["state"]["current"] == "SUCCESS"
        assert last["version"] == execution["version"]
        assert "inputs" not in last
        run_ = [data for _, kind, data in client.frames if kind == "task-run"][-1]
        assert (run_["taskId"], run_["state"]["current"]) == ("say", "SUCCESS")
        await server.delete("/api/v1/main/flows/dev/hello")
        _, gone = await client.until("flow", action="DELETE")
        assert gone["id"] == "hello"
    numbers = [int(id_.rpartition("-")[2]) for id_, _, _ in client.frames]
    assert numbers == sorted(numbers)
    assert len({id_.rpartition("-")[0] for id_, _, _ in client.frames}) == 1


async def test_it_tells_of_files_and_of_who_saved_them(guarded):
    async with guarded() as server:
        server.app = server._transport.app  # noqa: SLF001 (as above)
        server.headers.update(basic(ADMIN))
        async with following(server, "files", user=EDITOR) as client:
            await client.until("ready")
            await put_file(server, "other", "/hidden.sql")
            await put_file(server, "team", "queries/sales.sql")
            await put_file(server, "team", "/queries/sales.sql")
            _, saved = await client.until("file", revision=2)
            assert saved == {
                "namespace": "team", "id": "/queries/sales.sql", "action": "UPDATE", "author": ADMIN,
                "revision": 2, "version": 2,
            }  # fmt: skip
            await server.delete("/api/v1/main/namespaces/team/files", params={"path": "/queries/sales.sql"})
            await client.until("file", id="/queries/sales.sql", action="DELETE")
        assert {data.get("namespace") for _, kind, data in client.frames if kind != "ready"} == {"team"}


async def put_file(server, namespace, path):
    answer = await server.post(
        f"/api/v1/main/namespaces/{namespace}/files",
        params={"path": path},
        files={"fileContent": ("a.sql", b"SELECT 1")},
    )
    assert answer.status_code == 200, answer.text


async def test_one_execution_can_be_followed_alone(server):
    await save(server, id="hello", namespace="dev")
    async with following(server, "logs:4kQ2sjg7zRPxMLmJwPzQnA", "flows") as client:
        await run(server, "dev", "hello")
        await save(server, id="last", namespace="dev")
        await client.until("flow", id="last")
        assert "log" not in {kind for _, kind, _ in client.frames}


async def test_it_goes_on_where_the_connection_broke(server):
    await save(server, id="hello", namespace="dev")
    async with following(server, "flows") as client:
        await save(server, id="first", namespace="dev")
        place, _ = await client.until("flow", id="first")
    await save(server, id="meanwhile", namespace="dev")
    async with following(server, "flows", last=place) as client:
        await client.until("flow", id="meanwhile")
        assert [kind for _, kind, _ in client.frames] == ["flow"]


@pytest.mark.parametrize("last", ["other-7", "nonsense", "-", "x-99999999999"])
async def test_who_comes_from_elsewhere_begins_anew(server, last):
    async with following(server, "flows", last=last) as client:
        id_, _ = await client.until("reset")
        await save(server, id="first", namespace="dev")
        place, _ = await client.until("flow")
        assert int(place.rpartition("-")[2]) == int(id_.rpartition("-")[2]) + 1


async def test_everybody_sees_what_their_rights_allow(guarded):
    async with guarded() as server:
        server.app = server._transport.app  # noqa: SLF001 (as above)
        server.headers.update(basic(ADMIN))
        topics = ("flows", "executions", "logs", "task-runs")
        async with (
            following(server, *topics, user=EDITOR) as narrow,
            following(server, *topics, user=ADMIN) as wide,
        ):
            await save(server, id="hidden", namespace="other")
            await run(server, "other", "hidden")
            await save(server, id="shown", namespace="team.a")
            await narrow.until("flow", id="shown")
            await wide.until("flow", id="shown")
        assert {data.get("namespace") for _, kind, data in narrow.frames if kind != "ready"} == {"team.a"}
        assert {"other", "team.a"} <= {data.get("namespace") for _, _, data in wide.frames}
        assert [data.get("author") for _, kind, data in wide.frames if kind == "flow"] == [ADMIN] * 2


async def test_who_may_see_nothing_is_refused_and_who_loses_rights_is_let_go(guarded):
    async with guarded() as server:
        server.app = server._transport.app  # noqa: SLF001 (as above)
        assert (await server.get(PATH, params={"topics": "flows"}, headers=basic(NOTHING))).status_code == 403
        async with following(server, "flows", user=EDITOR) as client:
            await client.until("ready")
            await users.change_user(server.installation.environment, CONSOLE, EDITOR, is_disabled=True)
            find_hub(server.app).ring.break_off()  # wakes it before the next heartbeat
            async with asyncio.timeout(SECONDS):
                await client.ended.wait()


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ({}, 400, "topics is required"),
        ({"topics": "weather"}, 422, "'weather' is no topic; there are executions"),
        ({"topics": "flows:abc"}, 422, "is no topic"),
        ({"topics": "logs:../x"}, 404, "is no id"),
        ({"topics": "flows", "lookback": "2 s"}, 422, "lookback: '2 s' is not a duration"),
    ],
)
async def test_what_cannot_be_followed_is_refused(client, query, status, text):
    answer = await client.get(PATH, params=query)
    assert answer.status_code == status
    assert text in answer.text


async def test_one_user_follows_in_so_many_places_and_no_more(open_server, tmp_path):
    settings = Settings(home=str(tmp_path / "home"), server=ServerSettings(streams_per_user=2))
    async with open_server(settings) as server:
        server.app = server._transport.app  # noqa: SLF001 (as above)
        async with following(server, "flows"), following(server, "flows"):
            answer = await server.get(PATH, params={"topics": "flows"})
            assert answer.status_code == 429
            assert "follows events in 2 places already" in answer.text
        async with following(server, "flows") as client:
            assert client.status == 200


class Time:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def ring(time):
    epochs = iter(f"epoch{number}" for number in range(100))
    return Ring(lambda: next(epochs), time)


def add(ring, count=1, size=10):
    for _ in range(count):
        ring.add(Frame("flows", Resource.FLOW, "dev", "", b"x" * size))


async def test_the_ring_keeps_five_minutes_and_a_bounded_amount(ring, time, monkeypatch):
    add(ring, 3)
    assert ring.has(ring.epoch, 0)
    assert len(ring.after(1, 10)) == 2
    time.now = rings.SECONDS + 1
    add(ring)
    assert not ring.has(ring.epoch, 2)
    assert ring.has(ring.epoch, 3)
    assert len(ring.after(3, 10)) == 1
    monkeypatch.setattr(rings, "MOST_BYTES", 100)
    add(ring, 50)
    assert not ring.has(ring.epoch, ring.last - 11)
    assert ring.has(ring.epoch, ring.last - 10)
    monkeypatch.setattr(rings, "MOST_FRAMES", 4)
    add(ring)
    assert not ring.has(ring.epoch, ring.last - 5)
    assert len(ring.after(ring.last - 4, 10)) == 4


async def test_the_ring_knows_where_the_last_seconds_begin(ring, time, monkeypatch):
    time.now = 100
    assert ring.place_before(1) is None  # nothing was added yet that could be known
    ring.begin()
    assert ring.place_before(1) is None
    time.now = 102
    assert ring.place_before(1) == 0
    add(ring, 2)
    time.now = 110
    add(ring, 3)
    assert (ring.place_before(1), ring.place_before(7)) == (2, 0)  # two seconds more than was asked for
    assert ring.place_before(11) is None
    monkeypatch.setattr(rings, "MOST_FRAMES", 2)
    add(ring)
    assert ring.place_before(1) is None  # some of them were let go
    time.now = 114
    assert ring.place_before(1) == 6
    ring.break_off()
    assert ring.place_before(1) is None
    time.now = 116
    assert ring.place_before(1) == 0
    ring.end()
    assert ring.place_before(1) is None


async def test_a_page_that_has_read_what_it_shows_is_told_what_came_since(server):
    hub = find_hub(server.app)
    async with following(server, "flows", lookback="PT0.2S") as client:
        await client.until("ready")  # nobody followed, so what came before is not known
    hub.close()
    hub.expect()
    await asyncio.sleep(0)  # it listens from here on
    hub.ring.begun_at -= 60
    await save(server, id="since", namespace="dev")
    async with following(server, "flows", lookback="PT30S") as client:
        await client.until("flow", id="since")
    assert [kind for _, kind, _ in client.frames] == ["flow"]
    hub.close()


async def test_the_page_of_the_interface_is_expected_to_follow(server):
    hub = find_hub(server.app)
    assert not hub.is_filling
    answer = await server.get("/ui/")
    assert hub.is_filling == (answer.status_code == 200)  # 503: the interface is not built here


async def test_a_gap_is_another_epoch(ring):
    add(ring, 3)
    former = ring.epoch
    waiting = asyncio.ensure_future(ring.wait(former, 3, SECONDS))
    await asyncio.sleep(0)
    ring.break_off()
    assert await waiting
    assert not ring.has(former, 3)
    assert ring.has(ring.epoch, 0)
    assert not await ring.wait(ring.epoch, 0, 0.01)


async def test_who_is_too_slow_is_told_to_begin_anew(server, monkeypatch):
    monkeypatch.setattr(rings, "MOST_FRAMES", 5)
    async with following(server, "flows") as client:
        hub = find_hub(server.app)
        await client.until("ready")
        add(hub.ring, 20)  # at once, before the client can read any
        await client.until("reset")
        await save(server, id="after", namespace="dev")
        await client.until("flow", id="after")


async def test_nothing_is_kept_while_nobody_follows(server):
    hub = find_hub(server.app)
    await save(server, id="before", namespace="dev")
    assert hub.ring.last == 0
    async with following(server, "flows"):
        await save(server, id="during", namespace="dev")
    assert hub.followers == {}
    hub.close()
    assert not hub.is_filling


def find_hub(gate):
    return gate._app.state["hub"]  # noqa: SLF001 (nothing else leads there)


async def test_the_place_moves_on_while_nothing_is_for_a_client(server, monkeypatch):
    monkeypatch.setattr(hubs, "_HEARTBEAT_SECONDS", 0.05)
    async with following(server, "dashboards") as client:
        first, _ = await client.until("ready")
        await save(server, id="other", namespace="dev")
        await client.moved.wait()
        assert client.place != first
        assert client.frames[-1][1] == "ready"
    async with following(server, "dashboards", "flows", last=client.place) as client:
        await save(server, id="late", namespace="dev")
        _, flow = await client.until("flow")
        assert flow["id"] == "late"
        assert [kind for _, kind, _ in client.frames] == ["flow"]


TICKING = """
id: ticking
namespace: dev
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: tick
triggers:
  - id: each
    type: io.kestra.plugin.core.trigger.Schedule
    cron: "* * * * * *"
    withSeconds: true
"""


async def test_it_tells_of_triggers_that_nobody_touched(server):
    async with following(server, "triggers", "executions") as client:
        await client.until("ready")
        answer = await server.post(
            "/api/v1/main/flows", content=TICKING, headers={"content-type": "application/x-yaml"}
        )
        assert answer.status_code == 200, answer.text
        _, trigger = await client.until("trigger", id="ticking.each")
        assert trigger == {"namespace": "dev", "id": "ticking.each", "action": "UPDATE"}
        await client.until("execution", flowId="ticking")


async def test_it_tells_of_lines_without_an_execution(server):
    line = LogEntry(at=1, level=LogLevel.WARN, message="late", namespace="dev", flow_id="hello", trigger_id="each")
    async with following(server, "logs") as client, following(server, "logs:one") as other:
        await client.until("ready")
        await other.until("ready")
        await save_lines(server.installation.environment, [line])
        _, found = await client.until("log")
        assert found.pop("entries")[0]["message"] == "late"
        assert found == {"namespace": "dev", "flowId": "hello", "triggerId": "each"}
        await save(server, id="hello", namespace="dev")
        assert [kind for _, kind, _ in other.frames] == ["ready"]
    logged = (await server.get("/api/v1/main/logs/search", params={"timeRange": "PT876000H"})).json()
    assert [entry["message"] for entry in logged["results"]] == ["late"]
