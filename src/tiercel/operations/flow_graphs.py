"""The graphs of flows: of a text that is not saved, of a stored revision, of what an execution runs."""

from __future__ import annotations

from collections.abc import Sequence

from tiercel.engine.graph import Graph, build_graph
from tiercel.errors import InvalidError, NotFoundError
from tiercel.model.dialect import DialectSetting
from tiercel.model.flow import Flow
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.executions import get_execution
from tiercel.operations.flows import FlowKey, load_flow
from tiercel.operations.parsing import parse


@operation(Resource.FLOW, Action.READ)
async def draw_text(
    environment: Environment,
    actor: Actor,
    source: str,
    *,
    dialect: DialectSetting | None = None,
    expanded: Sequence[str] = (),
) -> Graph:
    """Draw a flow without saving it.

    Args:
        environment: Of the installation.
        actor: Who asks.
        source: The text.
        dialect: What it is to be read as; None = the setting of the installation.
        expanded: Uids of Subflow tasks to draw with the flow they start.

    Raises:
        InvalidError: The text is no valid flow.
        NotFoundError: An expanded uid is no Subflow task, or its flow does not exist.
    """
    parsed = parse(environment, source, dialect)
    if parsed.flow is None:
        raise InvalidError(parsed.errors)
    return await _draw(environment, actor, parsed.flow, expanded)


@operation(Resource.FLOW, Action.READ)
async def draw_flow(
    environment: Environment, actor: Actor, key: FlowKey, revision: int | None = None, *, expanded: Sequence[str] = ()
) -> Graph:
    """Draw a stored revision, the last one when None.

    Raises:
        NotFoundError: There is no such flow, revision or expanded task.
    """
    actor.require(Resource.FLOW, Action.READ, key[0])
    return await _draw(environment, actor, await load_flow(environment, key, revision), expanded)


@operation(Resource.EXECUTION, Action.READ)
async def draw_execution(
    environment: Environment, actor: Actor, execution_id: str, *, expanded: Sequence[str] = ()
) -> Graph:
    """Draw the flow at the revision that an execution runs.

    Raises:
        NotFoundError: There is no such execution or expanded task.
    """
    execution = (await get_execution(environment, actor, execution_id)).execution
    flow = await load_flow(environment, (execution.namespace, execution.flow_id), execution.revision)
    return await _draw(environment, actor, flow, expanded)


async def _draw(environment: Environment, actor: Actor, flow: Flow, expanded: Sequence[str]) -> Graph:
    """Expand from the outside in: a task inside of an expanded flow is found only once that is drawn."""
    flows: dict[str, Flow] = {}
    graph = build_graph(flow)
    for uid in sorted(expanded, key=len):
        key = _flow_started_by(graph, uid)
        actor.require(Resource.FLOW, Action.READ, key[0])
        flows[uid] = await load_flow(environment, key)
        graph = build_graph(flow, flows)
    return graph


def _flow_started_by(graph: Graph, uid: str) -> FlowKey:
    for node in graph.nodes:
        if node.uid == uid and node.task is not None and node.task.control == "subflow":
            properties = node.task.properties
            return str(properties.get("namespace", "")), str(properties.get("flowId", ""))
    raise NotFoundError("subflow task", uid)
