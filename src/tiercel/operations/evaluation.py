"""Expressions tried out in the context of an execution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tiercel.engine.context import variables
from tiercel.engine.plan import Plan
from tiercel.engine.run import Run
from tiercel.errors import ExpressionError, NotFoundError
from tiercel.expressions.context import Host
from tiercel.expressions.template import compile_template
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.executions import get_execution
from tiercel.operations.flows import load_flow
from tiercel.operations.hiding import masks_of
from tiercel.operations.outside import expression_context, with_host, world_of


@operation(Resource.EXECUTION, Action.UPDATE, is_change=False)
async def evaluate(
    environment: Environment, actor: Actor, execution_id: str, task_run_id: str | None, text: str
) -> str:
    """Render a text as a task of the execution would.

    Values that are kept encrypted stay so, and the secrets of the execution and the installation are masked.

    Raises:
        NotFoundError: There is no such execution or task run.
        ExpressionError: The text cannot be rendered.
    """
    found = await get_execution(environment, actor, execution_id)
    execution = found.execution
    # Expressions reach secrets and other hosts: who may only look could send the ones to the others.
    actor.require(Resource.EXECUTION, Action.UPDATE, execution.namespace)
    flow = await load_flow(environment, (execution.namespace, execution.flow_id), execution.revision)
    run = Run.load(Plan(flow), execution, found.task_runs)
    task_run = None
    if task_run_id is not None:
        task_run = run.task_runs.get(task_run_id)
        if task_run is None:
            raise NotFoundError("task run", task_run_id)
    template = compile_template(text, flow.dialect)

    def render(host: Host) -> str:
        seen = variables(run, task_run, replace(world_of(environment), reveal=_as_stored))
        return template.render(expression_context(environment, flow, seen, host))

    mask = masks_of(environment, execution, *(run.outputs for run in found.task_runs))
    try:
        result = await with_host(environment, flow.namespace, render)
    except ExpressionError as error:
        raise masked_error(error, mask) from None
    return mask(result)


def _as_stored(value: Json) -> Json:
    return value


def masked_error(error: ExpressionError, mask: Callable[[str], str]) -> ExpressionError:
    """Give the same error with a message that shows no secrets."""
    return ExpressionError(error.kind, mask(error.message), line=error.line, column=error.column, path=error.path)
