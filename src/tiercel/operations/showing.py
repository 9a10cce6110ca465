"""Executions as they are shown to people and clients: the same, with every secret hidden."""

from __future__ import annotations

from msgspec.structs import replace

from tiercel.model.execution import Execution, TaskRun
from tiercel.model.json import Json
from tiercel.operations.environment import Environment
from tiercel.operations.executions import ExecutionDetails
from tiercel.operations.hiding import masks_of
from tiercel.operations.masking import Masks


def shown_execution(environment: Environment, execution: Execution) -> Execution:
    """Give an execution to be shown."""
    return _execution(execution, masks_of(environment, execution))


def shown_details(environment: Environment, found: ExecutionDetails) -> ExecutionDetails:
    """Give an execution with its task runs to be shown."""
    masks = masks_of(environment, found.execution, *(run.outputs for run in found.task_runs))
    return ExecutionDetails(_execution(found.execution, masks), [_task_run(run, masks) for run in found.task_runs])


def shown_outputs(environment: Environment, execution: Execution, outputs: dict[str, Json]) -> dict[str, Json]:
    """Give outputs of an execution, or of a task run in it, to be shown."""
    return masks_of(environment, execution, outputs).json(outputs)  # type: ignore[no-any-return]  # a map stays one


def _execution(execution: Execution, masks: Masks) -> Execution:
    trigger = execution.trigger
    iteration = execution.iteration
    changes: dict[str, object] = {
        "inputs": masks.json(execution.inputs),
        "outputs": masks.json(execution.outputs),
        "variables": masks.json(execution.variables),
        "labels": [(key, masks(value)) for key, value in execution.labels],
        "error": masks(execution.error) if execution.error is not None else None,
    }
    if trigger is not None:
        changes["trigger"] = replace(trigger, variables=masks.json(trigger.variables))
    if iteration is not None:
        changes["iteration"] = replace(iteration, value=masks.json(iteration.value))
    return replace(execution, **changes)


def _task_run(run: TaskRun, masks: Masks) -> TaskRun:
    value = masks(run.value) if isinstance(run.value, str) else run.value
    return replace(run, outputs=masks.json(run.outputs), value=value)
