"""``tiercel run``: a whole installation in a temporary folder, for one execution of one file."""

from __future__ import annotations

import asyncio
import base64
import gc
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_bytes

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tiercel.cli.configuration import load_settings
from tiercel.cli.options import open_given, read_dialect, read_text
from tiercel.cli.progress import Lines, Progress, Quiet
from tiercel.cli.wiring import home_of, open_installation
from tiercel.errors import InvalidError, TiercelError, Violation
from tiercel.model.flow import Flow
from tiercel.model.json import Json
from tiercel.model.log import LogEntry
from tiercel.model.state import State
from tiercel.operations.actor import LOCAL
from tiercel.operations.control import kill
from tiercel.operations.environment import Environment
from tiercel.operations.executions import ExecutionDetails, get_execution
from tiercel.operations.flows import load_flow, save_flow
from tiercel.operations.logs import LogFilter, list_logs
from tiercel.operations.settings import Settings
from tiercel.operations.showing import shown_details
from tiercel.operations.starting import StartRequest, start_execution
from tiercel.operations.streams import ExecutionChanged, LogsWritten, Subscription
from tiercel.operations.uploads import Upload
from tiercel.source import split_documents
from tiercel.source.report import suggest

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_PAUSED = "{} is paused: it goes on when its time is up; nobody can resume it here, and Ctrl-C ends the run\n"
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

    file: Path
    source: str
    others: list[tuple[Path, str]]
    inputs: dict[str, Json | Upload]


def run_file(file: Path, options: RunOptions) -> int:
    """Run a flow once; gives the exit code: 0 when it succeeded, 1 when not.

    Raises:
        InvalidError: The flow or its inputs are wrong.
    """
    texts = Texts(
        file=file,
        source=read_text(file),
        others=_read_others(options.flows, file),
        inputs={name: _given(name, value) for name, value in options.inputs.items()},
    )
    gc.enable()
    with tempfile.TemporaryDirectory(prefix="tiercel-") as home:
        settings = _settings(options.config, home)
        return asyncio.run(_run_until_told(_with_key(settings), texts, options))


def _settings(config: Path | None, home: str) -> Settings:
    """Read the settings, with the temporary folder for all data, and the plugins of the usual home folder."""
    usual = load_settings(config, os.environ)
    plugins = usual.plugins
    own = {
        "plugins.folder": plugins.folder or str(home_of(usual) / "plugins"),
        "plugins.environments": plugins.environments or str(home_of(usual) / "environments"),
    }
    return load_settings(config, os.environ, {"home": home, "database": "", "storage": {}, **own})


def _with_key(settings: Settings) -> Settings:
    """Give inputs of type SECRET the key they need; nothing they encrypt outlives the run."""
    if settings.encryption.secret_key:
        return settings
    key = base64.b64encode(token_bytes(32)).decode()
    return replace(settings, encryption=replace(settings.encryption, secret_key=key))


async def _run_until_told(settings: Settings, texts: Texts, options: RunOptions) -> int:
    """Run; a signal that asks to end kills the execution and removes the folder, as Ctrl-C does."""
    loop, running = asyncio.get_running_loop(), asyncio.ensure_future(_run(settings, texts, options))
    received: list[int] = []

    def end(number: int) -> None:
        received.append(number)
        running.cancel()

    for number in _SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as nohup sets it
            loop.add_signal_handler(number, end, number)
    try:
        return await running
    except asyncio.CancelledError:
        if not received:
            raise
        return 128 + received[0]


async def _run(settings: Settings, texts: Texts, options: RunOptions) -> int:
    dialect = read_dialect(options.dialect)
    async with open_installation(settings, os.environ, is_durable=False, is_scheduling=False) as installation:
        environment = installation.environment
        for path, text in texts.others:
            with _placing(path):
                await save_flow(environment, LOCAL, text)
        with _placing(texts.file):
            saved = await save_flow(environment, LOCAL, texts.source, dialect=dialect)
            flow = await load_flow(environment, (saved.stored.namespace, saved.stored.id))
            _check_names(flow, texts.inputs)
            request = StartRequest(
                namespace=flow.namespace,
                flow_id=flow.id,
                inputs=texts.inputs,
                labels=tuple(options.labels.items()),
            )
            return await _execute(environment, request, options)


def _check_names(flow: Flow, given: Mapping[str, object]) -> None:
    """Refuse values for inputs that the flow does not have: a name typed wrong would go unseen.

    Raises:
        InvalidError: There are some.
    """
    known = [item.id for item in flow.inputs]
    unknown = [
        Violation(f"The flow has no input {name}", path="--input", hint=suggest(name, known), code="unknown-input")
        for name in given
        if name not in known
    ]
    if unknown:
        raise InvalidError(unknown)


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
    found = shown_details(environment, await get_execution(environment, LOCAL, execution.id))
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
    paused: set[str] = set()
    while (change := await subscription.next(patience)) is not None:
        if isinstance(change, ExecutionChanged):
            progress.show(change.execution, change.task_runs)
            for run in change.task_runs:
                if run.state is State.PAUSED and run.id not in paused:
                    paused.add(run.id)
                    sys.stderr.write(_PAUSED.format(run.task_id))
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


def _read_others(folder: Path | None, file: Path) -> list[tuple[Path, str]]:
    """Read the flows of a folder, which the one that runs may start."""
    if folder is None:
        return []
    paths = [path for path in sorted(folder.rglob("*.y*ml")) if path.resolve() != file.resolve()]
    return [(path, text) for path in paths for text in split_documents(read_text(path))]


@contextmanager
def _placing(file: Path) -> Iterator[None]:
    """Name the file, and the place in it, in what is found wrong."""
    try:
        yield
    except InvalidError as error:
        raise InvalidError([_placed(file, violation) for violation in error.violations]) from None


def _placed(file: Path, violation: Violation) -> Violation:
    place = f"{file}:{violation.line}:{violation.column}" if violation.line else str(file)
    path = f"{place}: {violation.path}" if violation.path else place
    return Violation(violation.message, path=path, code=violation.code, hint=violation.hint)


def _given(name: str, value: str) -> Json | Upload:
    file = open_given(name, value)
    return value if file is None else Upload(*file)


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
