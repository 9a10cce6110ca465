"""B11: how soon a thousand followers of the stream of events are told of what happens, and what they cost."""

from __future__ import annotations

import asyncio
import os
import time
from statistics import quantiles

from benchmarks.report import report
from benchmarks.server import Server

FOLLOWERS = 1000
EXECUTIONS = 20
FLOW = """
id: seen
namespace: bench
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: hello}
"""


def measure(seconds: float) -> None:
    """B11; ``seconds`` is not used: a fixed number of executions is followed."""
    del seconds
    os.environ["TIERCEL_SERVER_STREAMS_PER_USER"] = str(FOLLOWERS)
    with Server() as server:
        server.create_flow(FLOW)
        server.run("bench", "seen")
        before = server.memory_megabytes()
        delays, lost = asyncio.run(_follow(server))
        memory = server.memory_megabytes()
    cuts = quantiles(delays, n=100)
    rows: list[dict[str, object]] = [
        {"what": "told after, p50 (ms)", "value": cuts[49]},
        {"what": "told after, p95 (ms)", "value": cuts[94]},
        {"what": "told after, longest (ms)", "value": max(delays)},
        {"what": "ends that were told", "value": len(delays)},
        {"what": "ends that were not told", "value": lost},
        {"what": "memory for each follower (kB)", "value": (memory - before) * 1000 / FOLLOWERS},
    ]
    report("b11", "B11: a thousand followers", rows, {"followers": FOLLOWERS, "executions": EXECUTIONS})


async def _follow(server: Server) -> tuple[list[float], int]:
    delays: list[float] = []
    started: dict[str, float] = {}
    ready = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(_listen(server.port, ready, started, delays)) for _ in range(FOLLOWERS)]
    for _ in range(FOLLOWERS):
        await ready.acquire()
    for _ in range(EXECUTIONS):
        execution = await asyncio.to_thread(server.run, "bench", "seen")
        started[str(execution["id"])] = time.perf_counter()
        await asyncio.sleep(0.5)
    await asyncio.sleep(5)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return delays, FOLLOWERS * EXECUTIONS - len(delays)


async def _listen(port: int, ready: asyncio.Semaphore, started: dict[str, float], delays: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        path = "/api/v1/main/events?topics=executions"
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        await reader.readuntil(b"event: ready")
        ready.release()
        while line := await reader.readline():
            if line.startswith(b"data: ") and b'"current":"SUCCESS"' in line:
                found = line.partition(b'"id":"')[2].partition(b'"')[0].decode()
                # Who is told before the answer of the start arrived was told at once.
                began = started.get(found)
                delays.append((time.perf_counter() - began) * 1000 if began is not None else 0.0)
    finally:
        writer.close()
