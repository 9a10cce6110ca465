"""Graphs of flows, as clients of both published versions draw them."""

from __future__ import annotations

from tiercel.engine.graph import Cluster, Edge, Graph, Node
from tiercel.model.flow import TaskDefinition, TriggerDefinition
from tiercel.model.json import Json

_PACKAGE = "io.kestra.core.models.hierarchies."


def graph_shape(graph: Graph, *, is_trimmed: bool = False) -> dict[str, Json]:
    """Give a graph.

    Args:
        graph: What to show.
        is_trimmed: Give tasks by name and type only, for those who may see executions and not flows.
    """
    return {
        "nodes": [_node_shape(node, is_trimmed=is_trimmed) for node in graph.nodes],
        "edges": [_edge_shape(edge) for edge in graph.edges],
        "clusters": [_cluster_shape(cluster, is_trimmed=is_trimmed) for cluster in graph.clusters],
        "flowables": list(graph.flowables),
    }


def _node_shape(node: Node, *, is_trimmed: bool) -> dict[str, Json]:
    shape: dict[str, Json] = {"uid": node.uid, "type": _PACKAGE + node.type}
    if node.branch_type is not None:
        shape["branchType"] = node.branch_type
    if node.task is not None:
        shape["task"] = _task_shape(node.task, is_trimmed=is_trimmed)
    if node.trigger is not None:
        shape["triggerDeclaration"] = shape["trigger"] = _trigger_shape(node.trigger, is_trimmed=is_trimmed)
    return shape


def _edge_shape(edge: Edge) -> dict[str, Json]:
    relation: dict[str, Json] = {"relationType": edge.relation}
    if edge.value is not None:
        relation["value"] = edge.value
    return {"source": edge.source, "target": edge.target, "relation": relation}


def _cluster_shape(cluster: Cluster, *, is_trimmed: bool) -> dict[str, Json]:
    inner: dict[str, Json] = {"uid": cluster.uid, "type": _PACKAGE + cluster.type}
    if cluster.branch_type is not None:
        inner["branchType"] = cluster.branch_type
    if cluster.task is not None:
        inner["taskNode"] = {
            "uid": cluster.uid.removeprefix("cluster_"),
            "type": _PACKAGE + "GraphTask",
            "task": _task_shape(cluster.task, is_trimmed=is_trimmed),
        }
    return {
        "cluster": inner,
        "nodes": list(cluster.nodes),
        "parents": list(cluster.parents),
        "start": cluster.start,
        "end": cluster.end,
    }


def _task_shape(task: TaskDefinition, *, is_trimmed: bool) -> dict[str, Json]:
    shape: dict[str, Json] = {} if is_trimmed else dict(task.properties)
    shape |= {"id": task.id, "type": task.declared_type}
    if task.is_disabled:
        shape["disabled"] = True
    if task.description is not None:
        shape["description"] = task.description
    if task.run_if and not is_trimmed:
        shape["runIf"] = task.run_if
    return shape


def _trigger_shape(trigger: TriggerDefinition, *, is_trimmed: bool) -> dict[str, Json]:
    shape: dict[str, Json] = {} if is_trimmed else dict(trigger.properties)
    shape |= {"id": trigger.id, "type": trigger.declared_type}
    if trigger.is_disabled:
        shape["disabled"] = True
    return shape
