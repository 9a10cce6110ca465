"""Script tasks beside the bare interpreter, and a thousand at once."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

from benchmarks.report import report
from benchmarks.server import Server

_FIBO = "def fibo(n):\n    return n if n < 2 else fibo(n - 1) + fibo(n - 2)\nprint(fibo({n}))\n"
_ROUNDS = 5
_MANY = 1000
_SHORT = 10


def measure(_seconds: float) -> None:
    """Measure forty short Python tasks, ten long ones, and a thousand shell tasks at once."""
    rows: list[dict[str, object]] = []
    with Server(TIERCEL_SCRIPTS_RUNNER="process") as server:
        for name, count, n in (("fibo(10)", 40, _SHORT), ("fibo(33)", 10, 33)):
            bare = _bare_seconds(n, count)
            for is_warm in (True, False):
                kind = "warm" if is_warm else "fresh"
                server.create_flow(_flow(f"{kind}-{n}", count, n, is_warm=is_warm))
                server.run("bench", f"{kind}-{n}")
                seconds = min(_seconds_of(server, f"{kind}-{n}") for _ in range(_ROUNDS if n == _SHORT else 1))
                rows.append(
                    {
                        "what": f"{count} x {name}, {kind}",
                        "seconds": seconds,
                        "bare interpreter": bare,
                        "overhead a task (ms)": (seconds - bare) * 1000 / count,
                    }
                )
        many = _thousand(server)
    report("b9", "Script tasks, one after another", rows, many)


def _flow(name: str, count: int, n: int, *, is_warm: bool) -> str:
    script = "\n".join(f"      {line}" for line in _FIBO.format(n=n).splitlines())
    tasks = "\n".join(
        f"  - id: t{number}\n    type: io.kestra.plugin.scripts.python.Script\n"
        f"    warmStart: {str(is_warm).lower()}\n    script: |\n{script}"
        for number in range(count)
    )
    return f"id: {name}\nnamespace: bench\ntasks:\n{tasks}\n"


def _seconds_of(server: Server, flow: str) -> float:
    began = time.perf_counter()
    execution = server.run("bench", flow)
    seconds = time.perf_counter() - began
    if execution["state"]["current"] != "SUCCESS":
        raise RuntimeError(f"{flow} did not succeed")
    return seconds


def _bare_seconds(n: int, count: int) -> float:
    """Run the same program by the interpreter alone, so often, one after another."""
    best = float("inf")
    for _ in range(_ROUNDS if n == _SHORT else 1):
        began = time.perf_counter()
        for _ in range(count):
            subprocess.run([sys.executable, "-c", _FIBO.format(n=n)], check=True, stdout=subprocess.DEVNULL)
        best = min(best, time.perf_counter() - began)
    return best


def _thousand(server: Server) -> dict[str, object]:
    tasks = "\n".join(
        f"      - id: t{number}\n        type: io.kestra.plugin.scripts.shell.Commands\n"
        f"        commands: [echo {number}]"
        for number in range(_MANY)
    )
    server.create_flow(
        "id: many\nnamespace: bench\ntasks:\n"
        f"  - id: all\n    type: io.kestra.plugin.core.flow.Parallel\n    tasks:\n{tasks}\n"
    )
    before = server.memory_megabytes()
    with _highest_memory(server) as highest:
        seconds = _seconds_of(server, "many")
    return {
        "1,000 shell tasks at once (s)": seconds,
        "memory before (MB)": before,
        "highest memory with all processes (MB)": highest[0],
        "memory after (MB)": server.memory_megabytes(),
    }


@contextmanager
def _highest_memory(server: Server) -> Iterator[list[float]]:
    """Watch the server with everything below it."""
    highest = [0.0]
    done = threading.Event()
    root = psutil.Process(server.pid)

    def watch() -> None:
        while not done.wait(0.1):
            highest[0] = max(highest[0], sum(map(_private_bytes, [root, *root.children(recursive=True)])) / 1e6)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield highest
    finally:
        done.set()
        thread.join()


def _private_bytes(process: psutil.Process) -> int:
    try:
        return int(process.memory_full_info().uss)
    except psutil.Error:
        return 0
