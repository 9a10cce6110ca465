"""A server in a process of its own and commands beside it, for tests that set more than the home folder."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from tiercel.model.json import Json

COMMAND = [sys.executable, "-c", "from tiercel.cli.main import main; main()"]
API = "/api/v1/main"
Answer = TypeVar("Answer")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def variables_of(home: Path, **more: str) -> dict[str, str]:
    """The process environment of an installation."""
    foreign = ("TIERCEL_", "SECRET_", "AWS_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return clean | {"TIERCEL_HOME": str(home)} | more


@contextmanager
def serving(
    variables: Mapping[str, str], cwd: Path, before: Sequence[str] = ()
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Start a server, by the command ``before`` if there is one, and wait until it answers; gives it and a client."""
    port = free_port()
    process = subprocess.Popen(
        [*before, *COMMAND, "server", "--no-auth", "--port", str(port)],
        env=variables,
        cwd=cwd,
        stderr=subprocess.PIPE,
        text=True,
    )
    said: list[str] = []
    assert process.stderr is not None
    try:
        for line in process.stderr:
            said.append(line)
            if re.search(r"serves http", line):
                break
        else:
            pytest.fail(f"the server ended with {process.wait()}: {''.join(said)}")
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield process, client
    finally:
        process.terminate()
        process.communicate(timeout=60)


def run_cli(
    variables: Mapping[str, str], *arguments: object, given: str | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        env=variables,
        cwd=cwd,
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def until(ask: Callable[[], Answer | None], seconds: float = 60.0) -> Answer:
    """Ask again and again until the answer is yes; gives it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := ask():
            return found
        time.sleep(0.05)  # what is asked is in another process
    return pytest.fail("it has not come to that")


def save_flow(client: httpx.Client, source: str) -> None:
    response = client.post(f"{API}/flows", content=source, headers={"content-type": "application/x-yaml"})
    assert response.status_code == 200, response.text


def run_flow(client: httpx.Client, flow_id: str, namespace: str = "dev", **parts: Json) -> Json:
    """Run a flow to its end; gives the execution with its outputs."""
    response = client.post(f"{API}/executions/{namespace}/{flow_id}", params={"wait": "true"}, files=parts or None)
    assert response.status_code == 200, response.text
    return client.get(f"{API}/executions/{response.json()['id']}").json()
