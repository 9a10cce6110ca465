"""Class 12: a session ends for everything at once, open streams included, and is never one that was planted."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial

import pytest

from api.calls import filled_with
from api.users import ADMIN, EDITOR, PASSWORD, VIEWER, basic, guarding
from security.raw import HOST, application
from tiercel.operations import users
from tiercel.operations.actor import CONSOLE
from tiercel.operations.settings import ServerSettings, Settings

ROOT = "/api/v1/main"
SECONDS = 60.0


class Stream:
    """One that is read by a client which stays."""

    def __init__(self):
        self.status, self.pieces = None, []
        self.has_begun, self.has_ended = asyncio.Event(), asyncio.Event()

    async def receive(self):
        await self.has_ended.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.status = message.get("status", self.status)
        self.pieces.append(message.get("body", b""))
        self.has_begun.set()
        if message["type"] == "http.response.body" and not message.get("more_body"):
            self.has_ended.set()


@asynccontextmanager
async def following(client, path, headers, query=b""):
    """Follow; the first message of a client has been read already, so that receiving waits for its end."""
    stream = Stream()
    scope = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query}
    sent = [HOST, *((name.encode(), value.encode()) for name, value in headers.items())]
    scope |= {"headers": sent, "client": ("127.0.0.1", 1)}
    task = asyncio.ensure_future(application(client)(scope, stream.receive, stream.send))
    try:
        async with asyncio.timeout(SECONDS):
            await stream.has_begun.wait()
        yield stream
    finally:
        stream.has_ended.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def signed_in(client, name):
    """Sign in as a browser; gives the headers to ask with."""
    answer = await client.post("/api/v1/login", json={"username": name, "password": PASSWORD})
    assert answer.status_code == 200
    cookie = f"tiercel_session={answer.cookies['tiercel_session']}"
    client.cookies.clear()
    return {"cookie": cookie, "x-csrf-token": answer.json()["csrfToken"]}


STREAMS = [
    (f"{ROOT}/logs/{{}}/follow", b""),
    ("/api/v1/notifications/follow", b""),
    (f"{ROOT}/events", b"topics=flows"),
]


@pytest.mark.parametrize("how", ["signs out", "is disabled", "loses the role", "gets another password"])
async def test_open_streams_end_with_the_right_to_them(guarded, how):
    async with guarded() as client:
        place = await filled_with(client, "team")
        environment = client.installation.environment
        session = await signed_in(client, EDITOR)
        bystander = basic(VIEWER)
        log = STREAMS[0][0].format(place["execution_id"])
        async with following(client, log, session) as stream, following(client, log, bystander) as other:
            assert (stream.status, other.status) == (200, 200)
            match how:
                case "signs out":
                    assert (await client.post("/api/v1/logout", headers=session)).status_code == 200
                case "is disabled":
                    await users.change_user(environment, CONSOLE, EDITOR, is_disabled=True)
                case "loses the role":
                    await users.change_user(environment, CONSOLE, EDITOR, grants=())
                case _:
                    await users.change_password(environment, CONSOLE, EDITOR, "Other-Horse-22")
            async with asyncio.timeout(SECONDS):
                await stream.has_ended.wait()
            assert not other.has_ended.is_set()
        assert (await client.get(f"{ROOT}/flows/search", headers=session)).status_code in {200, 401, 403}


async def test_every_kind_of_stream_counts(guarded_small):
    async with guarded_small() as client:
        place = await filled_with(client, "team")
        paths = [(path.format(place["execution_id"]), query) for path, query in STREAMS]
        async with following(client, *with_(paths[0])), following(client, *with_(paths[1])):
            for path, query in paths:
                async with following(client, path, basic(ADMIN), query) as refused:
                    assert refused.status == 429, path
            async with following(client, paths[0][0], basic(VIEWER)) as other:
                assert other.status == 200
        async with following(client, *with_(paths[2])) as again:
            assert again.status == 200


def with_(place):
    return place[0], basic(ADMIN), place[1]


@pytest.fixture
def guarded_small(open_server, password_hash, tmp_path):
    settings = Settings(home=str(tmp_path / "small"), server=ServerSettings(streams_per_user=2))
    return partial(guarding(open_server, password_hash), settings)


async def test_a_planted_session_is_nobody_and_is_replaced(guarded):
    async with guarded() as client:
        planted = {"cookie": "tiercel_session=planted-by-somebody; csrfToken=planted"}
        assert (await client.get(f"{ROOT}/flows/search", headers=planted)).status_code == 401
        answer = await client.post("/api/v1/login", json={"username": ADMIN, "password": PASSWORD}, headers=planted)
        fresh = answer.cookies["tiercel_session"]
        client.cookies.clear()
        assert len(fresh) >= 40
        assert (await client.get(f"{ROOT}/flows/search", headers=planted)).status_code == 401
        again = await client.post(
            "/api/v1/login",
            json={"username": ADMIN, "password": PASSWORD},
            headers={"cookie": f"tiercel_session={fresh}"},
        )
        client.cookies.clear()
        assert again.cookies["tiercel_session"] != fresh
        former = {"cookie": f"tiercel_session={fresh}"}
        assert (await client.get(f"{ROOT}/flows/search", headers=former)).status_code == 401


async def test_cookies_cannot_be_read_by_scripts_or_sent_by_other_sites(guarded):
    async with guarded() as client:
        answer = await client.post("/api/v1/login", json={"username": ADMIN, "password": PASSWORD})
        cookies = {line.partition("=")[0]: line.lower() for line in answer.headers.get_list("set-cookie")}
        assert set(cookies) == {"tiercel_session", "csrfToken"}
        assert all("samesite=strict" in line and "path=/" in line for line in cookies.values())
        assert all("domain=" not in line for line in cookies.values())
        assert "httponly" in cookies["tiercel_session"]
        assert not any("secure" in line for line in cookies.values())  # a machine in a network of one's own
        answer = await client.post(
            "/api/v1/login",
            json={"username": ADMIN, "password": PASSWORD},
            headers={"x-forwarded-proto": "https"},
        )
        assert all("; secure" in line.lower() for line in answer.headers.get_list("set-cookie"))
