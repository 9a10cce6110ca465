"""Short ways to say what came of a run."""

from __future__ import annotations

from tiercel.engine import Run
from tiercel.model.execution import TaskRun


def told(run: Run) -> list[str]:
    """Task runs in order: ``id[value] STATE``."""
    return [f"{named(one)} {one.state}" for one in run.task_runs.values()]


def named(task_run: TaskRun) -> str:
    """``id`` or ``id[value]``."""
    return task_run.task_id if task_run.value is None else f"{task_run.task_id}[{task_run.value}]"


def history(run: Run) -> list[str]:
    """States the execution went through."""
    return [state.value for state, _ in run.execution.history]


def path(run: Run, task_id: str) -> list[str]:
    """States the one task run of that task went through, without SUBMITTED."""
    return [state.value for state, _ in one_of(run, task_id).history if state.value != "SUBMITTED"]


def one_of(run: Run, task_id: str) -> TaskRun:
    """The last task run of a task."""
    return run.by_task[task_id][-1]


def output(run: Run, task_id: str, name: str = "value") -> object:
    """One output of the last task run of a task."""
    return (one_of(run, task_id).outputs or {}).get(name)
