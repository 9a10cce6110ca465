"""Looks of polling triggers: what a worker is given, and the protocol it fulfils."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from tiercel.engine.context import trigger_variables
from tiercel.expressions.iso import parse_duration
from tiercel.model.command import RunTask
from tiercel.model.execution import TaskRun
from tiercel.model.flow import Flow, TaskDefinition, TaskKind, TriggerDefinition
from tiercel.operations.assignments import Assignment, InlineResult
from tiercel.operations.environment import Environment
from tiercel.operations.outside import world_of
from tiercel.operations.starting import StartRequest, blank_execution

_DEFAULT = timedelta(minutes=1)
_SHORTEST = timedelta(seconds=1)
_DEADLINE_SECONDS = 60.0


class Pollster(Protocol):
    """Those who look on behalf of polling triggers."""

    async def poll(self, assignment: Assignment, seconds: float) -> InlineResult:
        """Carry out one look within that time; a failure of any kind is part of the result."""


def polling_assignment(environment: Environment, flow: Flow, trigger: TriggerDefinition) -> Assignment:
    """Make what a worker is given for one look: the trigger as a task, in an execution that may come to be."""
    execution = blank_execution(environment, flow, StartRequest(namespace=flow.namespace, flow_id=flow.id))
    task = TaskDefinition(
        id=trigger.id,
        type=trigger.type,
        declared_type=trigger.declared_type,
        kind=TaskKind.RUNNABLE,
        properties=trigger.properties,
        log_level=trigger.log_level,
    )
    task_run = TaskRun(id=environment.new_id(), execution_id=execution.id, task_id=trigger.id, number=0)
    return Assignment(
        work=RunTask(task_run.id, 0, task),
        flow=flow,
        execution=execution,
        task_run=task_run,
        attempt_number=1,
        variables=trigger_variables(flow, trigger, world_of(environment)),
    )


def interval_of(trigger: TriggerDefinition) -> timedelta:
    """Give how long after one look the next one comes; a second at least."""
    given = trigger.properties.get("interval")
    try:
        found = parse_duration(str(given)).to_timedelta() if given is not None else _DEFAULT
    except ValueError:
        return _DEFAULT
    return max(found, _SHORTEST)


def deadline_of(trigger: TriggerDefinition) -> float:
    """Give how many seconds a look may take: as long as until the next one, or a minute if that is more."""
    return max(interval_of(trigger).total_seconds(), _DEADLINE_SECONDS)
