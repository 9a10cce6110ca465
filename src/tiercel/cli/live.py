"""Live progress on a terminal: one line for each task run, log lines above them, the outputs at the end."""

from __future__ import annotations

import time
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live as RichLive
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from tiercel.cli.progress import name_of, outputs_text, seconds_text
from tiercel.cli.tables import STYLES, visible
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.log import LogEntry
from tiercel.operations.executions import ExecutionDetails

_MOST_SHOWN = 15
_MARKS = {"SUCCESS": "✓", "WARNING": "!", "FAILED": "✗", "KILLED": "✗", "CANCELLED": "✗", "SKIPPED": "-", "PAUSED": "⏸"}
_LEVELS = {"ERROR": "red", "WARN": "yellow", "INFO": "", "DEBUG": "dim", "TRACE": "dim"}


class Live:
    """Redraws itself ten times a second."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._runs: dict[str, TaskRun] = {}
        self._spinner = Spinner("dots")
        self._live = RichLive(get_renderable=self._draw, console=self._console, refresh_per_second=10, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.stop()

    def show(self, execution: Execution, task_runs: Iterable[TaskRun]) -> None:
        """Take what changed; it is drawn with the next frame."""
        del execution
        self._runs.update({run.id: run for run in task_runs})

    def log(self, entries: Iterable[LogEntry]) -> None:
        """Print lines above the task runs."""
        for entry in entries:
            line = Text(f"{entry.level:<5} ", style=_LEVELS[entry.level])
            line.append(f"{entry.task_id or '-'}  ", style="cyan")
            line.append(visible(entry.message))
            self._live.console.print(line)

    def finish(self, found: ExecutionDetails) -> None:
        """Print every task run, the state and the outputs."""
        execution = found.execution
        self._console.print(_table(found.task_runs[-_MOST_SHOWN * 4 :]))
        line = Text(str(execution.state), style=STYLES.get(execution.state, ""))
        line.append(f"  {execution.namespace}.{execution.flow_id}  {seconds_text(execution.history)}", style="default")
        self._console.print(line)
        if execution.error:
            self._console.print(visible(execution.error), style="red", markup=False)
        if execution.outputs:
            self._console.print_json(outputs_text(execution))

    def _draw(self) -> RenderableType:
        running = [run for run in self._runs.values() if not run.state.is_terminal]
        ended = len(self._runs) - len(running)
        self._spinner.update(text=f" {ended} of {len(self._runs)} task runs ended")
        return Group(_table(running[-_MOST_SHOWN:]), self._spinner)


def _table(runs: Iterable[TaskRun]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False)
    now = time.time_ns() // 1000
    for run in runs:
        style = STYLES.get(run.state, "")
        duration = seconds_text(run.history, None if run.state.is_terminal else now)
        table.add_row(
            Text(_MARKS.get(run.state, "·"), style=style),
            Text(visible(name_of(run))),
            Text(run.state, style=style),
            duration,
        )
    return table
