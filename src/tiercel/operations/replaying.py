"""New executions made from old ones, and paused executions that go on with the inputs they asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tiercel.engine.context import variables
from tiercel.engine.decision import Facts
from tiercel.engine.plan import Plan
from tiercel.engine.replaying import replay as engine_replay
from tiercel.engine.run import Run
from tiercel.errors import ConflictError, InvalidEntityError, NotFoundError
from tiercel.expressions.context import Context, Host
from tiercel.expressions.overlaid import Overlaid
from tiercel.expressions.template import render_structure
from tiercel.model.event import LabelsReplaced, ResumeRequested
from tiercel.model.execution import Execution
from tiercel.model.flow import Flow, Input
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.encryption import encrypt
from tiercel.operations.environment import Environment
from tiercel.operations.executions import ExecutionDetails, get_execution
from tiercel.operations.flows import load_flow
from tiercel.operations.input_files import as_stored, kept_if_taken, store_uploads
from tiercel.operations.limiting import note_limits
from tiercel.operations.outside import with_host, world_of
from tiercel.operations.starting import SYSTEM_PREFIX, resolve
from tiercel.operations.uploads import Upload
from tiercel.source import declare_inputs
from tiercel.source.inputs import ResolvedInputs, resolve_declared

_BEGIN_AGAIN = frozenset({State.FAILED, State.KILLED, State.CANCELLED, State.PAUSED})


@operation(Resource.EXECUTION, Action.UPDATE)
async def resume(
    environment: Environment,
    actor: Actor,
    execution_id: str,
    inputs: Mapping[str, Json | Upload],
    *,
    state: State = State.RUNNING,
) -> ExecutionDetails:
    """Let a paused execution go on, with the inputs its pause asks for.

    Raises:
        NotFoundError: There is none.
        ConflictError: It is not paused.
        InvalidError: An input is missing or wrong.
    """
    found = await get_execution(environment, actor, execution_id)
    actor.require(Resource.EXECUTION, Action.UPDATE, found.execution.namespace)
    flow = await _paused_flow(environment, found)
    folder = environment.new_id()
    async with kept_if_taken(environment, found.execution, inputs, folder):
        given = await store_uploads(environment, found.execution, inputs, folder)
        resolved = await _resolve(environment, flow, found, given)
        if resolved.errors:
            raise InvalidEntityError(resolved.errors)
        event = ResumeRequested(
            at=environment.clock(), inputs=resolved.values, by=actor.name if actor.is_known else None, state=state
        )
        await environment.transport.submit(execution_id, event)
    return await get_execution(environment, actor, execution_id)


@operation(Resource.EXECUTION, Action.UPDATE, is_change=False)
async def require_resumable(environment: Environment, actor: Actor, execution_id: str) -> None:
    """Refuse what could not go on without inputs, as ``resume`` would.

    Raises:
        NotFoundError: There is none.
        ConflictError: It is not paused.
        InvalidError: Its pause asks for an input that has no default.
    """
    _, _, resolved = await check_resume(environment, actor, execution_id, {})
    if resolved.errors:
        raise InvalidEntityError(resolved.errors)


@operation(Resource.EXECUTION, Action.READ)
async def check_resume(
    environment: Environment, actor: Actor, execution_id: str, inputs: Mapping[str, Json | Upload]
) -> tuple[Flow, tuple[Input, ...], ResolvedInputs]:
    """Tell what resuming with these inputs would meet, without doing it.

    Raises:
        NotFoundError: There is none.
        ConflictError: It is not paused.
    """
    found = await get_execution(environment, actor, execution_id)
    flow = await _paused_flow(environment, found)
    given = as_stored(inputs)
    return flow, _asked_for(environment, flow, found), await _resolve(environment, flow, found, given)


async def _paused_flow(environment: Environment, found: ExecutionDetails) -> Flow:
    execution = found.execution
    if execution.state is not State.PAUSED:
        raise ConflictError(f"Execution {execution.id} is {execution.state} and cannot be resumed: it is not paused")
    return await load_flow(environment, (execution.namespace, execution.flow_id), execution.revision)


def _asked_for(environment: Environment, flow: Flow, found: ExecutionDetails) -> tuple[Input, ...]:
    """Give the inputs that the pause which holds the execution asks for."""
    tasks = Plan(flow).tasks
    for task_run in found.task_runs:
        task = tasks.get(task_run.task_id)
        if task_run.state is State.PAUSED and task is not None and (asked := task.properties.get("onResume")):
            return declare_inputs(asked, environment.types)
    return ()


async def _resolve(
    environment: Environment, flow: Flow, found: ExecutionDetails, given: Mapping[str, Json]
) -> ResolvedInputs:
    return await resolve_asked(environment, flow, found, _asked_for(environment, flow, found), given)


async def resolve_asked(
    environment: Environment,
    flow: Flow,
    found: ExecutionDetails,
    asked: tuple[Input, ...],
    given: Mapping[str, Json],
) -> ResolvedInputs:
    """Type and check inputs that an execution under way asks for."""
    if not asked:
        return ResolvedInputs()
    run = Run.load(Plan(flow), found.execution, found.task_runs)

    def resolve(host: Host) -> ResolvedInputs:
        def render(template: Json, inputs: Mapping[str, Json], *, is_typed: bool) -> Json:
            seen = Overlaid(variables(run, None, world_of(environment)), {"inputs": inputs})
            context = Context(seen, host, flow.dialect, encryption_key=environment.encryption_key)
            return render_structure(template, context, typed=is_typed)

        return resolve_declared(
            asked,
            given,
            render=render,
            dialect=flow.dialect,
            encrypt=lambda text: encrypt(environment.encryption_key, text),
        )

    return await with_host(environment, flow.namespace, resolve)


class ReplayRequest(Struct, frozen=True, kw_only=True):
    """What is to be run again.

    Attributes:
        task_run_id: Where to begin; None = from the start.
        revision: Of the flow; None = that of the old execution.
        is_latest: The last revision instead.
        inputs: New ones; None = those of the old execution.
        is_marking: The old execution is labelled as replayed.
    """

    execution_id: str
    task_run_id: str | None = None
    revision: int | None = None
    is_latest: bool = False
    breakpoints: Sequence[str] = ()
    inputs: Mapping[str, Json | Upload] | None = None
    is_marking: bool = True


@operation(Resource.EXECUTION, Action.CREATE)
async def replay(environment: Environment, actor: Actor, request: ReplayRequest) -> ExecutionDetails:
    """Start a new execution like an old one, from the start or from one of its task runs.

    Raises:
        NotFoundError: There is no such execution, task run or revision.
        InvalidError: The new inputs are wrong.
    """
    found = await get_execution(environment, actor, request.execution_id)
    old = found.execution
    actor.require(Resource.EXECUTION, Action.CREATE, old.namespace)
    if request.task_run_id is not None and all(run.id != request.task_run_id for run in found.task_runs):
        raise NotFoundError("task run", request.task_run_id)
    run, plan = await _loaded(environment, found, None if request.is_latest else request.revision or old.revision)
    new, task_runs = engine_replay(
        run, request.task_run_id, _facts(environment), plan=plan, breakpoints=request.breakpoints
    )
    async with kept_if_taken(environment, new, request.inputs or {}):
        if request.inputs is not None:
            given = await store_uploads(environment, new, request.inputs)
            resolved = await resolve(environment, plan.flow, given, new)
            if resolved.errors:
                raise InvalidEntityError(resolved.errors)
            new.inputs = resolved.values
        await note_limits(environment, plan.flow, new)
        await environment.transport.start(new, task_runs)
    if request.is_marking:
        await _mark(environment, old)
    return await get_execution(environment, actor, new.id)


@operation(Resource.EXECUTION, Action.CREATE)
async def restart_at(environment: Environment, actor: Actor, execution_id: str, revision: int) -> ExecutionDetails:
    """Go on from the task run that failed, at another revision of the flow: under a new id.

    Raises:
        NotFoundError: There is no such execution or revision.
        ConflictError: Nothing failed in it.
    """
    found = await get_execution(environment, actor, execution_id)
    actor.require(Resource.EXECUTION, Action.CREATE, found.execution.namespace)
    run, plan = await _loaded(environment, found, revision)
    failed = [
        one
        for one in found.task_runs
        if one.state in _BEGIN_AGAIN and not any(other.parent_id == one.id for other in found.task_runs)
    ]
    if not failed:
        raise ConflictError(f"Execution {execution_id} is {found.execution.state}: nothing failed that could restart")
    new, task_runs = engine_replay(run, failed[0].id, _facts(environment), plan=plan)
    await note_limits(environment, plan.flow, new)
    await environment.transport.start(new, task_runs)
    return await get_execution(environment, actor, new.id)


async def _loaded(environment: Environment, found: ExecutionDetails, revision: int | None) -> tuple[Run, Plan]:
    """Give the old execution as the engine sees it, and the revision the new one is to follow."""
    key = (found.execution.namespace, found.execution.flow_id)
    old = Plan(await load_flow(environment, key, found.execution.revision))
    if revision == found.execution.revision:
        return Run.load(old, found.execution, found.task_runs), old
    return Run.load(old, found.execution, found.task_runs), Plan(await load_flow(environment, key, revision))


def _facts(environment: Environment) -> Facts:
    return Facts(environment.clock(), environment.new_id)


async def _mark(environment: Environment, old: Execution) -> None:
    """Note on an execution that it was replayed."""
    labels = [(key, value) for key, value in old.labels if not key.startswith(SYSTEM_PREFIX)]
    mark = LabelsReplaced(at=environment.clock(), labels=[*labels, ("system.replayed", "true")])
    await environment.transport.submit(old.id, mark)
