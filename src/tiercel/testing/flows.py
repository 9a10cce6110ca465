"""Running a whole flow in a test: the real engine, worker and database, on a folder that is gone afterwards."""

from __future__ import annotations

import asyncio
import base64
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_bytes

from msgspec.structs import replace

from tiercel.cli.wiring import Installation, open_installation
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.json import Json
from tiercel.model.log import LogEntry
from tiercel.model.state import State
from tiercel.operations.actor import LOCAL
from tiercel.operations.executions import get_execution
from tiercel.operations.flows import save_flow
from tiercel.operations.logs import LogFilter, list_logs
from tiercel.operations.settings import EncryptionSettings, Settings
from tiercel.operations.starting import StartRequest, run_execution
from tiercel.operations.uploads import Upload
from tiercel.plugins.plugin import Plugin
from tiercel.storage import paths


@dataclass(frozen=True, kw_only=True)
class FlowRun:
    """What became of an execution.

    Attributes:
        task_runs: In the order they were created.
        logs: Lines in order.
        files: Contents of the files that outputs name, by URI.
    """

    execution: Execution
    task_runs: Sequence[TaskRun]
    logs: Sequence[LogEntry]
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def state(self) -> State:
        """How it ended."""
        return self.execution.state

    @property
    def outputs(self) -> Mapping[str, Json]:
        """The outputs of the flow."""
        return self.execution.outputs or {}

    def outputs_of(self, task_id: str) -> Mapping[str, Json]:
        """Give the outputs of the last run of a task.

        Raises:
            LookupError: The task has not run.
        """
        found = [run for run in self.task_runs if run.task_id == task_id]
        if not found:
            raise LookupError(f"{task_id} has not run; there are {', '.join(run.task_id for run in self.task_runs)}")
        return found[-1].outputs or {}

    def messages(self) -> list[str]:
        """Give the text of every line."""
        return [line.message for line in self.logs]


def run_flow(
    source: str,
    inputs: Mapping[str, Json | Upload] | None = None,
    *,
    plugins: Sequence[type[Plugin]] = (),
    flows: Sequence[str] = (),
    secrets: Mapping[str, str] | None = None,
    settings: Settings | None = None,
) -> FlowRun:
    """Save a flow, run it to its end and tell what happened. Do not call it where an event loop runs.

    Args:
        source: The flow, in YAML.
        inputs: Values by the id of the input.
        plugins: Types that are no part of an installed package.
        flows: Further flows, which this one starts.
        secrets: What the function ``secret`` of expressions knows.
        settings: Of the installation; its home is replaced.

    Raises:
        InvalidError: The flow or its inputs are wrong.
    """
    with tempfile.TemporaryDirectory(prefix="tiercel-test-") as home:
        return asyncio.run(
            _run(_settings(settings, home), (*flows, source), dict(inputs or {}), plugins, secrets or {})
        )


def _settings(given: Settings | None, home: str) -> Settings:
    if given is not None:
        return replace(given, home=home)
    key = base64.b64encode(token_bytes(32)).decode()
    return Settings(home=home, encryption=EncryptionSettings(secret_key=key))


async def _run(
    settings: Settings,
    sources: Sequence[str],
    inputs: dict[str, Json | Upload],
    plugins: Sequence[type[Plugin]],
    known: Mapping[str, str],
) -> FlowRun:
    environment = {f"SECRET_{name}": base64.b64encode(text.encode()).decode() for name, text in known.items()}
    async with open_installation(settings, environment, is_durable=False, is_scheduling=False) as installation:
        for plugin in plugins:
            installation.registry.add(plugin)
        stored = [(await save_flow(installation.environment, LOCAL, source)).stored for source in sources][-1]
        request = StartRequest(namespace=stored.namespace, flow_id=stored.id, inputs=inputs)
        ended = await run_execution(installation.environment, LOCAL, request)
        return await _tell(installation, ended.execution.id)


async def _tell(installation: Installation, execution_id: str) -> FlowRun:
    environment = installation.environment
    found = await get_execution(environment, LOCAL, execution_id)
    logs = await list_logs(environment, LOCAL, execution_id, LogFilter())
    named = {text for run in found.task_runs for text in _texts(run.outputs) if text.startswith("kestra://")}
    files = {uri: environment.storage.read(paths.from_uri(uri)) for uri in sorted(named)}
    return FlowRun(execution=found.execution, task_runs=found.task_runs, logs=logs, files=files)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for item in value.values() for text in _texts(item)]
    return [text for item in value for text in _texts(item)] if isinstance(value, list) else []
