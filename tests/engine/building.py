"""Flows for tests, written as the parser would give them."""

from __future__ import annotations

from typing import Any

from tiercel.model.dialect import Dialect
from tiercel.model.flow import Flow, TaskDefinition, TaskKind

PREFIX = "io.kestra.plugin.core."
FLOWABLES = {
    "Sequential": "sequential",
    "Parallel": "parallel",
    "Dag": "dag",
    "If": "if",
    "Switch": "switch",
    "ForEach": "foreach",
    "EachSequential": "each_sequential",
    "EachParallel": "each_parallel",
    "Loop": "loop",
    "LoopUntil": "loop_until",
    "AllowFailure": "allow_failure",
    "Pause": "pause",
    "Approval": "approval",
    "WorkingDirectory": "working_directory",
}


def task(task_id: str, kind: str = "Return", branches: dict[str, Any] | None = None, **fields: Any) -> TaskDefinition:
    """One task; ``kind`` is the last part of its type."""
    control = FLOWABLES.get(kind, "")
    if kind in {"Subflow", "ForEachItem"}:
        control = kind.lower()
    task_kind = TaskKind.FLOWABLE if kind in FLOWABLES else TaskKind.RUNNABLE
    if kind == "Subflow":
        task_kind = TaskKind.EXECUTABLE
    return TaskDefinition(
        id=task_id,
        type=f"{PREFIX}any.{kind}",
        declared_type=f"{PREFIX}any.{kind}",
        kind=task_kind,
        control=control,
        branches={name: tuple(tasks) for name, tasks in (branches or {}).items()},
        **fields,
    )


def sequence(task_id: str, *tasks: TaskDefinition, kind: str = "Sequential", **fields: Any) -> TaskDefinition:
    """A flowable with these tasks."""
    branches = {"tasks": tasks, **fields.pop("branches", {})}
    return task(task_id, kind, branches, **fields)


def fail(task_id: str = "bad", **fields: Any) -> TaskDefinition:
    """A task that fails."""
    return task(task_id, "Fail", **fields)


def flow(*tasks: TaskDefinition, dialect: Dialect = Dialect.V1_3, **fields: Any) -> Flow:
    """A flow of these tasks."""
    return Flow(id="f", namespace="n", dialect=dialect, tasks=tasks, revision=1, **fields)
