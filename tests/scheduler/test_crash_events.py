"""kill -9 of a server at random points, while schedules, polls, listeners, webhooks and Flow triggers fire.

Each date, each number, each call and each end must have led to one execution in the end, and that must have run once.
``TEST_TIERCEL_CRASHES`` makes it as long as wanted; some two hundred firings come between two kills.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sqlite3
import sys
import time
from asyncio.subprocess import Process
from collections import Counter
from contextlib import closing
from pathlib import Path

import httpx

from cli.served import API
from scheduler.event_site import LISTENERS, POLLERS, SCHEDULES, EventSite, save_flows
from tiercel.repository.connection import Row

CRASHES = int(os.environ.get("TEST_TIERCEL_CRASHES", "3"))
SEED = int(os.environ.get("TEST_TIERCEL_CRASH_SEED", "7"))
SECOND = 1_000_000
BEHIND = (
    "SELECT count(*) FROM triggers WHERE kind = 'SCHEDULE' AND is_disabled = 0 AND (next_at IS NULL OR next_at < ?)"
)
UNTOLD = (
    "SELECT (SELECT count(*) FROM executions WHERE flow_id = 'called' AND is_over = 0)"
    " + (SELECT count(*) FROM announcements)"
)
UNDER_WAY = (
    "SELECT (SELECT count(*) FROM executions WHERE is_over = 0) + (SELECT count(*) FROM announcements)"
    " + (SELECT count(*) FROM inbox) + (SELECT count(*) FROM triggers WHERE reason = 'It is being looked at.')"
)


async def test_no_event_is_lost_or_doubled_when_the_server_is_killed(tmp_path: Path) -> None:
    site = EventSite(tmp_path)
    chance = random.Random(SEED)  # noqa: S311 (when to kill, the same each time)
    async with site.serving() as (_, client):
        await save_flows(client)
    site.begin_calls()
    for _ in range(CRASHES):
        async with site.serving() as (process, _):
            await kill(process, chance.uniform(0.0, 2.0))
    async with site.serving() as (process, client):
        await site.end_calls()
        await settle(site, client)
    assert process.returncode == 0
    check(site)


async def kill(process: Process, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await process.wait()
    except TimeoutError:
        process.kill()
    assert await process.wait() == -9


async def settle(site: EventSite, client: httpx.AsyncClient) -> None:
    """Let schedules make up for what they missed, switch all off, and wait until nothing is under way."""
    now = time.time_ns() // 1000
    await until_none(site, BEHIND, now)
    await until_none(site, UNTOLD)  # a Flow trigger that is switched off follows nothing any more
    answer = await client.post(f"{API}/triggers/set-disabled/by-query", json={"disabled": True})
    assert answer.status_code < 300, answer.text
    await until_none(site, UNDER_WAY)


async def until_none(site: EventSite, query: str, *values: int) -> None:
    while True:
        if rows(site, query, *values) == [(0,)]:
            return
        await asyncio.sleep(0.02)  # another process has to get there


def rows(site: EventSite, query: str, *values: int) -> list[Row]:
    with closing(sqlite3.connect(f"file:{site.home}/tiercel.db?mode=ro", uri=True)) as database:
        return database.execute(query, values).fetchall()


def check(site: EventSite) -> None:
    fired: dict[str, dict[str, list[Row]]] = {}
    found = rows(site, "SELECT id, flow_id, state, trigger, scheduled_at FROM executions")
    for one, flow_id, state, trigger, date in found:
        assert state == "SUCCESS"
        told = json.loads(trigger)
        fired.setdefault(flow_id, {}).setdefault(told["id"], []).append((one, told["variables"], date))
    assert {flow_id: len(triggers) for flow_id, triggers in fired.items()} == {
        "ticks": SCHEDULES,
        "hears": LISTENERS,
        "finds": POLLERS,
        "called": 1,
        "follows": 1,
    }
    for name, firings in fired["ticks"].items():
        check_whole(name, [date // SECOND for _, _, date in firings])
    for name, firings in (fired["hears"] | fired["finds"]).items():
        check_whole(name, [0, *(1 + variables["n"] for _, variables, _ in firings)])
    called = {variables["body"]["n"]: one for one, variables, _ in fired["called"]["hook0"]}
    assert called == site.answered
    check_whole("hook", [variables["body"]["n"] for _, variables, _ in fired["called"]["hook0"]])
    followed = Counter(variables["executionId"] for _, variables, _ in fired["follows"]["follow0"])
    assert followed == Counter(called.values())
    lines = rows(site, "SELECT execution_id FROM logs WHERE task_id = 'hello'")
    assert Counter(one for (one,) in lines) == Counter(one for one, *_ in found)
    counts = {flow_id: sum(map(len, triggers.values())) for flow_id, triggers in sorted(fired.items())}
    sys.stderr.write(f"\n{len(found)} firings over {CRASHES} kills: {counts}\n")


def check_whole(name: str, found: list[int]) -> None:
    """From the first to the last none is missing and none comes twice."""
    doubled = [one for one, count in Counter(found).items() if count > 1]
    assert not doubled, f"{name} fired twice for {doubled}"
    lost = set(range(min(found), max(found) + 1)) - set(found)
    assert not lost, f"{name} did not fire for {sorted(lost)}"
