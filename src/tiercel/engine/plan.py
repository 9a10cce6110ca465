"""A flow made ready for deciding: every task by id, with its place, its enabled children and its retry."""

from __future__ import annotations

from collections.abc import Iterator

from tiercel.engine.rules import RULES, Rules
from tiercel.model.flow import Flow, FlowOutput, Retry, TaskDefinition, TaskKind

Tasks = tuple[TaskDefinition, ...]

MAIN = "tasks"
ERRORS = "errors"
FINALLY = "finally"
AFTER = "afterExecution"
LISTENERS = "listeners."
PROMISES = "sla/"
"""Begins the keys of timers, and the purposes of what is evaluated, for the promises of a flow."""

ROOT: None = None
"""Stands for the flow itself where the id of a task is asked for."""


class Plan:
    """What deciding needs to know of one flow revision; immutable, so that many runs share one.

    Attributes:
        tasks: Every task by id, disabled ones included.
        parents: The id of the flowable each task stands in; None at the top.
        retries: The retry that applies to a task, its own or inherited.
        after_sections: The lists that run after the end of an execution, in order.
        deadlines: Promises on how long an execution lasts, each with its place among all promises.
        assertions: Promises on what holds at each change, likewise.
    """

    __slots__ = (
        "_lists",
        "_outputs",
        "after_sections",
        "assertions",
        "deadlines",
        "flow",
        "parents",
        "retries",
        "rules",
        "tasks",
    )

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.rules: Rules = RULES[flow.dialect]
        self.tasks: dict[str, TaskDefinition] = {}
        self.parents: dict[str, str | None] = {}
        self.retries: dict[str, Retry | None] = {}
        self.after_sections = (*(LISTENERS + listener.id for listener in flow.listeners), AFTER)
        promises = tuple(enumerate(flow.slas))
        self.deadlines = tuple(one for one in promises if one[1].duration is not None)
        self.assertions = tuple(one for one in promises if one[1].assertion is not None)
        self._lists: dict[tuple[str | None, str], Tasks] = {}
        self._outputs: dict[str | None, tuple[FlowOutput, ...]] = {ROOT: flow.outputs}
        for section, tasks in _root_lists(flow):
            self._add(ROOT, section, tasks, flow.retry)

    def children(self, owner: str | None, section: str) -> Tasks:
        """The enabled tasks of one list of a flowable, or of the flow (owner None), in order."""
        return self._lists.get((owner, section), ())

    def outputs_of(self, owner: str | None) -> tuple[FlowOutput, ...]:
        """The outputs declared by a Loop for its iterations, or by the flow."""
        return self._outputs.get(owner, ())

    def has_list(self, owner: str | None, section: str) -> bool:
        """Whether the list is there at all and not empty, be its tasks disabled."""
        return (owner, section) in self._lists

    def _add(self, owner: str | None, section: str, tasks: Tasks, retry: Retry | None) -> None:
        if not tasks:
            return
        self._lists[owner, section] = tuple(task for task in tasks if not task.is_disabled)
        for task in tasks:
            inherited = task.retry or retry
            self.tasks[task.id] = task
            self.parents[task.id] = owner
            self.retries[task.id] = None if task.kind is TaskKind.FLOWABLE else inherited
            if task.control == "loop":
                self._outputs[task.id] = _loop_outputs(task)
            for name, branch in task.branches.items():
                self._add(task.id, name, branch, inherited)


def _root_lists(flow: Flow) -> Iterator[tuple[str, Tasks]]:
    yield MAIN, flow.tasks
    yield ERRORS, flow.errors
    yield FINALLY, flow.finally_
    yield AFTER, flow.after_execution
    for listener in flow.listeners:
        yield LISTENERS + listener.id, listener.tasks


def _loop_outputs(task: TaskDefinition) -> tuple[FlowOutput, ...]:
    declared = task.properties.get("outputs")
    return tuple(
        FlowOutput(
            id=str(entry.get("id")),
            type=entry.get("type"),
            value=entry.get("value"),
            is_required=entry.get("required") is not False,
        )
        for entry in (declared if isinstance(declared, list) else ())
    )
