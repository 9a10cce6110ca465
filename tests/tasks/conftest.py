from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tasks.web_server import WebServer
from tiercel.plugins.registry import Registry
from tiercel.testing.memory_host import MemoryHost

Run = Callable[..., Any]


@pytest.fixture(scope="session")
def registry() -> Registry:
    return Registry(["tiercel.tasks"], is_discovering=False)


@pytest.fixture
def host(tmp_path: Path) -> MemoryHost:
    return MemoryHost(tmp_path)


@pytest.fixture
def run(host: MemoryHost, registry: Registry) -> Run:
    def run_task(name: str, iteration: str | None = None, **properties: Any) -> Any:
        return host.run(registry.get_task(f"io.kestra.plugin.core.{name}"), renamed(properties), iteration)

    return run_task


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as running:
        yield running


def renamed(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name.removesuffix("_"): value for name, value in properties.items()}
