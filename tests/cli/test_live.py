"""What is shown on a terminal is data: it is no markup, and moves no cursor."""

from __future__ import annotations

import io

from rich.console import Console

from tiercel.cli import live as module
from tiercel.cli.live import Live
from tiercel.cli.tables import styled_state, visible
from tiercel.model.dialect import Dialect
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.log import LogEntry, LogLevel
from tiercel.model.state import State
from tiercel.operations.executions import ExecutionDetails

EVIL = "[/] [red]x[/red] \x1b]0;title\x07\x1b[2J"


def test_data_is_shown_as_it_is(monkeypatch):
    screen = io.StringIO()
    console = Console(file=screen, force_terminal=True, width=200, color_system=None, highlight=False)
    monkeypatch.setattr(module, "Console", lambda **_: console)
    execution = Execution(id="e", namespace="dev", flow_id="f", revision=1, dialect=Dialect.V1_3, error=EVIL)
    run = TaskRun(id="r", execution_id="e", task_id="t", number=0, value=EVIL, state=State.RUNNING)
    entry = LogEntry(at=0, level=LogLevel.INFO, message=EVIL, namespace="dev", flow_id="f", execution_id="e")
    with Live() as shown:
        shown.show(execution, [run])
        shown.log([entry])
    screen.truncate(0)
    shown.log([entry])
    shown.finish(ExecutionDetails(execution, [run]))
    text = screen.getvalue()
    assert text.count("[/] [red]x[/red] ␛]0;title␇␛[2J") == 3
    assert "\x1b" not in text


def test_cells_keep_their_brackets():
    console = Console(file=io.StringIO(), width=200)
    console.print(styled_state("\\[red]x[/red] \x1b"))
    assert console.file.getvalue() == "\\[red]x[/red] ␛\n"
    assert visible("a\tb\nc\x9b\x7f") == "a\tb\nc�␡"
