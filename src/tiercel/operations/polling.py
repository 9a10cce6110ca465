"""Looks of polling triggers: what a worker is given, how often, and for how long."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from tiercel.engine.context import trigger_variables
from tiercel.expressions.iso import parse_duration
from tiercel.model.command import RunTask
from tiercel.model.event import TaskRunEnded
from tiercel.model.execution import TaskRun
from tiercel.model.flow import Flow, TaskDefinition, TaskKind, TriggerDefinition
from tiercel.model.json import Json
from tiercel.operations.assignments import Assignment
from tiercel.operations.environment import Environment
from tiercel.operations.outside import world_of
from tiercel.operations.starting import StartRequest, blank_execution
from tiercel.storage.paths import from_uri

_DEFAULT = timedelta(minutes=1)
_SHORTEST = timedelta(seconds=1)
_DEADLINE_SECONDS = 60.0


def polling_assignment(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, *, is_dry: bool = False
) -> Assignment:
    """Make what a worker is given for one look: the trigger as a task, in an execution that may come to be.

    A dry look is only to tell what it would find.
    """
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
        is_dry=is_dry,
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


async def read_found(environment: Environment, event: TaskRunEnded) -> tuple[dict[str, Json] | None, Json | UnsetType]:
    """Give what was found, None when there was no reason to fire, and what the trigger keeps.

    It may have been too large for a row.
    """
    outputs = event.outputs
    if event.outputs_uri is not None:
        outputs = msgspec.json.decode(
            await asyncio.to_thread(environment.storage.read, from_uri(event.outputs_uri)), type=dict[str, Any]
        )
    given = outputs or {}
    kept = given["state"].get("kept") if "state" in given else UNSET
    return (dict(given["trigger"]) if "trigger" in given else None), kept
