"""Messages over TCP and UDP start executions, at ports that are open to flows."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest

from scheduler.clockwork import NAMESPACE, Clockwork, open_clockwork, trigger_of
from tiercel.operations import triggers
from tiercel.operations.actor import LOCAL
from tiercel.operations.settings import ListeningSettings

T = TypeVar("T")
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
KEY = (NAMESPACE, "flow", "ear")


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(socket.AF_INET, kind) as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


def source(kind: str, port: int, *lines: str) -> str:
    own = "".join(f"    {line}\n" for line in lines)
    return (
        f"id: flow\nnamespace: {NAMESPACE}\n"
        'tasks:\n  - {id: hello, type: io.kestra.plugin.core.log.Log, message: "{{ trigger.payload }}"}\n'
        f"triggers:\n  - id: ear\n    type: io.kestra.plugin.fs.{kind}.RealtimeTrigger\n"
        f"    host: 127.0.0.1\n    port: {port}\n{own}"
    )


async def until(test: Callable[[], Awaitable[T]]) -> T:
    async with asyncio.timeout(60):
        while True:
            if found := await test():
                return found
            await asyncio.sleep(0)


async def connected(port: int) -> Streams:
    """Connect as soon as the trigger listens."""

    async def attempt() -> Streams | None:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            return None

    found = await until(attempt)
    assert found is not None
    return found


async def told(port: int, content: bytes) -> None:
    """Send a message, and wait until it is acknowledged."""
    reader, writer = await connected(port)
    writer.write(content)
    writer.write_eof()
    async with asyncio.timeout(60):
        assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()


async def payloads(works: Clockwork) -> list[str]:
    return [trigger_of(one).variables["payload"] for one in await works.executions()]


async def test_each_connection_starts_an_execution_that_is_stored_when_it_closes(tmp_path: Path) -> None:
    port = free_port()
    async with open_clockwork(tmp_path, listening=ListeningSettings(ports=(f"{port}-{port + 1}",))) as works:
        await works.save(source("tcp", port))
        for number in (1, 2):
            await told(port, f" é{number}\nx\n".encode())
            assert (await payloads(works))[-1] == f"é{number}\nx"
        await told(port, b"")
        assert len(await payloads(works)) == 2
        found = trigger_of((await works.executions())[0]).variables
        assert (found["sourceIp"], found["timestamp"][:2]) == ("127.0.0.1", "20")
        assert isinstance(found["sourcePort"], int)


async def test_a_message_that_is_too_long_starts_nothing_and_harms_no_other(tmp_path: Path) -> None:
    port = free_port()
    async with open_clockwork(tmp_path, listening=ListeningSettings(ports=(port,))) as works:
        await works.save(source("tcp", port, "encoding: BASE64"))
        _, silent = await connected(port)
        reader, writer = await connected(port)
        writer.write(b"x" * 3 * 1024 * 1024)
        async with asyncio.timeout(60):
            with suppress(ConnectionResetError):
                await reader.read()
        writer.close()
        await told(port, b"\x00\xff")
        assert await payloads(works) == ["AP8="]
        silent.close()


async def test_a_trigger_that_is_disabled_lets_go_of_its_port_and_of_who_is_connected(tmp_path: Path) -> None:
    port = free_port()
    async with open_clockwork(tmp_path, listening=ListeningSettings(ports=(port,))) as works:
        await works.save(source("tcp", port))
        reader, writer = await connected(port)
        await triggers.set_disabled(works.environment, LOCAL, KEY, is_disabled=True)
        await works.scheduler.step()
        async with asyncio.timeout(60):
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
        writer.close()

        async def is_free() -> bool:
            try:
                with socket.create_server(("127.0.0.1", port)):
                    return True
            except OSError:
                return False

        assert await until(is_free)


async def test_each_datagram_starts_an_execution(tmp_path: Path) -> None:
    port = free_port(socket.SOCK_DGRAM)
    async with open_clockwork(tmp_path, listening=ListeningSettings(ports=("1-65535",))) as works:
        await works.save(source("udp", port, "bufferSize: 5"))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:

            async def has_come() -> list[str]:
                sender.sendto(b"hello there", ("127.0.0.1", port))
                return await payloads(works)

            found = await until(has_come)
        assert set(found) == {"hello"}


@pytest.mark.parametrize("kind", ["tcp", "udp"])
async def test_a_port_that_is_not_open_to_flows_is_not_listened_at(tmp_path: Path, kind: str) -> None:
    port = free_port()
    async with open_clockwork(tmp_path, listening=ListeningSettings(ports=(f"{port + 1}-{port + 9}",))) as works:
        await works.save(source(kind, port))

        async def error() -> str | None:
            return (await works.trigger(trigger_id="ear")).error

        assert "is not open to flows: see the setting listening.ports" in str(await until(error))
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as taken:
            taken.bind(("127.0.0.1", port))


@pytest.mark.parametrize("written", ["abc", "9-8", "0", "70000", "1-2-3", ""])
def test_what_is_no_port_is_refused_when_the_settings_are_read(written: str) -> None:
    with pytest.raises(ValueError, match="is neither a port nor a range such as 9000-9100"):
        ListeningSettings(ports=(written,))
