"""The execution of one iteration of a Loop: a child of its own that shares what the parent was started with."""

from __future__ import annotations

from tiercel.engine.run import Run
from tiercel.model.execution import Execution, ExecutionKind, Iteration, TaskRun
from tiercel.model.state import State


def iteration_execution(run: Run, task_run: TaskRun, execution_id: str, now: int, iteration: Iteration) -> Execution:
    """Make the header of an iteration; it lives in the shard of its parent."""
    parent = run.execution
    return Execution(
        id=execution_id,
        namespace=parent.namespace,
        flow_id=parent.flow_id,
        revision=parent.revision,
        dialect=parent.dialect,
        history=[(State.CREATED, now)],
        shard=parent.shard,
        inputs=parent.inputs,
        variables=parent.variables,
        labels=parent.labels,
        trigger=parent.trigger,
        parent_id=parent.id,
        parent_task_run_id=task_run.id,
        loop_task_id=task_run.task_id,
        iteration=iteration,
        original_id=execution_id,
        kind=ExecutionKind.LOOP,
        original_created_at=now,
        breakpoints=list(parent.breakpoints),
    )
