from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tasks.web_server import WebServer
from tiercel.model.json import Json
from tiercel.model.types import TypeKind
from tiercel.plugins import Task
from tiercel.plugins.registry import Registry
from tiercel.source.reader import read_yaml
from tiercel.testing.memory_host import MemoryHost

if TYPE_CHECKING:
    from gcp_storage_emulator.server import Server
    from google.cloud import storage

Run = Callable[..., Any]


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry(["tiercel.tasks"], is_discovering=False)


@pytest.fixture
def host(tmp_path: Path) -> MemoryHost:
    directory = tmp_path / "work"
    directory.mkdir()
    return MemoryHost(directory)


@pytest.fixture
def run(host: MemoryHost, registry: Registry) -> Run:
    """Run a task named without what all names begin with; properties that are words of Python end in `_`."""

    def run_task(name: str, /, **properties: Any) -> Any:
        named = {key.removesuffix("_"): value for key, value in properties.items()}
        return host.run(registry.get_task(f"io.kestra.plugin.{name}"), named)

    return run_task


@pytest.fixture(scope="module")
def emulator() -> Iterator[Server]:
    """Serve Google Cloud Storage."""
    from groups.gcs_server import gcs_server  # noqa: PLC0415 (half a second, for the tests of Google only)

    with gcs_server() as server:
        yield server


@pytest.fixture
def gcs(emulator: Server) -> Iterator[storage.Client]:
    """Give a client, and a bucket that is empty."""
    from google.cloud import storage  # noqa: PLC0415 (as above)

    with storage.Client(project="company") as client:
        client.create_bucket("orders")
        yield client
    emulator.wipe()


@pytest.fixture
def gcs_run(run: Run, gcs: storage.Client) -> Run:  # noqa: ARG001 (makes the bucket)
    """Run a task of Google Cloud Storage, named without what all their names begin with."""

    def run_task(name: str, /, **properties: Any) -> Any:
        return run(f"gcp.gcs.{name}", **properties)

    return run_task


def examples_of(registry: Registry, group: str) -> Iterator[tuple[type[Task], dict[str, Json]]]:
    """Give the tasks of a group, each with the properties of its example."""
    for plugin in registry.list_classes(TypeKind.TASK):
        if issubclass(plugin, Task) and plugin.declaration.type.startswith(f"io.kestra.plugin.{group}."):
            written = dict(read_yaml(plugin.declaration.example).data)
            del written["type"]
            yield plugin, written


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running
