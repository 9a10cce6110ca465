"""The one stream of events for everything that is shown live."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import ExitStack

from litestar import get
from litestar.response import Stream

from tiercel.api.errors import RequestError
from tiercel.api.live.frames import OF_EXECUTIONS, TOPICS
from tiercel.api.live.hub import Hub, TooManyStreamsError, Wanted
from tiercel.api.requests import Incoming, actor_of, every, one, query_of, valid_ids
from tiercel.api.sse import HEADERS
from tiercel.operations.actor import Action, Actor


@get("/api/v1/main/events")
async def follow(request: Incoming) -> Stream:
    """Stream what changes: executions, task runs, log lines, flows, triggers, dashboards, notifications."""
    actor, query = actor_of(request), query_of(request)
    last_event_id = request.headers.get("last-event-id") or one(query, "lastEventId") or ""
    wanted = _wanted(actor, every(query, "topics"), last_event_id)
    hub: Hub = request.app.state["hub"]
    stack = ExitStack()
    try:
        stack.enter_context(hub.admit(actor))
    except TooManyStreamsError as error:
        raise RequestError(429, "too-many-requests", str(error)) from None
    return Stream(_Following(hub.read(actor, wanted), stack), media_type="text/event-stream", headers=HEADERS)


class _Following:
    """The frames of one client, which is counted until they end."""

    def __init__(self, frames: AsyncIterator[bytes], stack: ExitStack) -> None:
        self._frames = frames
        self._stack = stack

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with self._stack:
            async for chunk in self._frames:
                yield chunk


def _wanted(actor: Actor, names: list[str], last_event_id: str) -> Wanted:
    topics, keys = set(), set()
    for name in names:
        topic, colon, key = name.partition(":")
        if topic not in TOPICS or (colon and topic not in OF_EXECUTIONS):
            known = ", ".join(TOPICS)
            message = f"'{name}' is no topic; there are {known}, and {', '.join(sorted(OF_EXECUTIONS))} with :ID"
            raise RequestError(400, "invalid-query-parameter", message)
        actor.require(TOPICS[topic], Action.READ)
        if colon:
            valid_ids(key)
            keys.add((topic, key))
        else:
            topics.add(topic)
    if not names:
        raise RequestError(400, "invalid-query-parameter", f"topics is required: some of {', '.join(TOPICS)}")
    return Wanted(frozenset(topics), frozenset(keys), last_event_id)


ROUTES = (follow,)
