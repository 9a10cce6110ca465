"""The variables about task runs: the own one, those around it, the states of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tiercel.engine.run import Run
from tiercel.engine.world import World
from tiercel.expressions import Value
from tiercel.expressions.values import Instant
from tiercel.model.execution import StateAt, TaskRun
from tiercel.model.json import Json

_MICROSECONDS = 1_000_000
_WORKING_DIRECTORY = "working_directory"


def task(run: Run, task_run: TaskRun | None, _world: World) -> Value:
    """Give the task of the run.

    Raises:
        KeyError: There is none.
    """
    if task_run is None:
        raise KeyError("task")
    declared = run.task_of(task_run)
    return {"id": declared.id, "type": declared.type}


def taskrun(run: Run, task_run: TaskRun | None, _world: World) -> Value:
    """Give the run itself.

    Raises:
        KeyError: There is none.
    """
    if task_run is None:
        raise KeyError("taskrun")
    found: dict[str, Value] = {
        "id": task_run.id,
        "startDate": instant(task_run.history[0]),
        "attemptsCount": sum(1 for attempt in task_run.attempts if attempt.state.is_terminal),
    }
    directory = _directory(run, task_run)
    optional = {
        "parentId": task_run.parent_id,
        "value": task_run.value if directory is None else directory.value,
        "iteration": task_run.iteration,
        "items": task_run.items,
    }
    found.update((name, value) for name, value in optional.items() if value is not None)
    return found


def parent(run: Run, task_run: TaskRun | None, _world: World) -> Value:
    """Give the nearest run around it.

    Raises:
        KeyError: There is none.
    """
    above = _above(run, task_run)
    if not above:
        raise KeyError("parent")
    return above[0]


def parents(run: Run, task_run: TaskRun | None, _world: World) -> Value:
    """Give the runs around it, the nearest first."""
    return _above(run, task_run)


def _above(run: Run, task_run: TaskRun | None) -> list[Value]:
    if task_run is None:
        return []
    task_run = _directory(run, task_run) or task_run
    described = (_ancestor(run, one) for one in run.ancestors(task_run))
    found: list[Value] = [one for one in described if one]
    if run.parent is not None and run.execution.parent_task_run_id is not None:
        loop = run.parent.task_runs.get(run.execution.parent_task_run_id)
        if loop is not None:
            found += [one for one in (_ancestor(run.parent, loop), *_above(run.parent, loop)) if one]
    return found


def _directory(run: Run, task_run: TaskRun) -> TaskRun | None:
    """The WorkingDirectory a task run shares: expressions see its value and what is around it, not it as a parent."""
    above = run.local_parent(task_run)
    return above if above is not None and run.task_of(above).control == _WORKING_DIRECTORY else None


def _ancestor(run: Run, task_run: TaskRun) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if run.plan.rules.has_parent_everywhere:
        declared = run.task_of(task_run)
        found["task"] = {"id": declared.id, "type": declared.type}
        found["taskrun"] = {"id": task_run.id}
    if task_run.value is not None:
        found["taskrun"] = {"value": task_run.value}
    if task_run.outputs:
        found["outputs"] = task_run.outputs
    return found


class _States(Mapping[str, Value]):
    """``tasks``: the state of each task by id, below it by value for the children of each-tasks."""

    __slots__ = ("_run",)

    def __init__(self, run: Run) -> None:
        self._run = run

    def __getitem__(self, task_id: str) -> Value:
        runs = self._run.by_task[task_id]
        if not runs:
            raise KeyError(task_id)
        found: dict[str, Json] = {}
        for task_run in runs:
            place = found
            for value in self._run.value_path(task_run):
                place = place.setdefault(value, {})
            place["state"] = task_run.state.value
        return found

    def __iter__(self) -> Iterator[str]:
        return (task_id for task_id, runs in self._run.by_task.items() if runs)

    def __len__(self) -> int:
        return sum(1 for runs in self._run.by_task.values() if runs)


def tasks(run: Run, _task_run: TaskRun | None, _world: World) -> Value:
    """Give the states of all tasks."""
    return _States(run)


def instant(entry: StateAt) -> Instant:
    """Give when a state was entered."""
    second, micros = divmod(entry[1], _MICROSECONDS)
    return Instant(second, micros * 1000)
