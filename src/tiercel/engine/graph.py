"""The graph of a flow, as drawn: nodes, edges and clusters, from the flow alone.

Every flowable is a cluster of its own: a start node, the task, its children and an end node. Triggers are one cluster
that leads to the start. Ids are dotted paths of task ids from ``root``; those of start and end nodes begin with a dash,
which no task id can.

Source: counts and relations are those of the conformance area ``graph``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct, field

from tiercel.model.flow import Flow, TaskDefinition, TaskKind, TriggerDefinition


class Relation(StrEnum):
    """Why one node follows another."""

    SEQUENTIAL = "SEQUENTIAL"
    PARALLEL = "PARALLEL"
    CHOICE = "CHOICE"
    DYNAMIC = "DYNAMIC"
    ERROR = "ERROR"


class BranchType(StrEnum):
    """What a node outside the main list is for."""

    ERROR = "ERROR"
    FINALLY = "FINALLY"
    AFTER_EXECUTION = "AFTER_EXECUTION"


class Node(Struct, kw_only=True):
    """One node; exactly one of ``task`` and ``trigger`` is set unless it only starts or ends a cluster.

    ``type`` is the class name that API clients switch on, without its package.
    """

    uid: str
    type: str
    task: TaskDefinition | None = None
    trigger: TriggerDefinition | None = None
    branch_type: BranchType | None = None


class Edge(Struct, frozen=True, kw_only=True):
    """One arrow; ``value`` is the case of a choice."""

    source: str
    target: str
    relation: Relation = Relation.SEQUENTIAL
    value: str | None = None


class Cluster(Struct, kw_only=True):
    """What is drawn as one box; ``parents`` from the outermost."""

    uid: str
    type: str
    parents: tuple[str, ...]
    start: str
    end: str
    task: TaskDefinition | None = None
    nodes: list[str] = field(default_factory=list)
    branch_type: BranchType | None = None


class Graph(Struct, kw_only=True):
    """A whole graph; ``flowables`` are the uids of flowable tasks."""

    nodes: list[Node] = field(default_factory=list)
    edges: list[Edge] = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    flowables: list[str] = field(default_factory=list)


RELATIONS: Mapping[str, Relation] = {
    "parallel": Relation.PARALLEL,
    "dag": Relation.PARALLEL,
    "if": Relation.CHOICE,
    "switch": Relation.CHOICE,
    "foreach": Relation.DYNAMIC,
    "each_sequential": Relation.DYNAMIC,
    "each_parallel": Relation.DYNAMIC,
    "loop": Relation.DYNAMIC,
}
AT_ONCE = frozenset({"parallel", "each_parallel"})
SIDE_LISTS: tuple[tuple[str, BranchType], ...] = (
    ("finally", BranchType.FINALLY),
    ("afterExecution", BranchType.AFTER_EXECUTION),
)


def build_graph(flow: Flow, expanded: Mapping[str, Flow] | None = None) -> Graph:
    """Draw a flow.

    Args:
        flow: What to draw.
        expanded: Flows to draw in place of a Subflow task, by the uid of its node.
    """
    builder = _Builder(expanded or {})
    builder.flow(flow, "root", (), builder.node("root.-start", "GraphClusterRoot"), "root.-end")
    builder.node("root.-end", "GraphClusterEnd")
    return builder.graph


class _Link(Struct, frozen=True, kw_only=True):
    """How the tasks of a list are joined: to what leads to the first, and among themselves."""

    first: Relation = Relation.SEQUENTIAL
    inner: Relation = Relation.SEQUENTIAL
    value: str | None = None


class _Builder:
    """Collects the graph while walking the task lists once."""

    def __init__(self, expanded: Mapping[str, Flow]) -> None:
        self.graph = Graph()
        self.expanded = expanded
        self.open: list[Cluster] = []
        self.branch: BranchType | None = None

    def node(self, uid: str, type_: str, **what: TaskDefinition | TriggerDefinition) -> str:
        """Add a node to the graph and to the innermost open cluster."""
        task, trigger = what.get("task"), what.get("trigger")
        self.graph.nodes.append(
            Node(
                uid=uid,
                type=type_,
                task=task if isinstance(task, TaskDefinition) else None,
                trigger=trigger if isinstance(trigger, TriggerDefinition) else None,
                branch_type=self.branch,
            )
        )
        if self.open:
            self.open[-1].nodes.append(uid)
        return uid

    def edge(
        self, source: str, target: str, relation: Relation = Relation.SEQUENTIAL, value: str | None = None
    ) -> None:
        self.graph.edges.append(Edge(source=source, target=target, relation=relation, value=value))

    def flow(self, flow: Flow, path: str, parents: tuple[str, ...], start: str, end: str) -> None:
        """Draw all lists of a flow between two nodes."""
        if flow.triggers:
            self.triggers(flow.triggers, f"{path}.Triggers", parents, start)
        lists = {"errors": flow.errors, "finally": flow.finally_, "afterExecution": flow.after_execution}
        self.lists(lists, path, start, end, lambda last: self.chain(flow.tasks, path, start, last))

    def triggers(self, triggers: Sequence[TriggerDefinition], path: str, parents: tuple[str, ...], target: str) -> None:
        cluster = self.enter(path, "GraphCluster", parents)
        self.node(cluster.start, "GraphClusterRoot")
        for trigger in triggers:
            uid = self.node(f"{path}.{trigger.id}", "GraphTrigger", trigger=trigger)
            self.edge(cluster.start, uid)
            self.edge(uid, cluster.end)
        self.node(cluster.end, "GraphClusterEnd")
        self.open.pop()
        self.edge(cluster.end, target)

    def enter(self, uid: str, type_: str, parents: tuple[str, ...], task: TaskDefinition | None = None) -> Cluster:
        cluster = Cluster(
            uid=f"cluster_{uid}",
            type=type_,
            parents=parents,
            start=f"{uid}.-start",
            end=f"{uid}.-end",
            task=task,
            branch_type=self.branch,
        )
        self.graph.clusters.append(cluster)
        self.open.append(cluster)
        return cluster

    def lists(
        self,
        lists: Mapping[str, Sequence[TaskDefinition]],
        path: str,
        start: str,
        end: str,
        draw_main: Callable[[str], None],
    ) -> None:
        """Draw the main list, its errors beside it, then what follows both; the last of it leads to ``end``."""
        sides = [(tasks, branch) for name, branch in SIDE_LISTS if (tasks := lists.get(name, ()))]
        targets = [*(_entry(tasks[0], path) for tasks, _ in sides), end]
        draw_main(targets[0])
        outer = self.branch
        if errors := lists.get("errors", ()):
            self.branch = BranchType.ERROR
            self.chain(errors, path, start, targets[0], _Link(first=Relation.ERROR))
        for (tasks, branch), following in zip(sides, targets[1:], strict=True):
            self.branch = branch
            self.chain(tasks, path, None, following)
        self.branch = outer

    def chain(
        self, tasks: Sequence[TaskDefinition], path: str, start: str | None, end: str, link: _Link | None = None
    ) -> None:
        """Draw tasks one after another; without ``start`` the first one's arrow is drawn by who leads to it."""
        link = link or _Link()
        if not tasks and start is not None:
            self.edge(start, end, link.first, link.value)
        previous, relation, value = start, link.first, link.value
        for task in tasks:
            entry, leaving = self.task(task, path)
            if previous is not None:
                self.edge(previous, entry, relation, value)
            previous, relation, value = leaving, link.inner, None
        if tasks and previous is not None:
            self.edge(previous, end)

    def task(self, task: TaskDefinition, path: str) -> tuple[str, str]:
        """Draw one task; the uids where arrows enter and leave it."""
        uid = f"{path}.{task.id}"
        subflow = self.expanded.get(uid)
        if subflow is None and not _is_cluster(task):
            type_ = "SubflowGraphTask" if task.control == "subflow" else "GraphTask"
            return self.node(uid, type_, task=task), uid
        cluster = self.enter(uid, "SubflowGraphCluster" if subflow else "GraphCluster", self.parents(), task)
        self.node(cluster.start, "GraphClusterRoot")
        self.node(uid, "SubflowGraphTask" if subflow else "GraphTask", task=task)
        self.edge(cluster.start, uid)
        if subflow is not None:
            self.flow(subflow, uid, self.parents(), uid, cluster.end)
        else:
            self.graph.flowables.append(uid)
            self.lists(task.branches, uid, uid, cluster.end, lambda last: self.children(task, uid, last))
        self.node(cluster.end, "GraphClusterEnd")
        self.open.pop()
        return cluster.start, cluster.end

    def parents(self) -> tuple[str, ...]:
        return tuple(cluster.uid for cluster in self.open)

    def children(self, task: TaskDefinition, uid: str, end: str) -> None:
        """Draw the main branches of a flowable between its own node and ``end``."""
        relation = RELATIONS.get(task.control, Relation.SEQUENTIAL)
        branches = [(name, tasks) for name, tasks in task.branches.items() if name not in ("errors", "finally")]
        if task.control == "dag":
            self.dag(task.branches.get("tasks", ()), uid, end)
        elif task.control in AT_ONCE:
            for child in task.branches.get("tasks", ()):
                self.chain((child,), uid, uid, end, _Link(first=relation))
        elif relation is Relation.CHOICE:
            for name, tasks in branches:
                self.chain(tasks, uid, uid, end, _Link(first=relation, value=name.removeprefix("cases.")))
        else:
            children = [child for _, tasks in branches for child in tasks]
            self.chain(children, uid, uid, end, _Link(first=relation, inner=relation))

    def dag(self, tasks: Sequence[TaskDefinition], uid: str, end: str) -> None:
        ends = {task.id: self.task(task, uid) for task in tasks}
        awaited = {name for task in tasks for name in task.depends_on}
        for task in tasks:
            entry, leaving = ends[task.id]
            for name in task.depends_on:
                self.edge(ends[name][1], entry)
            if not task.depends_on:
                self.edge(uid, entry, Relation.PARALLEL)
            if task.id not in awaited:
                self.edge(leaving, end)


def _entry(task: TaskDefinition, path: str) -> str:
    uid = f"{path}.{task.id}"
    return f"{uid}.-start" if _is_cluster(task) else uid


def _is_cluster(task: TaskDefinition) -> bool:
    return task.kind is TaskKind.FLOWABLE and any(task.branches.values())
