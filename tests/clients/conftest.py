"""A server in its own process, for clients that know nothing of this project."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from clients.kinds import FlowWithSource, KestraClient, Save, connect

COMMAND = [sys.executable, "-c", "from tiercel.cli.main import main; main()"]
USER, PASSWORD = "admin@x.org", "Correct-Horse-1"
TENANT = "main"
SECONDS = 60


@pytest.fixture(scope="session")
def open_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that lets everybody in."""
    with serving(tmp_path_factory.mktemp("open"), "--no-auth") as (url, *_):
        yield url


@pytest.fixture(scope="session")
def lonely_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that one test alone may fill and empty."""
    with serving(tmp_path_factory.mktemp("lonely"), "--no-auth") as (url, *_):
        yield url


@pytest.fixture(scope="session")
def guarded_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server with one user."""
    home = tmp_path_factory.mktemp("guarded")
    with serving(home) as (url, token, _):
        command = [*COMMAND, "user", "add", USER, "--password-stdin", "--setup-token", token, "--server", url]
        subprocess.run(command, env=_environment(home), input=PASSWORD, text=True, check=True, timeout=60)
        yield url


@pytest.fixture(scope="session")
def kestra(open_url: str) -> KestraClient:
    """The published client of a server that lets everybody in."""
    return connect(open_url)


@pytest.fixture(scope="session")
def signed_in(guarded_url: str) -> KestraClient:
    """The published client as the one user, with Basic authentication."""
    return connect(guarded_url, username=USER, password=PASSWORD)


@pytest.fixture
def namespace() -> str:
    """A namespace that no other test has."""
    return f"team.t{uuid4().hex[:12]}"


@pytest.fixture
def save(kestra: KestraClient, namespace: str) -> Save:
    """Store a flow given without its namespace."""

    def save(source: str) -> FlowWithSource:
        saved: FlowWithSource = kestra.flows.create_flow(TENANT, source.replace("NAMESPACE", namespace))
        return saved

    return save


@pytest.fixture
def in_time() -> Iterator[None]:
    """Let a test fail that takes too long; a time limit of the client counts anew from each heartbeat of a stream."""

    def fail(*_: object) -> None:
        pytest.fail(f"not done after {SECONDS} seconds")

    before = signal.signal(signal.SIGALRM, fail)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def serving(home: Path, *options: str) -> Iterator[tuple[str, str, int]]:
    """Give the address of a server, its set-up token and its process, while the context lasts."""
    port = _free_port()
    process = subprocess.Popen(
        [*COMMAND, "server", "--port", str(port), *options],
        env=_environment(home),
        cwd=home,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        token = ""
        for line in process.stderr:
            if "serves http" in line and options:
                break
            if found := re.fullmatch(r"    (\S+)\s*", line):
                token = found[1]
                break
        else:
            pytest.fail(f"the server ended with {process.wait()}")
        yield f"http://127.0.0.1:{port}", token, process.pid
    finally:
        process.kill()
        process.communicate(timeout=60)


def _environment(home: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TIERCEL_")}
    return clean | {"TIERCEL_HOME": str(home / "data")}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
