"""Connections on which frames come while they are read, as a browser has them."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from urllib.parse import urlencode

from api.users import basic

PATH = "/api/v1/main/events"
SECONDS = 60


class Client:
    """One connection: its frames in the order they came."""

    def __init__(self):
        self.status = 0
        self.place = ""
        self.moved = asyncio.Event()
        self.frames = []
        self.ended = asyncio.Event()
        self._queue = asyncio.Queue()
        self._rest = ""

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self._queue.put_nowait(None)
        else:
            *parts, self._rest = (self._rest + message.get("body", b"").decode()).split("\n\n")
            for part in parts:
                fields = dict(line.split(": ", 1) for line in part.split("\n") if not line.startswith(":"))
                if "id" in fields and "data" not in fields and fields["id"] != self.place:
                    self.moved.set()
                self.place = fields.get("id", self.place)
                if "data" in fields:
                    self._queue.put_nowait((fields.get("id", ""), fields["event"], json.loads(fields["data"])))
            if not message.get("more_body"):
                self.body = self._rest
                self.ended.set()

    async def next(self):
        async with asyncio.timeout(SECONDS):
            return await self._queue.get()

    async def until(self, kind, **wanted):
        """The next frame of a kind with these values; all before it are kept in ``frames``."""
        while True:
            id_, event, data = frame = await self.next()
            self.frames.append(frame)
            if event == kind and all(data.get(name) == value for name, value in wanted.items()):
                return id_, data


def following(server, *topics, last="", lookback="", user=None):
    """Follow the one stream of events."""
    headers = {"last-event-id": last} if last else {}
    if user is not None:
        headers |= basic(user)
    query = urlencode({"topics": ",".join(topics)} | ({"lookback": lookback} if lookback else {}))
    return connected(server, "GET", f"{PATH}?{query}", headers=headers)


@asynccontextmanager
async def connected(server, method, address, *, headers=None, body=b""):
    """Ask for something that is answered by frames; the client is gone when the context ends."""
    client = Client()
    path, _, query = address.partition("?")
    sent = {"host": "localhost:8080", "content-length": str(len(body)), **(headers or {})}
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 1), "server": ("localhost", 8080), "root_path": "", "state": {},
    }  # fmt: skip
    gone, pieces = asyncio.Event(), [body]

    async def receive():
        if pieces:
            return {"type": "http.request", "body": pieces.pop(), "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    task = asyncio.ensure_future(server.app(scope, receive, client.send))
    await client.next()
    try:
        yield client
    finally:
        gone.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
