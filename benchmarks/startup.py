"""B5: how soon a server answers, how long `tiercel run` takes, and what an idle server costs."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from benchmarks.report import report
from benchmarks.server import Server

HELLO = Path(__file__).parent.parent / "examples" / "hello_world.yaml"
ROUNDS = 5


def measure(seconds: float) -> None:
    """B5; ``seconds`` is how long the idle server is watched."""
    ready: list[float] = []
    for _ in range(ROUNDS):
        with Server() as server:
            ready.append(server.ready_seconds)
    with Server() as server:
        time.sleep(2)
        before = server.cpu_seconds()
        time.sleep(seconds)
        idle = (server.cpu_seconds() - before) / seconds
        memory = server.memory_megabytes()
    runs: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "tiercel", "run", str(HELLO)], check=True, capture_output=True)
        runs.append(time.perf_counter() - began)
    rows: list[dict[str, object]] = [
        {"what": "server ready (s)", "best": min(ready), "worst": max(ready)},
        {"what": "tiercel run hello_world (s)", "best": min(runs), "worst": max(runs)},
        {"what": "idle memory (MB)", "best": memory, "worst": memory},
        {"what": "idle processor (share of a core)", "best": idle, "worst": idle},
    ]
    report("b5", "B5: start and idle", rows, {})
