"""Changing one task of a stored flow."""

from __future__ import annotations

from tiercel.errors import InvalidError, NotFoundError, Violation
from tiercel.model.dialect import DialectSetting
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.flows import FlowKey, SavedFlow, get_flow, update_flow
from tiercel.source import read_yaml
from tiercel.source.splicing import replace_task


@operation(Resource.FLOW, Action.UPDATE, is_change=False)  # the save within is what is written down
async def update_task(environment: Environment, actor: Actor, key: FlowKey, task_id: str, source: str) -> SavedFlow:
    """Store a new revision with another text in the place of one task; all else stays as it is written.

    Raises:
        NotFoundError: There is no such flow or task.
        InvalidError: The text is no task of that id, or the flow would not be valid with it.
        ConflictError: Somebody saved the flow meanwhile.
    """
    actor.require(Resource.FLOW, Action.UPDATE, key[0])
    stored = (await get_flow(environment, actor, key)).stored
    task = read_yaml(source)
    if task.violations:
        raise InvalidError(task.violations)
    if not isinstance(task.data, dict) or task.data.get("id") != task_id:
        raise InvalidError([Violation(f"must be a map whose id is '{task_id}'", path="id", code="task-renamed")])
    text = replace_task(read_yaml(stored.source), task_id, task)
    if text is None:
        raise NotFoundError("task", task_id)
    return await update_flow(
        environment,
        actor,
        key,
        text,
        dialect=DialectSetting(stored.dialect),
        is_draft=stored.is_draft,
        expected_revision=stored.revision,
    )
