"""Running a task that another task describes; what hosts answer ``tasks.run`` with."""

from __future__ import annotations

from collections.abc import Awaitable

from tiercel.errors import InvalidError, NotFoundError
from tiercel.expressions import Context
from tiercel.model.flow import TaskKind
from tiercel.plugins.context import RunContext
from tiercel.plugins.failure import TaskError
from tiercel.plugins.plan import plan_properties
from tiercel.plugins.registry import Registry
from tiercel.plugins.task import Task, TaskResult
from tiercel.source.reader import read_yaml


def run_described(
    registry: Registry, spec: str, ctx: RunContext, context: Context
) -> TaskResult | Awaitable[TaskResult]:
    """Run the runnable task a YAML text describes, in the place of the task that asks for it.

    Args:
        registry: Where its type is looked up.
        spec: The task: a map with ``type`` and properties; common properties have no effect.
        ctx: Of the run.
        context: For its expressions.

    Raises:
        TaskError: It is no such task.
        InvalidError: A property is wrong.
    """
    document = read_yaml(spec)
    if document.violations:
        raise InvalidError(document.violations)
    written = document.data
    if not isinstance(written, dict) or not isinstance(written.get("type"), str):
        raise TaskError("The templated task must be a runnable task: a map with a type")
    name: str = written["type"]
    plugin = registry.find_class(name)
    if plugin is None:
        raise NotFoundError("task type", name)
    if plugin.declaration.task_kind is not TaskKind.RUNNABLE or not issubclass(plugin, Task):
        raise TaskError("The templated task must be a runnable task")
    if plugin.declaration.type == ctx.facts.task_type:
        raise TaskError(f"The templated task cannot be of type '{plugin.declaration.type}'")
    return plan_properties(plugin, written, ctx.dialect).render(context).run(ctx)
