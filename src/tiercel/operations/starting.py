"""Starting executions: inputs resolved, files stored, checks tested, then handed to the executor.

Every way a flow is started goes through `prepare_execution`: calls, subflows, triggers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field

from tiercel.engine.context import variables
from tiercel.engine.creation import CORRELATION, Start, new_execution
from tiercel.engine.run import Run
from tiercel.errors import (
    ConflictError,
    InvalidArgumentError,
    InvalidEntityError,
    NotFoundError,
    Violation,
)
from tiercel.expressions.context import Host
from tiercel.expressions.overlaid import Overlaid
from tiercel.expressions.template import render_structure
from tiercel.model.execution import Execution, ExecutionKind, ExecutionTrigger
from tiercel.model.flow import Check, Flow
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.auditing import finish_early
from tiercel.operations.encryption import encrypt
from tiercel.operations.environment import Environment
from tiercel.operations.executions import ExecutionDetails, wait_for_end
from tiercel.operations.flows import load_flow
from tiercel.operations.hiding import mask_text
from tiercel.operations.ids import shard_of
from tiercel.operations.input_files import as_stored, kept_if_taken, store_uploads
from tiercel.operations.limiting import note_limits
from tiercel.operations.outside import expression_context, with_host, world_of
from tiercel.operations.start_checks import as_checks_demand, find_failed_checks
from tiercel.operations.uploads import Upload
from tiercel.source.inputs import InputState, ResolvedInputs, resolve_inputs

SYSTEM_PREFIX = "system."


class StartRequest(Struct, frozen=True, kw_only=True):
    """What is asked for.

    Attributes:
        revision: Which one; None = the last.
        inputs: As given: texts, JSON values or files.
        labels: Added to those of the flow.
        origin: Value of the label ``system.from``; empty = none.
        has_system_labels: The labels may be system labels (the engine's own starts).
        is_for_disabled: A disabled flow is started all the same.
        execution_id: The id it gets; a new one when empty.
    """

    namespace: str
    flow_id: str
    revision: int | None = None
    inputs: Mapping[str, Json | Upload] = field(default_factory=dict)
    labels: Sequence[tuple[str, str]] = ()
    scheduled_at: int | None = None
    breakpoints: Sequence[str] = ()
    kind: ExecutionKind = ExecutionKind.NORMAL
    trigger: ExecutionTrigger | None = None
    parent_id: str | None = None
    parent_task_run_id: str | None = None
    origin: str = ""
    has_system_labels: bool = False
    is_for_disabled: bool = False
    execution_id: str = ""


class CheckedStart(Struct, frozen=True):
    """What a start would meet: each input, and the checks that do not hold."""

    inputs: list[InputState]
    failed_checks: list[Check]


@operation(Resource.EXECUTION, Action.CREATE)
async def start_execution(environment: Environment, actor: Actor, request: StartRequest) -> Execution:
    """Start an execution; it is stored when this returns.

    Raises:
        NotFoundError: There is no such flow or revision.
        ConflictError: The flow is disabled or a draft.
        InvalidError: Inputs or labels are wrong, or a check forbids the start.
    """
    actor.require(Resource.EXECUTION, Action.CREATE, request.namespace)
    execution = await prepare_execution(environment, request)
    await _begin(environment, execution, request)
    return execution


@operation(Resource.EXECUTION, Action.CREATE)
async def run_execution(environment: Environment, actor: Actor, request: StartRequest) -> ExecutionDetails:
    """Start an execution and wait until it is over; raises as ``start_execution`` does."""
    actor.require(Resource.EXECUTION, Action.CREATE, request.namespace)
    execution = await prepare_execution(environment, request)
    with environment.streams.subscribe(execution.id) as subscription:
        await _begin(environment, execution, request)
        await finish_early(environment.database, execution)
        return await wait_for_end(environment, subscription, execution)


async def _begin(environment: Environment, execution: Execution, request: StartRequest) -> None:
    async with kept_if_taken(environment, execution, request.inputs):
        await environment.transport.start(execution, is_fresh=not request.execution_id)


async def prepare_execution(environment: Environment, request: StartRequest) -> Execution:
    """Make the execution a request asks for, without starting it; uploaded files are stored.

    Raises:
        NotFoundError: There is no such flow or revision.
        ConflictError: The flow is disabled or a draft.
        InvalidError: Inputs or labels are wrong, or a check forbids the start.
    """
    return await prepare_from(environment, await _startable(environment, request), request)


async def prepare_from(environment: Environment, flow: Flow, request: StartRequest) -> Execution:
    """Make the execution of a revision that is at hand; raises as ``prepare_execution`` does."""
    if not request.has_system_labels:
        check_labels(request.labels)
    if request.trigger is not None:
        environment.breakers.check((flow.namespace, flow.id))
    blank = blank_execution(environment, flow, request)
    async with kept_if_taken(environment, blank, request.inputs):
        given = await store_uploads(environment, blank, request.inputs)
        resolved = await resolve(environment, flow, given, blank)
        if resolved.errors:
            raise InvalidEntityError(resolved.errors)
        blank.inputs = resolved.values
        failed = await find_failed_checks(environment, flow, blank)
        execution = as_checks_demand(environment, blank, failed)
        if not execution.is_over:
            await note_limits(environment, flow, execution)
    return execution


@operation(Resource.EXECUTION, Action.CREATE, is_change=False)
async def check_start(environment: Environment, actor: Actor, request: StartRequest) -> CheckedStart:
    """Tell what a start with these inputs would meet, without starting anything.

    Raises:
        NotFoundError: There is no such flow or revision.
        ConflictError: The flow is disabled or a draft.
    """
    actor.require(Resource.EXECUTION, Action.CREATE, request.namespace)
    flow = await _startable(environment, request)
    blank = blank_execution(environment, flow, request)
    given = as_stored(request.inputs)
    resolved = await resolve(environment, flow, given, blank)
    blank.inputs = resolved.values
    failed = await find_failed_checks(environment, flow, blank) if not resolved.errors else []
    return CheckedStart(resolved.states, failed)


async def _startable(environment: Environment, request: StartRequest) -> Flow:
    try:
        flow = await load_flow(environment, (request.namespace, request.flow_id), request.revision)
    except NotFoundError:
        revision = "" if request.revision is None else f" revision {request.revision}"
        raise NotFoundError("flow", f"{request.namespace}.{request.flow_id}{revision}") from None
    if flow.is_disabled and not request.is_for_disabled:
        raise ConflictError(f"Flow {flow.namespace}.{flow.id} is disabled; enable it to start executions")
    if flow.is_draft:
        raise ConflictError(f"Flow {flow.namespace}.{flow.id} is a draft; save it to start executions")
    return flow


def check_labels(labels: Sequence[tuple[str, str]]) -> None:
    """Refuse system labels in what a user gave.

    Raises:
        InvalidError: There are some.
    """
    wrong = [
        Violation("system labels are set by the system only", path=f"labels.{key}", code="system-label")
        for key, _ in labels
        if key.startswith(SYSTEM_PREFIX) and key != CORRELATION
    ]
    if wrong:
        raise InvalidArgumentError(wrong)


def blank_execution(environment: Environment, flow: Flow, request: StartRequest) -> Execution:
    """Make the header of an execution that has no inputs yet."""
    execution_id = request.execution_id or environment.new_id()
    labels = list(request.labels)
    if request.origin:
        labels.append(("system.from", request.origin))
    start = Start(
        labels=labels,
        trigger=request.trigger,
        shard=shard_of(execution_id, environment.settings.executor.shards),
        kind=request.kind,
        scheduled_at=request.scheduled_at,
        breakpoints=request.breakpoints,
        parent_id=request.parent_id,
        parent_task_run_id=request.parent_task_run_id,
    )
    return new_execution(flow, execution_id, environment.clock(), start)


async def resolve(
    environment: Environment, flow: Flow, given: Mapping[str, Json], execution: Execution | None = None
) -> ResolvedInputs:
    """Type and check inputs as a start would; ``execution`` is what templates see, a new one when None."""
    if execution is None:
        request = StartRequest(namespace=flow.namespace, flow_id=flow.id)
        execution = blank_execution(environment, flow, request)
    if not flow.inputs and not given:
        return ResolvedInputs(values={}, states=[], errors=[])
    run = Run.load(environment.flows.plan_of(flow), execution)

    def resolve_with(host: Host) -> ResolvedInputs:
        def render(template: Json, inputs: Mapping[str, Json], *, is_typed: bool) -> Json:
            seen = Overlaid(variables(run, None, world_of(environment)), {"inputs": inputs})
            context = expression_context(environment, flow, seen, host)
            return render_structure(template, context, typed=is_typed)

        return resolve_inputs(
            flow, given, render=render, encrypt=lambda text: encrypt(environment.encryption_key, text)
        )

    resolved = await with_host(environment, flow.namespace, resolve_with)
    return _masked(environment, resolved)


def _masked(environment: Environment, resolved: ResolvedInputs) -> ResolvedInputs:
    """Hide secrets in what is said of the inputs: a default may have been made of one, others may repeat one."""
    for error in resolved.errors:
        error.message = mask_text(environment, error.message, resolved.values)
    for state in resolved.states:
        state.error = mask_text(environment, state.error, resolved.values) if state.error else None
    return resolved
