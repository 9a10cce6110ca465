"""B10: what 100,000 schedules cost while none is due, and how late 1,000 start that are due in the same second."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from benchmarks.report import report
from benchmarks.server import Server
from tiercel.cli.wiring import clock, open_installation, open_registry
from tiercel.model.dialect import Dialect
from tiercel.operations.declaring import declared_triggers
from tiercel.operations.settings import Settings
from tiercel.repository.connection import Connection
from tiercel.repository.flows import save_flow
from tiercel.repository.records import StoredFlow
from tiercel.repository.triggers import find_next_look, list_due
from tiercel.scheduler.scheduler import Scheduler
from tiercel.source import parse_flow

IDLE, DUE, ROWS = 100_000, 1_000, 1_000_000
AT_ONCE = 1_000
SETTLE_SECONDS = 20
RARE = "0 0 1 1 *"
FLOW = """
id: {name}
namespace: {namespace}
tasks:
  - {{id: hello, type: io.kestra.plugin.core.log.Log, message: "for {{{{ trigger.date }}}}"}}
triggers:
  - {{id: tick, type: io.kestra.plugin.core.trigger.Schedule, cron: "{cron}", withSeconds: {with_seconds}}}
"""


def measure(seconds: float) -> None:
    """B10; ``seconds`` is how long the idle server is watched."""
    with_rows = Server()
    figures = asyncio.run(_fill(with_rows.home))
    with with_rows as server:
        figures.append({"what": "server ready with 100,000 schedules (s)", "value": server.ready_seconds})
        time.sleep(5)
        before = server.cpu_seconds()
        time.sleep(seconds)
        idle = (server.cpu_seconds() - before) / seconds
        figures.append({"what": "processor while none is due (share of a core)", "value": idle})
        figures.append({"what": "memory (MB)", "value": server.memory_megabytes()})
        figures += _burst(server)
        figures.append({"what": "memory after the burst (MB)", "value": server.memory_megabytes()})
    report("b10", "B10: schedules", figures, {})


async def _fill(home: Path) -> list[dict[str, object]]:
    """Store the idle schedules, have each looked at once, and measure a tick over many more rows."""
    settings = Settings(home=str(home))
    source = FLOW.format(name="NAME", namespace="idle", cron=RARE, with_seconds="false")
    flow = parse_flow(source, open_registry(settings, is_discovering=False)).flow
    if flow is None:
        raise RuntimeError("the flow of the benchmark is wrong")
    async with open_installation(settings, {}, is_durable=False, is_scheduling=False) as installation:
        environment = installation.environment
        declared = declared_triggers(environment.types, flow)
        for start in range(0, IDLE, AT_ONCE):

            def save(connection: Connection, start: int = start) -> None:
                for number in range(start, start + AT_ONCE):
                    name = f"flow{number}"
                    stored = StoredFlow(
                        namespace="idle",
                        id=name,
                        revision=0,
                        source=source.replace("NAME", name),
                        dialect=Dialect.V1_3,
                        created_at=clock(),
                        triggers=declared,
                    )
                    save_flow(connection, stored)

            await environment.database.write(save)
        scheduler = Scheduler(environment, installation.executor)
        gaps: list[float] = []
        watching = asyncio.create_task(_watch_loop(gaps))
        began = time.perf_counter()
        await scheduler.claim(is_only=True)
        await scheduler.step()
        first = time.perf_counter() - began
        watching.cancel()
        await scheduler.close()
        await environment.database.write(_multiply)
        tick = await environment.database.read(_tick_milliseconds)
        await environment.database.write(lambda connection: connection.execute("DELETE FROM triggers WHERE kind = 'X'"))
    return [
        {"what": "first look at 100,000 new schedules (s)", "value": first},
        {"what": "the loop kept meanwhile, p99 (ms)", "value": quantiles(gaps, n=100)[98] * 1_000},
        {"what": "the loop kept meanwhile, longest (ms)", "value": max(gaps) * 1_000},
        {"what": "a tick with 1,000,000 rows (ms)", "value": tick},
    ]


async def _watch_loop(gaps: list[float]) -> None:
    """Measure how long others on the loop have to wait for their turn."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0)
        gaps.append(time.perf_counter() - began)
        await asyncio.sleep(0.001)


def _multiply(connection: Connection) -> None:
    """Make ROWS rows of those that are there, under other names and as far from being due."""
    names = [row[1] for row in connection.fetch("PRAGMA table_info(triggers)")]
    for round_ in range(ROWS // IDLE - 1):
        taken = ", ".join({"flow_id": f"flow_id || '-{round_}'", "kind": "'X'"}.get(name, name) for name in names)
        connection.execute(f"INSERT INTO triggers SELECT {taken} FROM triggers WHERE kind <> 'X'")  # noqa: S608 (names of ours)


def _tick_milliseconds(connection: Connection) -> float:
    rounds = 200
    began = time.perf_counter()
    for _ in range(rounds):
        list_due(connection, clock(), limit=500)
        find_next_look(connection)
    return (time.perf_counter() - began) / rounds * 1_000


def _burst(server: Server) -> list[dict[str, object]]:
    due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=SETTLE_SECONDS)
    cron = f"{due.second} {due.minute} {due.hour} {due.day} {due.month} *"
    for number in range(DUE):
        source = FLOW.format(name=f"due{number}", namespace="burst", cron=cron, with_seconds="true")
        server.create_flow(source)
    if datetime.now(UTC) > due - timedelta(seconds=2):
        raise RuntimeError("the machine is too slow to store the flows in time; raise SETTLE_SECONDS")
    time.sleep((due - datetime.now(UTC)).total_seconds() + SETTLE_SECONDS)
    created, ended = _lateness(server, due)
    rows: list[dict[str, object]] = [{"what": "executions of 1,000 due in one second", "value": len(created)}]
    for name, values in (("started", created), ("ended", ended)):
        cuts = quantiles(values, n=100)
        rows += [
            {"what": f"{name}: lateness p50 (s)", "value": cuts[49]},
            {"what": f"{name}: lateness p99 (s)", "value": cuts[98]},
            {"what": f"{name}: lateness, worst (s)", "value": max(values)},
        ]
    return rows


def _lateness(server: Server, due: datetime) -> tuple[list[float], list[float]]:
    answer = server.client.get(
        "/api/v1/main/executions/search", params={"filters[namespace][EQUALS]": "burst", "size": DUE}
    )
    answer.raise_for_status()
    found = [one for one in answer.json()["results"] if one["state"]["current"] == "SUCCESS"]
    begun = [datetime.fromisoformat(one["state"]["histories"][1]["date"]) for one in found]
    ended = [datetime.fromisoformat(one["state"]["endDate"]) for one in found]
    return [(at - due).total_seconds() for at in begun], [(at - due).total_seconds() for at in ended]
