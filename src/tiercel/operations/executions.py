"""Reading, waiting for and removing executions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import msgspec
from msgspec import Struct

from tiercel.errors import ConflictError, InvalidError, NotFoundError, Violation
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.streams import ChangeMissed, ExecutionChanged, Subscription
from tiercel.repository import executions as repository, logs as log_repository
from tiercel.repository.connection import Connection
from tiercel.repository.task_runs import list_task_runs
from tiercel.storage.paths import execution_directory, from_uri

_APPEARS_WITHIN_SECONDS = 10.0


class ExecutionDetails(Struct, frozen=True):
    """An execution with its task runs in order of creation; treat both as read-only."""

    execution: Execution
    task_runs: list[TaskRun]


@operation(Resource.EXECUTION, Action.READ)
async def get_execution(environment: Environment, actor: Actor, execution_id: str) -> ExecutionDetails:
    """Give one execution.

    Raises:
        NotFoundError: There is none, or none the actor may know of.
    """
    found = await load_execution(environment, execution_id)
    if not actor.may(Resource.EXECUTION, Action.READ, found.execution.namespace):
        raise NotFoundError("execution", execution_id)
    return found


@operation(Resource.EXECUTION, Action.READ)
async def get_outputs(environment: Environment, actor: Actor, execution_id: str, task_run_id: str) -> dict[str, Json]:
    """Give the outputs of one task run, also those that were too large for a row.

    Raises:
        NotFoundError: There is no such execution or task run.
    """
    found = await get_execution(environment, actor, execution_id)
    run = next((one for one in found.task_runs if one.id == task_run_id), None)
    if run is None:
        raise NotFoundError("task run", task_run_id)
    if run.outputs_uri is not None:
        content = await asyncio.to_thread(environment.storage.read, from_uri(run.outputs_uri))
        outputs: dict[str, Json] = msgspec.json.decode(content)
        return outputs
    return run.outputs or {}


@operation(Resource.EXECUTION, Action.READ)
async def follow_execution(
    environment: Environment, actor: Actor, execution_id: str
) -> AsyncIterator[ExecutionDetails]:
    """Give an execution now and after each change, the last time when it is over.

    An execution that does not exist yet is waited for, up to ten seconds.

    Raises:
        NotFoundError: It did not appear.
    """
    return _follow(environment, actor, execution_id)


async def load_execution(environment: Environment, execution_id: str) -> ExecutionDetails:
    """Give one execution, whoever asks: for those who find out themselves who may see it.

    Raises:
        NotFoundError: There is none.
    """
    return await environment.database.read(lambda connection: _read(connection, execution_id))


async def wait_for_end(environment: Environment, subscription: Subscription, execution: Execution) -> ExecutionDetails:
    """Wait until an execution is over.

    Args:
        environment: Of the installation.
        subscription: Begun before the execution was started, so that nothing is missed.
        execution: As it was started.
    """
    task_runs: dict[str, TaskRun] = {}
    while (change := await subscription.next()) is not None:
        if isinstance(change, ExecutionChanged):
            _apply(task_runs, change)
            if change.execution.is_over:
                ordered = sorted(task_runs.values(), key=lambda run: run.number)
                if ordered and ordered[-1].number == len(ordered) - 1:
                    return ExecutionDetails(change.execution, ordered)
                break  # some came and went, or changes were lost on the way
    return await load_execution(environment, execution.id)


@operation(Resource.EXECUTION, Action.DELETE)
async def delete_executions(  # noqa: PLR0913 (each is a part of the request)
    environment: Environment,
    actor: Actor,
    execution_ids: Sequence[str],
    *,
    with_live: bool = False,
    with_logs: bool = True,
    with_metrics: bool = True,
    with_files: bool = True,
) -> int:
    """Remove executions, or none when one of them may not be; gives how many there were.

    Raises:
        InvalidError: Some are unknown, or live and ``with_live`` is not set; all of them are named.
    """
    executions = await _find_deletable(environment, actor, execution_ids, with_live=with_live)

    def delete(connection: Connection) -> int:
        if with_logs:
            log_repository.delete_execution_logs(connection, execution_ids)
        if with_metrics:
            log_repository.delete_execution_metrics(connection, execution_ids)
        return repository.delete_executions(connection, execution_ids)

    await environment.transport.discard(execution_ids)
    count = await environment.database.write(delete)
    if with_files:
        for execution in executions:
            prefix = execution_directory(execution.namespace, execution.flow_id, execution.id)
            await asyncio.to_thread(environment.storage.delete_prefix, prefix)
    return count


def may_see(actor: Actor, execution: Execution) -> bool:
    """Tell whether the execution is there for the actor: to others it is as if it were not."""
    return actor.may(Resource.EXECUTION, Action.READ, execution.namespace)


def not_found(execution_id: str) -> Violation:
    """Say that one of many is not there."""
    return Violation("execution not found", path=execution_id, code="not-found")


async def _find_deletable(
    environment: Environment, actor: Actor, execution_ids: Sequence[str], *, with_live: bool
) -> list[Execution]:
    found = await environment.database.read(
        lambda connection: [(one, repository.find_execution(connection, one)) for one in execution_ids]
    )
    executions = [execution for _, execution in found if execution is not None and may_see(actor, execution)]
    for execution in executions:
        actor.require(Resource.EXECUTION, Action.DELETE, execution.namespace)
    known = {execution.id for execution in executions}
    wrong = [not_found(one) for one in execution_ids if one not in known]
    if not with_live:
        wrong += [
            Violation(f"execution has not ended, it is {one.state}", path=one.id, code="conflict")
            for one in executions
            if not one.is_over
        ]
    if wrong:
        raise InvalidError(wrong)
    return executions


async def delete_execution(
    environment: Environment,
    actor: Actor,
    execution_id: str,
    *,
    with_logs: bool = True,
    with_metrics: bool = True,
    with_files: bool = True,
) -> None:
    """Remove one execution.

    Raises:
        NotFoundError: There is none.
        ConflictError: It has not ended.
    """
    found = await get_execution(environment, actor, execution_id)
    if not found.execution.is_over:
        raise ConflictError(f"Execution {execution_id} is {found.execution.state}; kill it before you delete it")
    await delete_executions(
        environment,
        actor,
        [execution_id],
        with_logs=with_logs,
        with_metrics=with_metrics,
        with_files=with_files,
    )


async def _follow(environment: Environment, actor: Actor, execution_id: str) -> AsyncIterator[ExecutionDetails]:
    with environment.streams.subscribe(execution_id) as subscription:
        found = await _await_appearance(environment, actor, execution_id, subscription)
        yield found
        execution = found.execution
        task_runs = {run.id: run for run in found.task_runs}
        while not execution.is_over:
            change = await subscription.next()
            if change is None:
                return
            if isinstance(change, ChangeMissed):
                found = await get_execution(environment, actor, execution_id)
                execution, task_runs = found.execution, {run.id: run for run in found.task_runs}
            elif isinstance(change, ExecutionChanged) and change.execution.version >= execution.version:
                execution = change.execution
                _apply(task_runs, change)
            else:
                continue
            yield ExecutionDetails(execution, sorted(task_runs.values(), key=lambda run: run.number))


def _apply(task_runs: dict[str, TaskRun], change: ExecutionChanged) -> None:
    task_runs.update({run.id: run for run in change.task_runs})
    for gone in change.removed:
        task_runs.pop(gone, None)


async def _await_appearance(
    environment: Environment, actor: Actor, execution_id: str, subscription: Subscription
) -> ExecutionDetails:
    """Wait as long for one that may not be seen as for one that is not there, whatever happens to it meanwhile."""
    try:
        async with asyncio.timeout(_APPEARS_WITHIN_SECONDS):
            while True:
                try:
                    return await get_execution(environment, actor, execution_id)
                except NotFoundError:
                    if await subscription.next() is None:
                        break
    except TimeoutError:
        pass
    return await get_execution(environment, actor, execution_id)


def _read(connection: Connection, execution_id: str) -> ExecutionDetails:
    execution = repository.get_execution(connection, execution_id)
    return ExecutionDetails(execution, list_task_runs(connection, execution_id))
