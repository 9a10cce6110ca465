from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fs.servers import FtpServer, SshServer, ftp_server, ssh_server
from tiercel.plugins import TaskError
from tiercel.testing.memory_host import MemoryHost

Run = Callable[..., Any]


@dataclass(frozen=True)
class There:
    """Runs a task on a real server whose home folder is `home`."""

    run: Run
    scheme: str
    login: dict[str, Any]

    def __call__(self, kind: str, **properties: Any) -> Any:
        return self.run(f"{self.scheme}.{kind}", **self.login, **properties)


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MemoryHost:
    directory = tmp_path / "work"
    directory.mkdir()
    host = MemoryHost(directory)
    host.answers["settings.scripts"] = {"log_lines": 1000, "log_bytes": 1_000_000}
    srv = (tmp_path / "srv").resolve()

    def resolve(path: str) -> str:
        real = Path(path).resolve()
        if not real.is_relative_to(srv):
            raise TaskError(f"{path} is outside of the allowed paths")
        return str(real)

    monkeypatch.setattr(host, "_local_resolve", resolve, raising=False)
    return host


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "srv"
    folder.mkdir()
    return folder


@pytest.fixture
def run(host: MemoryHost) -> Run:
    def run_task(name: str, **properties: Any) -> Any:
        plugin = host.registry.get_task(f"io.kestra.plugin.fs.{name}")
        return host.run(plugin, {key.removesuffix("_"): value for key, value in properties.items()})

    return run_task


@pytest.fixture
def ssh(home: Path) -> Iterator[SshServer]:
    with ssh_server(home) as server:
        yield server


@pytest.fixture
def ftp(home: Path) -> Iterator[FtpServer]:
    with ftp_server(home) as server:
        yield server


@pytest.fixture(params=["sftp", "ftp"])
def there(request: pytest.FixtureRequest, run: Run) -> There:
    server = request.getfixturevalue("ssh" if request.param == "sftp" else "ftp")
    return There(run, request.param, server.login)
