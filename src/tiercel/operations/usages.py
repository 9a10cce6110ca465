"""What an installation holds, counted: the flows with what they use, and the executions of each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from tiercel.engine.relations import all_tasks
from tiercel.errors import InvalidError
from tiercel.model.flow import Flow
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.flow_search import list_stored
from tiercel.operations.flows import load_flow
from tiercel.repository import usages as repository
from tiercel.repository.query import Condition
from tiercel.repository.usages import Day

_DAYS = 30
_DAY_MICROS = 86_400 * 1_000_000


class Deprecated(Struct, frozen=True):
    """A task whose type goes by another name now, or has no successor when None."""

    task_id: str
    type: str
    replacement: str | None


class FlowUsage(Struct, frozen=True):
    """Flows by what they use; ``parts`` says how many have each part of a flow."""

    count: int
    namespaces: int
    task_types: dict[str, int]
    trigger_types: dict[str, int]
    input_types: dict[str, int]
    parts: dict[str, int]


class Usage(Struct, frozen=True):
    """Flows, and the executions of the last 30 days, oldest first."""

    flows: FlowUsage
    days: list[Day]


@operation(Resource.INSTANCE, Action.READ)
async def count_usage(environment: Environment, actor: Actor) -> Usage:
    """Count the flows and executions that may be read."""
    flows = await list_parsed(environment, actor)
    since = environment.clock() // _DAY_MICROS * _DAY_MICROS - (_DAYS - 1) * _DAY_MICROS
    namespaces = actor.namespaces(Resource.EXECUTION, Action.READ)
    days = await environment.database.read(
        lambda connection: repository.count_days(connection, since=since, namespaces=namespaces)
    )
    return Usage(_count(flows), days)


@operation(Resource.FLOW, Action.READ)
async def list_deprecated(
    environment: Environment, actor: Actor, namespace: str | None = None
) -> list[tuple[Flow, list[Deprecated]]]:
    """Give the flows with tasks of types that should no longer be written, of one namespace or all."""
    flows = await list_parsed(environment, actor)
    found = ((flow, _deprecated(environment, flow)) for flow in flows if namespace in {None, flow.namespace})
    return [(flow, tasks) for flow, tasks in found if tasks]


async def list_parsed(environment: Environment, actor: Actor, where: tuple[Condition, ...] = ()) -> list[Flow]:
    """Give every flow that may be read, ready to run; those that no longer parse are left out."""
    flows = []
    for stored in await list_stored(environment, actor, where):
        try:
            flows.append(await load_flow(environment, (stored.namespace, stored.id), stored.revision))
        except InvalidError:
            continue
    return flows


def _deprecated(environment: Environment, flow: Flow) -> list[Deprecated]:
    found = []
    for task in all_tasks(flow):
        facts = environment.types.find_type(task.declared_type)
        if task.declared_type != task.type:
            found.append(Deprecated(task.id, task.declared_type, task.type))
        elif facts is not None and facts.is_deprecated:
            found.append(Deprecated(task.id, task.declared_type, None))
    return found


def _count(flows: list[Flow]) -> FlowUsage:
    parts: Counter[str] = Counter()
    for flow in flows:
        parts.update(name for name, value in _parts_of(flow) if value)
    return FlowUsage(
        count=len(flows),
        namespaces=len({flow.namespace for flow in flows}),
        task_types=dict(Counter(task.type for flow in flows for task in all_tasks(flow))),
        trigger_types=dict(Counter(trigger.type for flow in flows for trigger in flow.triggers)),
        input_types=dict(Counter(declared.type for flow in flows for declared in flow.inputs)),
        parts=dict(parts),
    )


def _parts_of(flow: Flow) -> Iterable[tuple[str, object]]:
    return (
        ("Inputs", flow.inputs),
        ("Outputs", flow.outputs),
        ("Labels", flow.labels),
        ("Variables", flow.variables),
        ("Errors", flow.errors),
        ("Finally", flow.finally_),
        ("AfterExecution", flow.after_execution),
        ("Triggers", flow.triggers),
        ("Concurrency", flow.concurrency),
        ("Retry", flow.retry),
        ("Sla", flow.slas),
        ("Checks", flow.checks),
    )
