"""One execution as stored, with its task runs and log lines: what the facts of a case are read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tiercel.model.execution import Execution, TaskRun
from tiercel.model.log import LogEntry
from tiercel.model.state import State


@dataclass(slots=True)
class View:
    """An execution at one moment; task runs in order of creation, logs in order of writing."""

    execution: Execution
    task_runs: list[TaskRun]
    logs: list[LogEntry]

    def task_run(self, id_: str | None) -> TaskRun | None:
        """The task run of that id, if it is one of this execution."""
        return next((run for run in self.task_runs if run.id == id_), None)

    def find_task_run(self, which: Mapping[str, object] | None) -> str | None:
        """The id of the task run that a case names by ``index``, or by ``task`` and ``value``."""
        if not which:
            return None
        if "index" in which:
            return self.task_runs[int(str(which["index"]))].id
        runs = [run for run in self.task_runs if run.task_id == which["task"]]
        value = which.get("value")
        if value is not None:
            values = [str(item) for item in value] if isinstance(value, list) else [str(value)]
            runs = [run for run in runs if self.values(run) == values]
        return runs[0].id if runs else None

    def values(self, run: TaskRun) -> list[str]:
        """The iteration values from the outermost each-task to the run's own."""
        values = [] if run.value is None else [run.value]
        seen = run
        while (parent := self.task_run(seen.parent_id)) is not None:
            if parent.value is not None:
                values.insert(0, parent.value)
            seen = parent
        return values


def states(history: list[tuple[State, int]]) -> list[str]:
    """The states of a history without SUBMITTED, equal neighbours joined."""
    names: list[str] = []
    for state, _ in history:
        if state is not State.SUBMITTED and (not names or names[-1] != state.value):
            names.append(state.value)
    return names
