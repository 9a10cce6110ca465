"""B3 and B4: one execution with many parallel iterations, and one with 200 tasks in a row."""

from __future__ import annotations

import time

from benchmarks.report import report
from benchmarks.server import Server

FOR_EACH = """\
id: for_each_{count}
namespace: bench
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    concurrencyLimit: 0
    values: "{{{{ range(1, {count}) }}}}"
    tasks:
      - id: log
        type: io.kestra.plugin.core.log.Log
        message: "{{{{ taskrun.value }}}}"
"""

LOOP = """\
id: loop_{count}
namespace: bench
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.Loop
    concurrencyLimit: 0
    values: "{{{{ range(1, {count}) }}}}"
    tasks:
      - id: log
        type: io.kestra.plugin.core.log.Log
        message: "{{{{ item.value }}}}"
"""

COUNTS = (1_000, 10_000, 100_000)


def parallel(_seconds: float) -> None:
    """B3."""
    rows: list[dict[str, object]] = []
    for kind, source in (("for_each", FOR_EACH), ("loop", LOOP)):
        for count in COUNTS:
            with Server() as server:
                server.create_flow(source.format(count=count))
                before = server.memory_megabytes()
                seconds, state = _run(server, f"{kind}_{count}")
                rows.append(
                    {
                        "kind": kind,
                        "iterations": count,
                        "state": state,
                        "seconds": seconds,
                        "us_per_iteration": seconds / count * 1e6,
                        "memory_mb_grown": server.memory_megabytes() - before,
                    }
                )
    report("b3", "B3: parallel iterations in one execution", rows, {})


def sequential(_seconds: float) -> None:
    """B4."""
    rows: list[dict[str, object]] = []
    for kind, extra in (("inline", ""), ("worker", "    timeout: PT1M\n")):
        tasks = "".join(
            f'  - id: t{number}\n    type: io.kestra.plugin.core.log.Log\n    message: "{number}"\n{extra}'
            for number in range(200)
        )
        with Server() as server:
            server.create_flow(f"id: steps_{kind}\nnamespace: bench\ntasks:\n{tasks}")
            _run(server, f"steps_{kind}")
            times = [_run(server, f"steps_{kind}") for _ in range(5)]
            rows.append({"kind": kind, "tasks": 200, "state": times[0][1], "best_seconds": min(t for t, _ in times)})
    report("b4", "B4: 200 tasks in a row", rows, {})


def _run(server: Server, flow_id: str) -> tuple[float, str]:
    began = time.perf_counter()
    execution = server.run("bench", flow_id)
    return time.perf_counter() - began, execution["state"]["current"]
