"""Executions and task runs: the union of what both published versions answer; absent values are left out."""

from __future__ import annotations

from collections.abc import Iterable

from tiercel.api.shapes.times import duration, instant
from tiercel.model.execution import Attempt, Execution, ExecutionKind, Iteration, StateAt, TaskRun
from tiercel.model.json import Json
from tiercel.model.state import State

_WITH_END = frozenset({State.PAUSED})


def execution_shape(execution: Execution, task_runs: Iterable[TaskRun]) -> dict[str, Json]:
    """Give one execution with its task runs and all outputs."""
    shape = light_execution_shape(execution)
    shape["taskRunList"] = [task_run_shape(execution, task_run) for task_run in task_runs]
    return shape


def light_execution_shape(execution: Execution) -> dict[str, Json]:
    """Give the header alone, as lists show it."""
    original = execution.original_id or execution.id
    shape: dict[str, Json] = {
        "tenantId": "main",
        "id": execution.id,
        "namespace": execution.namespace,
        "flowId": execution.flow_id,
        "flowRevision": execution.revision,
        "state": state_shape(execution.history, execution.state),
        "originalId": original,
        "deleted": execution.is_deleted,
        "labels": labels_shape(execution.labels),
        "metadata": {
            "attemptNumber": execution.attempt_number,
            "originalCreatedDate": instant(execution.original_created_at or _first(execution.history)),
        },
        "version": execution.version,
        "dialect": execution.dialect,
    }
    if execution.inputs:
        shape["inputs"] = execution.inputs
    if execution.outputs is not None:
        shape["outputs"] = execution.outputs
    if execution.variables:
        shape["variables"] = execution.variables
    if execution.kind is not ExecutionKind.NORMAL:
        shape["kind"] = execution.kind
    _add_origin(shape, execution)
    return shape


def task_run_shape(execution: Execution, task_run: TaskRun) -> dict[str, Json]:
    """Give one task run."""
    shape: dict[str, Json] = {
        "id": task_run.id,
        "executionId": execution.id,
        "namespace": execution.namespace,
        "flowId": execution.flow_id,
        "taskId": task_run.task_id,
        "state": state_shape(task_run.history, task_run.state),
    }
    if task_run.parent_id is not None:
        shape["parentTaskRunId"] = task_run.parent_id
    if task_run.value is not None:
        shape["value"] = task_run.value
    if task_run.iteration is not None:
        shape["iteration"] = task_run.iteration
    if task_run.attempts:
        shape["attempts"] = [_attempt_shape(attempt) for attempt in task_run.attempts]
    if task_run.is_dynamic:
        shape["dynamic"] = True
    if task_run.outputs is not None:
        shape["outputs"] = task_run.outputs
    if task_run.outputs_uri is not None:
        shape["outputsUri"] = task_run.outputs_uri
    return shape


def state_shape(history: list[StateAt], current: State) -> dict[str, Json]:
    """Give a state with its history; its end and duration only once it has one, or while it is paused."""
    entries = [{"state": state, "date": instant(at)} for state, at in history]
    shape: dict[str, Json] = {"current": current, "histories": entries}
    if entries:
        shape["startDate"] = entries[0]["date"]
        if current.is_terminal or current in _WITH_END:
            shape["endDate"] = entries[-1]["date"]
            shape["duration"] = duration(history[-1][1] - history[0][1])
    return shape


def labels_shape(labels: Iterable[tuple[str, str]]) -> list[dict[str, Json]]:
    """Give labels as the list of pairs that answers always use."""
    return [{"key": key, "value": value} for key, value in labels]


def status_shape(execution: Execution) -> dict[str, Json]:
    """Give what the streams of dependent executions tell of one."""
    return {
        "executionId": execution.id,
        "tenantId": "main",
        "namespace": execution.namespace,
        "flowId": execution.flow_id,
        "state": state_shape(execution.history, execution.state),
    }


def _add_origin(shape: dict[str, Json], execution: Execution) -> None:
    if execution.parent_id is not None:
        shape["parentId"] = execution.parent_id
    if execution.trigger is not None:
        trigger = execution.trigger
        shape["trigger"] = {"id": trigger.id, "type": trigger.type, "variables": trigger.variables}
    if execution.scheduled_at is not None:
        shape["scheduleDate"] = instant(execution.scheduled_at)
    if execution.breakpoints:
        shape["breakpoints"] = [_breakpoint_shape(breakpoint_) for breakpoint_ in execution.breakpoints]
    if execution.iteration is not None:
        shape["loopRun"] = _loop_run_shape(execution, execution.iteration)
    if execution.error is not None:
        shape["error"] = execution.error


def _loop_run_shape(execution: Execution, iteration: Iteration) -> dict[str, Json]:
    shape: dict[str, Json] = {
        "taskId": execution.loop_task_id,
        "taskRunId": execution.parent_task_run_id,
        "index": iteration.index,
        "value": iteration.value,
    }
    if iteration.key is not None:
        shape["key"] = iteration.key
    if iteration.parents:
        shape["parents"] = [{"index": outer.index, "value": outer.value} for outer in iteration.parents]
    return shape


def _breakpoint_shape(text: str) -> dict[str, Json]:
    task_id, _, value = text.partition(".")
    return {"id": task_id, "value": value} if value else {"id": task_id}


def _attempt_shape(attempt: Attempt) -> dict[str, Json]:
    shape: dict[str, Json] = {"state": state_shape(attempt.history, attempt.state)}
    if attempt.worker_id is not None:
        shape["workerId"] = attempt.worker_id
    if attempt.log_file is not None:
        shape["logFile"] = attempt.log_file
    return shape


def _first(history: list[StateAt]) -> int:
    return history[0][1] if history else 0
