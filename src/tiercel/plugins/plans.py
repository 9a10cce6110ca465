"""Plans kept for the tasks of flows in use."""

from __future__ import annotations

from collections import OrderedDict

from tiercel.model.dialect import Dialect
from tiercel.model.flow import TaskDefinition
from tiercel.plugins.plan import PropertyPlan, plan_properties
from tiercel.plugins.registry import Registry
from tiercel.plugins.task import Task


class Plans:
    """The plans of task definitions, made on first use, the least recently used dropped first.

    A definition is known by its identity: keep flows, and ask with the same definition again. Not for use by several
    threads at once.
    """

    def __init__(self, registry: Registry, *, capacity: int = 10_000) -> None:
        self._registry = registry
        self._capacity = capacity
        self._edition = registry.edition
        self._plans: OrderedDict[tuple[int, Dialect], tuple[TaskDefinition, PropertyPlan[Task]]] = OrderedDict()

    def get_plan(self, definition: TaskDefinition, dialect: Dialect) -> PropertyPlan[Task]:
        """Give the plan of a task.

        Raises:
            NotFoundError: Its type is not installed, or cannot be run.
            ExpressionError: A template cannot be compiled.
            InvalidError: A literal is none its property can have.
        """
        if self._edition != self._registry.edition:
            self._plans.clear()  # a plugin was loaded anew: its plans make instances of classes that are gone
            self._edition = self._registry.edition
        key = (id(definition), dialect)
        entry = self._plans.get(key)
        if entry is not None:
            self._plans.move_to_end(key)
            return entry[1]
        plan = plan_properties(
            self._registry.get_task(definition.type, definition.version), definition.properties, dialect
        )
        self._plans[key] = (definition, plan)  # the definition is held, so its identity stays its own
        if len(self._plans) > self._capacity:
            self._plans.popitem(last=False)
        return plan

    def is_update(self, definition: TaskDefinition) -> bool:
        """Tell whether a task only asks for a change of its own execution, so that it has not run when it fails."""
        plugin = self._registry.find_class(definition.type, definition.version)
        return plugin is not None and plugin.declaration.is_update
