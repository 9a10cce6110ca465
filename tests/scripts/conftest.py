from __future__ import annotations

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from executor.stage import Stage, open_stage
from tiercel.model.execution import Execution, TaskRun
from tiercel.operations.settings import ScriptSettings, Settings


@pytest.fixture(scope="session")
def go_builds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Go has built, which is its whole library at first: once for all tests, of all processes that run them."""
    folder = tmp_path_factory.getbasetemp()
    return (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "go-builds"


@dataclass
class Ran:
    """One task that was run to its end.

    Attributes:
        lines: Pairs of level and message.
    """

    execution: Execution
    task_run: TaskRun
    lines: list[tuple[str, str]]

    @property
    def outputs(self) -> dict[str, Any]:
        return self.task_run.outputs or {}

    @property
    def state(self) -> str:
        return self.execution.state.value

    @property
    def messages(self) -> list[str]:
        return [message for _, message in self.lines]


Run = Callable[..., Awaitable[Ran]]


@pytest.fixture
def script_settings() -> ScriptSettings:
    return ScriptSettings(runner="process", grace_seconds=0.5)


@pytest.fixture
def secrets() -> dict[str, str]:
    return {"TOKEN": "s3cr3t/täg-value"}


@pytest.fixture
async def stage(tmp_path: Path, script_settings: ScriptSettings, secrets: dict[str, str]) -> AsyncIterator[Stage]:
    settings = Settings(home=str(tmp_path), scripts=script_settings)
    async with open_stage(tmp_path, settings=settings, secrets=secrets) as opened:
        yield opened


@pytest.fixture
def run(stage: Stage) -> Run:
    async def run_task(type_: str, *, inputs: dict[str, Any] | None = None, **properties: Any) -> Ran:
        execution = await stage.run(flow_of(type_, inputs or {}, **properties), **(inputs or {}))
        runs = await stage.task_runs(execution.id)
        lines = [(line.level.value, line.message) for line in await stage.logs(execution.id)]
        return Ran(execution, runs[0], lines)

    return run_task


def flow_of(type_: str, inputs: dict[str, Any], **properties: Any) -> str:
    """Give the source of a flow with one script task."""
    task = {"id": "work", "type": f"io.kestra.plugin.scripts.{type_}", **properties}
    declared = [{"id": name, "type": "STRING"} for name in inputs]
    return yaml.safe_dump({"id": "scripts", "namespace": "dev", "inputs": declared, "tasks": [task]}, sort_keys=False)
