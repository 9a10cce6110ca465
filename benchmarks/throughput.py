"""B1 and B2: executions per minute from the API call to the answer with the final state, with latency percentiles.

B1 runs OutputValues and Log inside the executor's pass, started by the API or by a webhook; B2 the same two through a
worker.
"""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.report import report
from benchmarks.server import Server

RATES = (250, 1_000, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000, 125_000, 150_000, 200_000)
LIMIT_MS = 200.0

INLINE = """\
id: b1
namespace: bench
tasks:
  - id: values
    type: io.kestra.plugin.core.output.OutputValues
    values:
      greeting: "Hello {{ flow.id }}"
  - id: log
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.values.values.greeting }}"
"""

WEBHOOK = f"""\
{INLINE}
triggers:
  - id: call
    type: io.kestra.plugin.core.trigger.Webhook
    key: the-key-of-b1
    wait: true
"""

WORKER = """\
id: b2
namespace: bench
tasks:
  - id: values
    type: io.kestra.plugin.core.output.OutputValues
    timeout: PT1M
    values:
      greeting: "Hello {{ flow.id }}"
  - id: log
    type: io.kestra.plugin.core.log.Log
    timeout: PT1M
    message: "{{ outputs.values.values.greeting }}"
"""


def inline(seconds: float) -> None:
    """B1."""
    _measure("b1", INLINE, "bench/b1?wait=true", seconds)


def webhook(seconds: float) -> None:
    """B1, started by events."""
    _measure("b1-webhook", WEBHOOK, "webhook/bench/b1/the-key-of-b1", seconds)


def worker(seconds: float) -> None:
    """B2."""
    _measure("b2", WORKER, "bench/b2?wait=true", seconds)


def _measure(name: str, source: str, address: str, seconds: float) -> None:
    rows: list[dict[str, object]] = []
    sustained = misses = 0
    with Server() as server:
        server.create_flow(source)
        url = f"{server.url}/api/v1/main/executions/{address}"
        _load(url, 5_000, 3)
        for rate in RATES:
            before = server.cpu_seconds()
            figures = _load(url, rate, seconds)
            row: dict[str, object] = {"rate_per_min": rate, **figures}
            row["server_cpu"] = (server.cpu_seconds() - before) / (seconds or 1)
            row["memory_mb"] = server.memory_megabytes()
            rows.append(row)
            is_held = (
                figures["bad"] == 0 and figures["answered"] == figures["requests"] and figures["p99_ms"] < LIMIT_MS
            )
            if is_held:
                sustained, misses = rate, 0
                continue
            misses += 1  # one miss may be the machine's; two rates in a row are the server's
            if misses > 1:
                break
    report(name, f"{name.upper()}: executions per minute", rows, {"sustained_per_min": sustained})


def _load(url: str, rate: int, seconds: float) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.load", url, "--per-min", str(rate), "--seconds", str(seconds)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(answer.stdout))
