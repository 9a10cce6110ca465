"""Decisions about Approvals: who may decide is checked, what must be said is demanded, then the engine is told."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tiercel.engine.plan import Plan
from tiercel.errors import ConflictError, InvalidEntityError, NotFoundError, Violation
from tiercel.model.event import ReviewRequested
from tiercel.model.execution import TaskRun
from tiercel.model.flow import Flow, TaskDefinition
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.executions import ExecutionDetails, get_execution
from tiercel.operations.flows import load_flow
from tiercel.operations.input_files import kept_if_taken, store_uploads
from tiercel.operations.replaying import resolve_asked
from tiercel.operations.uploads import Upload
from tiercel.source import declare_inputs

DECISIONS = ("APPROVED", "DENIED")
_DEMANDS = {"ALWAYS": DECISIONS, "ON_APPROVE": ("APPROVED",), "ON_DENY": ("DENIED",)}


class Review(Struct, frozen=True, kw_only=True):
    """What was decided.

    Attributes:
        task: Id of the Approval's task or of its task run; empty = the only one that waits.
        by: Who decided, for callers that are nobody themselves.
    """

    decision: str
    task: str = ""
    comment: str | None = None
    by: str | None = None
    inputs: Mapping[str, Json | Upload] = {}


@operation(Resource.EXECUTION, Action.UPDATE)
async def review(environment: Environment, actor: Actor, execution_id: str, given: Review) -> ExecutionDetails:
    """Approve or deny.

    Raises:
        NotFoundError: There is no such execution or task.
        ConflictError: The Approval is not paused, or several are and none is named.
        InvalidError: The decision is none, a comment is missing, or an input is missing or wrong.
    """
    found = await get_execution(environment, actor, execution_id)
    execution = found.execution
    actor.require(Resource.EXECUTION, Action.UPDATE, execution.namespace)
    if given.decision not in DECISIONS:
        message = f"'{given.decision}' is no decision; {' or '.join(DECISIONS)}"
        raise InvalidEntityError([Violation(message, path="decision", code="bad-decision")])
    flow = await load_flow(environment, (execution.namespace, execution.flow_id), execution.revision)
    task_run, task = _waiting(flow, found, given.task)
    if given.decision in _DEMANDS.get(str(task.properties.get("commentRequired")), ()) and not given.comment:
        raise InvalidEntityError([Violation("say why in a comment", path="comment", code="required")])
    folder = environment.new_id()
    async with kept_if_taken(environment, execution, given.inputs, folder):
        uploaded = await store_uploads(environment, execution, given.inputs, folder)
        asked = declare_inputs(task.properties.get("inputs") or [], environment.types)
        resolved = await resolve_asked(environment, flow, found, asked, uploaded)
        if resolved.errors:
            raise InvalidEntityError(resolved.errors)
        event = ReviewRequested(
            at=environment.clock(),
            task_run_id=task_run.id,
            decision=given.decision,
            comment=given.comment,
            by=actor.name if actor.is_known else given.by,
            inputs=resolved.values or None,
        )
        await environment.transport.submit(execution_id, event)
    return await get_execution(environment, actor, execution_id)


def _waiting(flow: Flow, found: ExecutionDetails, name: str) -> tuple[TaskRun, TaskDefinition]:
    """Give the task run that is meant, with its task."""
    tasks = Plan(flow).tasks
    approvals = [
        one
        for one in found.task_runs
        if one.task_id in tasks and tasks[one.task_id].control == "approval" and name in {"", one.id, one.task_id}
    ]
    if not approvals:
        raise NotFoundError("approval", name or found.execution.id)
    paused = [one for one in approvals if one.state is State.PAUSED]
    if not paused:
        raise ConflictError(f"Approval {approvals[0].task_id} is not paused: it is {approvals[-1].state}")
    if len(paused) > 1:
        raise ConflictError(f"{len(paused)} approvals wait: name one by taskRunId")
    return paused[0], tasks[paused[0].task_id]
