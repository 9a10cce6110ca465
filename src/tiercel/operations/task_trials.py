"""Trying one task of a text out, with what a user says it would see: nothing is saved and no execution exists.

The task is carried out for real, as a worker would within an execution: what it does outside is done. Files it leaves
in storage are shown by their beginnings and removed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import msgspec
from msgspec import Struct

from tiercel.engine.context import variables
from tiercel.engine.plan import Plan
from tiercel.engine.run import Run
from tiercel.errors import ConflictError, InvalidError, NotFoundError, Violation
from tiercel.expressions.overlaid import Overlaid
from tiercel.expressions.values import Value
from tiercel.model.command import RunTask
from tiercel.model.dialect import DialectSetting
from tiercel.model.execution import Execution, ExecutionKind, TaskRun
from tiercel.model.flow import Flow, TaskDefinition, TaskKind
from tiercel.model.json import Json
from tiercel.model.log import LogEntry, MetricEntry
from tiercel.model.state import State
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.assignments import Assignment
from tiercel.operations.auditing import finish_early
from tiercel.operations.environment import Environment
from tiercel.operations.executions import get_execution
from tiercel.operations.hiding import masks_of
from tiercel.operations.masking import Masks
from tiercel.operations.outside import world_of
from tiercel.operations.parsing import parse
from tiercel.operations.pollster import Tell
from tiercel.operations.starting import StartRequest, blank_execution, resolve
from tiercel.storage.paths import execution_directory, from_uri, to_uri

LONGEST_SECONDS = 600
_SHOWN_BYTES = 4096
_MOST_FILES = 20
_SEEN = frozenset({"outputs", "vars", "trigger", "labels", "taskrun", "parent", "parents", "item", "tasks"})


class TaskTrial(Struct, frozen=True, kw_only=True):
    """What is to be tried.

    Attributes:
        source: The flow, as it is being written.
        task_id: A task of it that a worker runs, however deep.
        inputs: As a start gives them; those that are not given and have no default are absent.
        variables: Root names of expressions and what they hold: ``outputs`` of earlier tasks, ``trigger``, and so on.
        seconds: How long it may take.
        execution_id: One of the flow, whose files may be read: what it gave is what the task is tried with.
    """

    source: str
    task_id: str
    inputs: Mapping[str, Json] = {}
    variables: Mapping[str, Json] = {}
    seconds: float = 120.0
    dialect: DialectSetting | None = None
    execution_id: str | None = None


class TriedFile(Struct, frozen=True):
    """A file the task left; ``text`` is its beginning, None when it is no text."""

    uri: str
    size_bytes: int
    text: str | None


class TriedTask(Struct, frozen=True, kw_only=True):
    """What came of it; times in microseconds."""

    state: State
    error: str | None
    outputs: Mapping[str, Json]
    logs: tuple[LogEntry, ...]
    metrics: tuple[MetricEntry, ...]
    files: tuple[TriedFile, ...]
    took: int


@operation(Resource.EXECUTION, Action.CREATE)
async def try_task(environment: Environment, actor: Actor, request: TaskTrial, tell: Tell | None = None) -> TriedTask:
    """Carry out one task of a text; needs the rights to change the flow and to start it.

    When it is cancelled the task is told to stop, as at the end of its time.

    Args:
        environment: Of the installation.
        actor: Who asks.
        request: What is to be tried.
        tell: Called with the lines while they are written; first with none, once nothing speaks against it.

    Raises:
        InvalidError: The text is no flow, or an input or variable is wrong.
        NotFoundError: It has no such task.
        ConflictError: The task cannot be run by itself, no worker is there, or the execution is one of another flow.
    """
    flow = _flow_of(environment, request)
    actor.require(Resource.EXECUTION, Action.CREATE, flow.namespace)
    actor.require(Resource.FLOW, Action.UPDATE, flow.namespace)
    plan = Plan(flow)
    task = _task_of(plan, request.task_id)
    if environment.pollster is None:
        raise ConflictError("No worker is there that could run it")
    execution = await _execution_of(environment, flow, request)
    await _check_lender(environment, actor, flow, request.execution_id)
    assignment = replace(
        _assignment(environment, plan, execution, task, _variables_of(request)), lender_id=request.execution_id
    )
    await finish_early(environment.database, flow)  # whoever looks on may go away before it has ended
    if tell is not None:
        tell(())
    began = environment.clock()
    try:
        result = await environment.pollster.poll(assignment, request.seconds, tell)
    except asyncio.CancelledError:
        await asyncio.to_thread(_remove_files, environment, execution)
        raise
    took = environment.clock() - began
    ended = result.event
    outputs = ended.outputs or {}
    if ended.outputs_uri is not None:
        content = await asyncio.to_thread(environment.storage.read, from_uri(ended.outputs_uri))
        outputs = msgspec.json.decode(content)
    masks = masks_of(environment, execution, outputs)
    return TriedTask(
        state=ended.state,
        error=None if ended.error is None else masks(ended.error),
        outputs=masks.json(outputs),
        logs=tuple(result.logs),
        metrics=tuple(result.metrics),
        files=await asyncio.to_thread(_take_files, environment, execution, masks),
        took=took,
    )


def _flow_of(environment: Environment, request: TaskTrial) -> Flow:
    parsed = parse(environment, request.source, request.dialect)
    if parsed.flow is None:
        raise InvalidError(parsed.violations)
    return parsed.flow


def _task_of(plan: Plan, task_id: str) -> TaskDefinition:
    task = plan.tasks.get(task_id)
    if task is None:
        raise NotFoundError("task", task_id)
    if task.kind is TaskKind.FLOWABLE:
        raise ConflictError(f"'{task_id}' only runs other tasks: try one of those, or run the flow up to it")
    if task.kind is TaskKind.EXECUTABLE:
        raise ConflictError(f"'{task_id}' starts another flow: run that flow to try it")
    return task


async def _execution_of(environment: Environment, flow: Flow, request: TaskTrial) -> Execution:
    """Make the execution the task believes to be in; an input that nobody gave and that has no default is absent."""
    wanted = StartRequest(namespace=flow.namespace, flow_id=flow.id, kind=ExecutionKind.TEST)
    blank = blank_execution(environment, flow, wanted)
    resolved = await resolve(environment, flow, request.inputs, blank)
    wrong = [
        Violation(state.error, path=f"inputs.{state.id}", code="invalid-input", hint=state.hint)
        for state in resolved.states
        if state.error is not None and state.id.partition(".")[0] in request.inputs
    ]
    wrong += [Violation("the flow has no such input", path=f"inputs.{name}") for name in resolved.unknown]
    if wrong:
        raise InvalidError(wrong)
    blank.inputs = resolved.values
    return blank


async def _check_lender(environment: Environment, actor: Actor, flow: Flow, execution_id: str | None) -> None:
    """Let nobody read by a trial what they may not read, nor what an execution of the flow could not."""
    if execution_id is None:
        return
    lender = (await get_execution(environment, actor, execution_id)).execution
    if (lender.namespace, lender.flow_id) != (flow.namespace, flow.id):
        raise ConflictError(f"Execution {execution_id} is one of {lender.namespace}.{lender.flow_id}")


def _variables_of(request: TaskTrial) -> Mapping[str, Json]:
    wrong = [
        Violation("is nothing a trial can set", path=f"variables.{name}", hint=f"There are {', '.join(sorted(_SEEN))}")
        for name in request.variables
        if name not in _SEEN
    ]
    if wrong:
        raise InvalidError(wrong)
    return request.variables


def _assignment(
    environment: Environment, plan: Plan, execution: Execution, task: TaskDefinition, given: Mapping[str, Json]
) -> Assignment:
    now = environment.clock()
    task_run = TaskRun(
        id=environment.new_id(), execution_id=execution.id, task_id=task.id, number=0, history=[(State.CREATED, now)]
    )
    seen: Mapping[str, Value] = variables(Run.load(plan, execution, [task_run]), task_run, world_of(environment))
    over = {name: {**_own(seen, name), **value} if isinstance(value, dict) else value for name, value in given.items()}
    return Assignment(
        work=RunTask(task_run.id, 0, task),
        flow=plan.flow,
        execution=execution,
        task_run=task_run,
        attempt_number=1,
        variables=Overlaid(seen, over),
    )


def _own(seen: Mapping[str, Value], name: str) -> Mapping[str, Value]:
    """Give what a name holds anyway, such as the id below ``taskrun``: what is given is laid over it."""
    found = seen.get(name)
    return found if isinstance(found, Mapping) else {}


def _take_files(environment: Environment, execution: Execution, masks: Masks) -> tuple[TriedFile, ...]:
    """Read the beginnings of what the task left in storage, and remove it: no execution will ever own it."""
    storage = environment.storage
    found: list[TriedFile] = []
    for file in storage.walk(_place(execution)):
        if len(found) == _MOST_FILES:
            break
        with storage.open(file.path) as content:
            text = _text_of(content.read(_SHOWN_BYTES))
        found.append(TriedFile(to_uri(file.path), file.size_bytes, None if text is None else masks(text)))
    _remove_files(environment, execution)
    return tuple(found)


def _remove_files(environment: Environment, execution: Execution) -> None:
    environment.storage.delete_prefix(_place(execution))


def _place(execution: Execution) -> str:
    return execution_directory(execution.namespace, execution.flow_id, execution.id)


def _text_of(beginning: bytes) -> str | None:
    """Read it as text; a character that the cut went through is left out."""
    if b"\0" in beginning:
        return None
    try:
        return beginning.decode("utf-8")
    except UnicodeDecodeError as error:
        is_cut = len(beginning) == _SHOWN_BYTES and error.start > len(beginning) - 4
        return beginning[: error.start].decode("utf-8") if is_cut else None
