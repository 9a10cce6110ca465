"""A Tiercel server in a process of its own, on a fresh data directory and a free port."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import psutil


class Server:
    """Started on entry, stopped and wiped on exit; settings are given as environment variables.

    Attributes:
        url: Where it listens.
        ready_seconds: From spawning the process to the first answer of its health check.
    """

    def __init__(self, **variables: str) -> None:
        self._variables = variables
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.ready_seconds = 0.0
        self._home = tempfile.TemporaryDirectory(prefix="tiercel-bench-")

    @property
    def home(self) -> Path:
        """The data directory, which may be filled before the server is started."""
        return Path(self._home.name)

    def __enter__(self) -> Self:
        environment = os.environ | {"TIERCEL_HOME": self._home.name, **self._variables}
        command = [sys.executable, "-m", "tiercel", "server", "--port", str(self.port), "--no-auth"]
        began = time.perf_counter()
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        self.client = httpx.Client(base_url=self.url, timeout=600)
        while True:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with code {self._process.returncode}")
            try:
                if self.client.get("/ping").is_success:
                    break
            except httpx.TransportError:
                time.sleep(0.005)
        self.ready_seconds = time.perf_counter() - began
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()
        self._process.terminate()
        self._process.wait(30)
        self._home.cleanup()

    def create_flow(self, source: str) -> None:
        """Store a flow; raises when it is refused."""
        answer = self.client.post(
            "/api/v1/main/flows", content=source.encode(), headers={"Content-Type": "application/x-yaml"}
        )
        answer.raise_for_status()

    def run(self, namespace: str, flow_id: str, **inputs: str) -> dict[str, Any]:
        """Start an execution, wait for its end and give it."""
        parts = {name: (None, value) for name, value in inputs.items()}
        answer = self.client.post(
            f"/api/v1/main/executions/{namespace}/{flow_id}", params={"wait": "true"}, files=parts or None
        )
        answer.raise_for_status()
        return dict(answer.json())

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    def memory_megabytes(self) -> float:
        """Resident memory of the server."""
        return float(psutil.Process(self._process.pid).memory_info().rss) / 1e6

    def cpu_seconds(self) -> float:
        """Processor time the server has used."""
        times = psutil.Process(self._process.pid).cpu_times()
        return float(times.user + times.system)
