"""The end of an execution that cannot be decided about: its flow no longer parses, or deciding itself broke."""

from __future__ import annotations

from tiercel.engine.decision import Decision, Facts
from tiercel.engine.plan import Plan
from tiercel.engine.run import Run
from tiercel.model.command import AnnounceEnd, AnnounceOver, Command, NotifyParent
from tiercel.model.execution import Execution
from tiercel.model.flow import Flow
from tiercel.model.log import LogLevel
from tiercel.model.state import State


def empty_plan(execution: Execution) -> Plan:
    """Make the plan of a flow without tasks, for an execution whose own flow cannot be had."""
    return Plan(
        Flow(
            id=execution.flow_id,
            namespace=execution.namespace,
            dialect=execution.dialect,
            revision=execution.revision,
            tasks=(),
        )
    )


def abandon(run: Run, reason: str, facts: Facts) -> list[Command]:
    """Fail everything that has not ended, then the execution; nothing of it runs afterwards."""
    decision = Decision(run, facts)
    execution = run.execution
    for task_run in list(run.task_runs.values()):
        if not task_run.state.is_terminal:
            decision.close_attempt(task_run, State.FAILED)
            decision.enter(task_run, State.FAILED)
    if execution.is_over:
        return []
    decision.log(None, LogLevel.ERROR, reason)
    execution.error = reason
    execution.is_over = True
    run.touch()
    if not execution.state.is_terminal:
        decision.enter_execution(State.FAILED)
        decision.order(AnnounceEnd(State.FAILED))
        if execution.parent_id is not None:
            decision.order(NotifyParent(State.FAILED))
    decision.order(AnnounceOver(execution.state))
    return decision.commands
