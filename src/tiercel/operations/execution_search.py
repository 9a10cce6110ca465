"""Finding executions, and acting on many of them at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from msgspec import Struct

from tiercel.errors import ConflictError, InvalidArgumentError, InvalidError, NotFoundError, Violation
from tiercel.model.execution import Execution
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.executions import may_see, not_found
from tiercel.operations.visibility import only_visible, visible
from tiercel.repository import lists
from tiercel.repository.connection import Connection
from tiercel.repository.executions import find_execution
from tiercel.repository.query import Condition, Page, Query
from tiercel.repository.records import AverageDuration


class PartlyDoneError(InvalidError):
    """Some of many could not be done; the others are."""


class Deed(Struct, frozen=True, kw_only=True):
    """What is done to each of many executions, and what is asked of all of them before.

    Attributes:
        act: What is done.
        needs: The right it takes in the namespace of each.
        refusal: Says of one, as it is stored, why that is not possible; nothing when it is.
        check: Looks closer at one that its state allows it for, and raises what acting would raise.
    """

    act: Callable[[str], Awaitable[object]]
    needs: Action = Action.UPDATE
    refusal: Callable[[Execution], str] = lambda _: ""
    check: Callable[[str], Awaitable[object]] | None = None


@operation(Resource.EXECUTION, Action.READ)
async def search_executions(environment: Environment, actor: Actor, query: Query) -> Page[Execution]:
    """Give one page of executions, newest first unless another order is asked for.

    Raises:
        InvalidError: A filter or order is unknown.
    """
    query = only_visible(actor, Resource.EXECUTION, query)
    return await environment.database.read(lambda connection: lists.search_executions(connection, query))


@operation(Resource.EXECUTION, Action.READ)
async def list_ids(environment: Environment, actor: Actor, where: Sequence[Condition]) -> list[str]:
    """Give the ids of all executions that fulfil the conditions, up to ten thousand, oldest first.

    Raises:
        InvalidError: A filter is unknown.
    """
    where = (*where, *visible(actor, Resource.EXECUTION))
    return await environment.database.read(lambda connection: lists.list_execution_ids(connection, where))


@operation(Resource.EXECUTION, Action.READ)
async def list_latest(
    environment: Environment, actor: Actor, flows: Sequence[tuple[str, str]], each: int = 1
) -> list[Execution]:
    """Give the newest executions of each flow that has some, up to ``each`` of one, newest first."""
    found = await environment.database.read(
        lambda connection: lists.list_latest_executions(connection, flows, each=each)
    )
    return [one for one in found if actor.may(Resource.EXECUTION, Action.READ, one.namespace)]


@operation(Resource.EXECUTION, Action.READ)
async def list_namespaces(environment: Environment, actor: Actor) -> list[str]:
    """Name the namespaces that have executions, in order."""
    found = await environment.database.read(lists.list_execution_namespaces)
    return [namespace for namespace in found if actor.may(Resource.EXECUTION, Action.READ, namespace)]


@operation(Resource.EXECUTION, Action.UPDATE)
async def act_on_many(environment: Environment, actor: Actor, execution_ids: Sequence[str], deed: Deed) -> int:
    """Do the same to several executions; gives how many there were.

    Raises:
        ForbiddenError: One of them may be seen only; nothing is done.
        PartlyDoneError: Some changed meanwhile; the others are done.
        InvalidError: Some are unknown or refused; nothing is done.
    """

    def unfit(connection: Connection) -> list[Violation]:
        found = [(one, find_execution(connection, one)) for one in execution_ids]
        seen = {one: execution for one, execution in found if execution is not None and may_see(actor, execution)}
        for execution in seen.values():
            actor.require(Resource.EXECUTION, deed.needs, execution.namespace)
        missing = [not_found(one) for one in execution_ids if one not in seen]
        told = ((one, deed.refusal(execution)) for one, execution in seen.items())
        return missing + [Violation(why, path=one, code="conflict") for one, why in told if why]

    refused = await environment.database.read(unfit)
    if deed.check is not None:
        known = {violation.path for violation in refused}
        refused += await _refused([one for one in execution_ids if one not in known], deed.check)
    if refused:
        raise InvalidError(refused)
    refused = await _refused(execution_ids, deed.act)
    if refused:
        raise (InvalidError if len(refused) == len(execution_ids) else PartlyDoneError)(refused)
    return len(execution_ids)


async def _refused(execution_ids: Sequence[str], act: Callable[[str], Awaitable[object]]) -> list[Violation]:
    """Call something with each, and give what it refused."""
    refused: list[Violation] = []
    for one in execution_ids:
        try:
            await act(one)
        except (ConflictError, InvalidError, NotFoundError) as error:
            code = "invalid-entity" if isinstance(error, InvalidError) else "conflict"
            refused.append(Violation(str(error), path=one, code=code))
    return refused


def _trigger_execution(execution: Execution) -> list[str]:
    found = execution.trigger.variables.get("executionId") if execution.trigger is not None else None
    return [str(found)] if found else []


_VALUES: dict[str, Callable[[Execution], list[str]]] = {
    "namespace": lambda execution: [execution.namespace],
    "flowId": lambda execution: [execution.flow_id],
    "state": lambda execution: [execution.state],
    "labels": lambda execution: [f"{key}:{value}" for key, value in execution.labels],
    "kind": lambda execution: [execution.kind],
    "parentId": lambda execution: [execution.parent_id] if execution.parent_id else [],
    "originalId": lambda execution: [execution.original_id] if execution.original_id else [],
    "triggerExecutionId": _trigger_execution,
}


@operation(Resource.EXECUTION, Action.READ)
async def list_values(
    environment: Environment, actor: Actor, field: str, where: tuple[Condition, ...], limit: int
) -> list[str]:
    """Name the values of a field among the newest executions that fulfil the conditions, in order.

    Raises:
        InvalidError: The field has no list of values, or a filter is unknown.
    """
    read = _VALUES.get(field)
    if read is None:
        raise InvalidArgumentError(
            [Violation(f"'{field}' has no values to list", path="field", hint=", ".join(_VALUES))]
        )
    page = await search_executions(environment, actor, Query(where=where, size=1000, count_up_to=0))
    return sorted({value for execution in page.items for value in read(execution)})[:limit]


@operation(Resource.EXECUTION, Action.READ)
async def average_duration(environment: Environment, actor: Actor, key: tuple[str, str]) -> AverageDuration:
    """Tell how long the last hundred executions of a flow that succeeded took on average."""
    actor.require(Resource.EXECUTION, Action.READ, key[0])
    return await environment.database.read(lambda connection: lists.average_duration(connection, *key))
