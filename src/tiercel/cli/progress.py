"""How a one-off run shows itself: not at all, as plain lines, or live on a terminal (see ``live``)."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Protocol, Self

import msgspec

from tiercel.model.execution import Execution, StateAt, TaskRun
from tiercel.model.log import LogEntry
from tiercel.operations.executions import ExecutionDetails

MICROS = 1_000_000


class Progress(Protocol):
    """What is told how a run goes; a context around it."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def show(self, execution: Execution, task_runs: Iterable[TaskRun]) -> None:
        """Take an execution as it is now, with the task runs that changed."""

    def log(self, entries: Iterable[LogEntry]) -> None:
        """Take lines that were written."""

    def finish(self, found: ExecutionDetails) -> None:
        """Show how it ended."""


class Quiet:
    """Shows the outputs only."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def show(self, execution: Execution, task_runs: Iterable[TaskRun]) -> None:
        """Show nothing."""

    def log(self, entries: Iterable[LogEntry]) -> None:
        """Show nothing."""

    def finish(self, found: ExecutionDetails) -> None:
        """Print the outputs as JSON."""
        write(outputs_text(found.execution))


class Lines(Quiet):
    """Shows log lines and the end of each task run, one below the other: for pipes and logs of other programs."""

    def __init__(self) -> None:
        self._ended: set[str] = set()

    def show(self, execution: Execution, task_runs: Iterable[TaskRun]) -> None:
        """Print the task runs that ended."""
        del execution
        for run in task_runs:
            if run.state.is_terminal and run.id not in self._ended:
                self._ended.add(run.id)
                write(f"{run.state:<9} {name_of(run)} {seconds_text(run.history)}")

    def log(self, entries: Iterable[LogEntry]) -> None:
        """Print them."""
        for entry in entries:
            write(f"{entry.level:<5} {entry.task_id or '-'}: {entry.message}")

    def finish(self, found: ExecutionDetails) -> None:
        """Print the state, why it failed, and the outputs."""
        execution = found.execution
        write(f"{execution.state:<9} {execution.namespace}.{execution.flow_id} {seconds_text(execution.history)}")
        if execution.error:
            write(f"error: {execution.error}")
        if execution.outputs:
            write(outputs_text(execution))


def name_of(run: TaskRun) -> str:
    """Give the name of a task run, with its value when it is one of several."""
    if run.value is not None:
        return f"{run.task_id}[{run.value}]"
    return f"{run.task_id}[{run.iteration}]" if run.iteration is not None else run.task_id


def seconds_text(history: Sequence[StateAt], now: int | None = None) -> str:
    """Give how long a history lasted, or lasts until now."""
    if not history:
        return ""
    first, last = history[0][1], now or history[-1][1]
    return f"{(last - first) / MICROS:.3f}s"


def outputs_text(execution: Execution) -> str:
    """Give the outputs as indented JSON."""
    return msgspec.json.format(msgspec.json.encode(execution.outputs or {})).decode()


def write(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
