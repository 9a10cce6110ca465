"""``tiercel run``: a whole installation in a temporary folder, for one execution of one file."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

from tiercel.cli.configuration import load_settings
from tiercel.cli.progress import Lines, Progress, Quiet
from tiercel.cli.wiring import open_installation
from tiercel.errors import InvalidError, TiercelError, Violation
from tiercel.model.dialect import DialectSetting
from tiercel.model.json import Json
from tiercel.model.log import LogEntry
from tiercel.model.state import State
from tiercel.operations.actor import LOCAL
from tiercel.operations.control import kill
from tiercel.operations.environment import Environment
from tiercel.operations.executions import ExecutionDetails, get_execution
from tiercel.operations.flows import save_flow
from tiercel.operations.logs import LogFilter, list_logs
from tiercel.operations.settings import Settings
from tiercel.operations.starting import StartRequest, start_execution
from tiercel.operations.streams import ExecutionChanged, LogsWritten, Subscription
from tiercel.operations.uploads import Upload
from tiercel.source import split_documents

SUCCEEDED = frozenset({State.SUCCESS, State.WARNING, State.SKIPPED})


class RunOptions(Struct, frozen=True, kw_only=True):
    """How to run."""

    inputs: Mapping[str, str]
    labels: Mapping[str, str]
    flows: Path | None
    dialect: str
    config: Path | None
    as_json: bool
    is_quiet: bool


class Texts(Struct, frozen=True, kw_only=True):
    """What was read before anything runs."""

    source: str
    others: list[str]
    inputs: dict[str, Json | Upload]


def run_file(file: Path, options: RunOptions) -> int:
    """Run a flow once; gives the exit code: 0 when it succeeded, 1 when not.

    Raises:
        InvalidError: The flow or its inputs are wrong.
    """
    texts = Texts(
        source=file.read_text(encoding="utf-8"),
        others=_read_others(options.flows, file),
        inputs={name: _given(value) for name, value in options.inputs.items()},
    )
    gc.enable()
    with tempfile.TemporaryDirectory(prefix="tiercel-") as home:
        settings = load_settings(options.config, os.environ, {"home": home, "database": "", "storage": ""})
        try:
            return asyncio.run(_run(settings, texts, options))
        except InvalidError as error:
            raise InvalidError([_placed(file, violation) for violation in error.violations]) from None


async def _run(settings: Settings, texts: Texts, options: RunOptions) -> int:
    async with open_installation(settings, os.environ, is_durable=False) as installation:
        environment = installation.environment
        for text in texts.others:
            await save_flow(environment, LOCAL, text)
        dialect = DialectSetting(options.dialect) if options.dialect else None
        saved = await save_flow(environment, LOCAL, texts.source, dialect=dialect)
        request = StartRequest(
            namespace=saved.stored.namespace,
            flow_id=saved.stored.id,
            inputs=texts.inputs,
            labels=tuple(options.labels.items()),
        )
        return await _execute(environment, request, options)


async def _execute(environment: Environment, request: StartRequest, options: RunOptions) -> int:
    progress = _progress(options)
    with environment.streams.subscribe() as subscription, progress:
        execution = await start_execution(environment, LOCAL, request)
        watching = asyncio.ensure_future(_watch(subscription, execution.id, progress))
        try:
            await watching
        except asyncio.CancelledError:
            with suppress(TiercelError):
                await kill(environment, LOCAL, execution.id)
            raise
    found = await get_execution(environment, LOCAL, execution.id)
    if options.as_json:
        logs = await list_logs(environment, LOCAL, execution.id, LogFilter())
        sys.stdout.write(msgspec.json.encode(_report(found, logs)).decode() + "\n")
    else:
        progress.finish(found)
    return 0 if found.execution.state in SUCCEEDED else 1


async def _watch(subscription: Subscription, execution_id: str, progress: Progress) -> None:
    """Show what changes until the execution is over; changes of executions it starts are shown too.

    Lines of the last commit come after it, so what is there when the end has come is shown as well.
    """
    patience: float | None = None
    while (change := await subscription.next(patience)) is not None:
        if isinstance(change, ExecutionChanged):
            progress.show(change.execution, change.task_runs)
            if change.execution.id == execution_id and change.execution.is_over:
                patience = 0.0
        elif isinstance(change, LogsWritten):
            progress.log(change.entries)


def _progress(options: RunOptions) -> Progress:
    if options.as_json or options.is_quiet:
        return Quiet()
    if not sys.stdout.isatty():
        return Lines()
    from tiercel.cli.live import Live  # noqa: PLC0415 (Rich is not needed for plain lines)

    return Live()


def _read_others(folder: Path | None, file: Path) -> list[str]:
    """Read the flows of a folder, which the one that runs may start."""
    if folder is None:
        return []
    paths = [path for path in sorted(folder.rglob("*.y*ml")) if path.resolve() != file.resolve()]
    return [text for path in paths for text in split_documents(path.read_text(encoding="utf-8"))]


def _placed(file: Path, violation: Violation) -> Violation:
    place = f"{file}:{violation.line}:{violation.column}" if violation.line else str(file)
    path = f"{place}: {violation.path}" if violation.path else place
    return Violation(violation.message, path=path, code=violation.code, hint=violation.hint)


def _given(value: str) -> Json | Upload:
    if not value.startswith("@"):
        return value
    path = Path(value[1:])
    try:
        return Upload(path.name, path.open("rb"))
    except OSError as error:
        raise InvalidError([Violation(f"cannot be read: {error.strerror}", path=str(path))]) from None


def _report(found: ExecutionDetails, logs: list[LogEntry]) -> dict[str, Json]:
    execution = found.execution
    return {
        "id": execution.id,
        "namespace": execution.namespace,
        "flowId": execution.flow_id,
        "state": execution.state,
        "inputs": execution.inputs,
        "outputs": execution.outputs or {},
        "error": execution.error,
        "taskRuns": [
            {
                "id": run.id,
                "taskId": run.task_id,
                "value": run.value,
                "state": run.state,
                "durationSeconds": (run.history[-1][1] - run.history[0][1]) / 1e6 if run.history else 0.0,
                "outputs": run.outputs or {},
            }
            for run in found.task_runs
        ],
        "logs": [{"level": line.level, "taskId": line.task_id, "message": line.message} for line in logs],
    }
