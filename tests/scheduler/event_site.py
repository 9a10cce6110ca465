"""A real server whose triggers of every kind fire as fast as they can, and those who call its webhook.

The server is a process of its own on a folder that stays; it can be killed and started again. The callers number their
calls, and repeat each until it was answered, whoever answers.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import httpx

from cli.served import API, COMMAND, free_port, variables_of
from scheduler import numbers

SCHEDULES, LISTENERS, POLLERS, CALLERS = 6, 3, 6, 4
_LOG = '{id: hello, type: io.kestra.plugin.core.log.Log, message: "fired"}'


def _flow(flow_id: str, triggers: str) -> str:
    return f"id: {flow_id}\nnamespace: crash\ntasks: [{_LOG}]\ntriggers:\n{triggers}"


def _each(many: int, name: str, rest: str) -> str:
    return "".join(f"  - {{id: {name}{number}, {rest}}}\n" for number in range(many))


_TICKS = 'type: io.kestra.plugin.core.trigger.Schedule, cron: "* * * * * *", withSeconds: true'
FLOWS = {
    "ticks": _each(SCHEDULES // 2, "alone", _TICKS)
    + _each(SCHEDULES // 2, "beside", f"{_TICKS}, allowConcurrent: true"),
    "hears": _each(LISTENERS, "hears", "type: test.Hears"),
    "finds": _each(POLLERS, "finds", "type: test.Finds, interval: PT1S, allowConcurrent: true"),
    "called": _each(
        1,
        "hook",
        'type: io.kestra.plugin.core.trigger.Webhook, key: secret, deduplicationKey: "{{ trigger.body.n }}"',
    ),
    "follows": _each(
        1,
        "follow",
        "type: io.kestra.plugin.core.trigger.Flow, states: [SUCCESS], conditions: ["
        "{type: io.kestra.plugin.core.condition.ExecutionFlow, namespace: crash, flowId: called}]",
    ),
}


class EventSite:
    """The folder, the port, and what the callers were answered.

    Attributes:
        answered: The id of the execution, by the number of the call.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.answered: dict[int, str] = {}
        self._port = free_port()
        self._numbers: Iterator[int] = count()
        self._is_up = asyncio.Event()
        self._is_closing = False
        self._callers: list[asyncio.Task[None]] = []
        plugins = home / "plugins"
        plugins.mkdir(parents=True)
        shutil.copy(numbers.__file__, plugins / "numbers.py")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
        """Start the server; gives the process and a client once it answers, and has it end by itself if it lives."""
        process = await asyncio.create_subprocess_exec(
            *COMMAND,
            *("server", "--no-auth", "--port", str(self._port)),
            env=variables_of(self.home),
            stderr=asyncio.subprocess.PIPE,
            limit=1 << 20,
        )
        assert process.stderr is not None
        said = [await process.stderr.readline()]
        while said[-1] and b"serves http" not in said[-1]:
            said.append(await process.stderr.readline())
        assert said[-1], b"".join(said).decode()
        reading = asyncio.create_task(process.stderr.read())
        try:
            async with self._client() as client:
                self._is_up.set()
                yield process, client
        finally:
            self._is_up.clear()
            if process.returncode is None:
                process.terminate()
            await asyncio.gather(process.wait(), reading)

    def begin_calls(self) -> None:
        """Call the webhook whenever the server is up."""
        self._callers = [asyncio.create_task(self._call()) for _ in range(CALLERS)]

    async def end_calls(self) -> None:
        """Begin no more calls; returns when each that was begun has been answered."""
        self._is_closing = True
        await asyncio.gather(*self._callers)

    async def _call(self) -> None:
        async with self._client() as client:
            for number in self._numbers:
                if self._is_closing:
                    return
                while number not in self.answered:
                    await self._is_up.wait()
                    try:
                        answer = await client.post(f"{API}/executions/webhook/crash/called/secret", json={"n": number})
                    except httpx.TransportError:
                        await asyncio.sleep(0)  # it was killed, which the other side of the test knows in a moment
                        continue
                    if answer.status_code != 503:
                        assert answer.status_code == 200, answer.text
                        self.answered[number] = answer.json()["id"]

    def _client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=f"http://127.0.0.1:{self._port}", timeout=30)


async def save_flows(client: httpx.AsyncClient) -> None:
    """Store the flows, unless they are there as they are."""
    for flow_id, triggers in FLOWS.items():
        answer = await client.post(
            f"{API}/flows", content=_flow(flow_id, triggers), headers={"content-type": "application/x-yaml"}
        )
        assert answer.status_code == 200, answer.text
