"""A load generator in a process of its own: one request, repeated at a steady rate over kept connections.

It is open: requests have a planned time, and latency counts from that time, so a server that falls behind cannot hide
it. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import deque
from typing import cast
from urllib.parse import urlsplit

import uvloop

HEADER_END = b"\r\n\r\n"


class Connection(asyncio.Protocol):
    """One kept connection that carries one request at a time."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.buffer = b""
        self.planned_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be ready for the first request."""
        self.transport = cast("asyncio.WriteTransport", transport)  # the loop gives TCP connections no other
        self.load.free.append(self)

    def send(self, planned_at: float) -> None:
        """Send the request that was planned for that time."""
        self.planned_at = planned_at
        self.transport.write(self.load.request)

    def data_received(self, data: bytes) -> None:
        """Collect an answer; report it when it is whole."""
        self.buffer += data
        head_end = self.buffer.find(HEADER_END)
        if head_end < 0:
            return
        head = self.buffer[:head_end].lower()
        start = head.index(b"content-length:") + 15
        length = int(head[start:].split(b"\r\n", 1)[0])
        if len(self.buffer) < head_end + 4 + length:
            return
        body = self.buffer[head_end + 4 : head_end + 4 + length]
        self.buffer = self.buffer[head_end + 4 + length :]
        self.load.done(self, is_good=head.startswith(b"http/1.1 200") and self.load.expected in body)


class Load:
    """The plan and its outcome."""

    def __init__(self, url: str, rate_per_second: float, seconds: float, expected: str) -> None:
        parts = urlsplit(url)
        self.host, self.port = str(parts.hostname), int(parts.port or 80)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self.request = (f"POST {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Length: 0\r\n\r\n").encode()
        self.rate, self.seconds, self.expected = rate_per_second, seconds, expected.encode()
        self.free: deque[Connection] = deque()
        self.waiting: deque[float] = deque()
        self.latencies: list[float] = []
        self.bad = 0

    def done(self, connection: Connection, *, is_good: bool) -> None:
        """Note the answer and send what waits."""
        self.latencies.append(time.perf_counter() - connection.planned_at)
        self.bad += not is_good
        if self.waiting:
            connection.send(self.waiting.popleft())
        else:
            self.free.append(connection)

    async def run(self, connections: int) -> dict[str, float]:
        """Carry the plan out and give the figures; latencies in milliseconds."""
        loop = asyncio.get_running_loop()
        for _ in range(connections):
            await loop.create_connection(lambda: Connection(self), self.host, self.port)
        total = int(self.rate * self.seconds)
        begin, cpu = time.perf_counter(), time.process_time()
        await self._send(total, begin)
        deadline = time.perf_counter() + 30
        while len(self.latencies) < total and time.perf_counter() < deadline:  # noqa: ASYNC110 (an event would be set once an answer, which is what is measured)
            await asyncio.sleep(0.005)
        elapsed = time.perf_counter() - begin
        return {"requests": total, **self._figures(elapsed), "load_cpu": (time.process_time() - cpu) / elapsed}

    async def _send(self, total: int, begin: float) -> None:
        """Send each request at its time, on a connection that is free or as soon as one is."""
        planned = 0
        while planned < total:
            now = time.perf_counter()
            due = min(total, int((now - begin) * self.rate) + 1)
            while planned < due:
                at = begin + planned / self.rate
                planned += 1
                if self.free:
                    self.free.popleft().send(at)
                else:
                    self.waiting.append(at)
            await asyncio.sleep(0.001)

    def _figures(self, elapsed: float) -> dict[str, float]:
        ordered = sorted(self.latencies) or [0.0]

        def percentile(fraction: float) -> float:
            return ordered[min(len(ordered) - 1, int(len(ordered) * fraction))] * 1000

        return {
            "answered": len(self.latencies),
            "bad": self.bad,
            "per_min": len(self.latencies) / elapsed * 60,
            "p50_ms": percentile(0.50),
            "p95_ms": percentile(0.95),
            "p99_ms": percentile(0.99),
            "max_ms": ordered[-1] * 1000,
        }


def main() -> None:
    """Read the plan from the command line, run it, print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--per-min", type=float, required=True)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--connections", type=int, default=128)
    parser.add_argument("--expected", default='"SUCCESS"')
    given = parser.parse_args()
    load = Load(given.url, given.per_min / 60, given.seconds, given.expected)
    print(json.dumps(uvloop.run(load.run(given.connections))))


if __name__ == "__main__":
    main()
