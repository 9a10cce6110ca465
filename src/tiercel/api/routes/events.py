"""The one stream of events for everything that is shown live."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from litestar import get
from litestar.response import Stream

from tiercel.api.errors import RequestError
from tiercel.api.live.frames import OF_EXECUTIONS, TOPICS
from tiercel.api.live.hub import Hub, Wanted
from tiercel.api.requests import Incoming, actor_of, every, one, query_of, valid_ids
from tiercel.api.sse import HEADERS, begun, followers_of
from tiercel.expressions.iso import parse_duration
from tiercel.operations.actor import Action, Actor


@get("/api/v1/main/events")
async def follow(request: Incoming) -> Stream:
    """Stream what changes: executions, task runs, log lines, flows, triggers, dashboards, files, notifications."""
    actor, query = actor_of(request), query_of(request)
    last_event_id = request.headers.get("last-event-id") or one(query, "lastEventId") or ""
    wanted = _wanted(actor, every(query, "topics"), last_event_id, _seconds(one(query, "lookback")))
    return Stream(await begun(_frames(request, wanted)), media_type="text/event-stream", headers=HEADERS)


async def _frames(request: Incoming, wanted: Wanted) -> AsyncGenerator[bytes]:
    hub: Hub = request.app.state["hub"]
    actor = actor_of(request)
    with followers_of(request).counted(actor), hub.admit(actor):
        yield b""
        async for chunk in hub.read(actor, wanted):
            yield chunk


def _wanted(actor: Actor, names: list[str], last_event_id: str, lookback: float) -> Wanted:
    topics, keys = set(), set()
    for name in names:
        topic, colon, key = name.partition(":")
        if topic not in TOPICS or (colon and topic not in OF_EXECUTIONS):
            known = ", ".join(TOPICS)
            message = f"'{name}' is no topic; there are {known}, and {', '.join(sorted(OF_EXECUTIONS))} with :ID"
            raise RequestError(422, "invalid-argument", message)
        actor.require(TOPICS[topic], Action.READ)
        if colon:
            valid_ids(key)
            keys.add((topic, key))
        else:
            topics.add(topic)
    if not names:
        raise RequestError(400, "invalid-query-parameter", f"topics is required: some of {', '.join(TOPICS)}")
    return Wanted(frozenset(topics), frozenset(keys), last_event_id, lookback)


def _seconds(lookback: str | None) -> float:
    if not lookback:
        return 0.0
    try:
        return parse_duration(lookback).to_timedelta().total_seconds()
    except (ValueError, OverflowError) as error:
        raise RequestError(422, "invalid-format", f"lookback: {error}") from None


ROUTES = (follow,)
