"""Records with everything filled in that a test does not care for."""

from __future__ import annotations

from msgspec.structs import replace

from tiercel.model.command import RunTask
from tiercel.model.dialect import Dialect
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.flow import TaskDefinition, TaskKind
from tiercel.model.json import Json
from tiercel.model.log import LogEntry, LogLevel
from tiercel.model.state import State
from tiercel.repository.records import Job, StoredFlow
from tiercel.testing.clock import format_id

START = 1_767_225_600_000_000
"""The first microsecond of 2026, when things begin unless a test says otherwise."""

TASK = TaskDefinition(id="t", type="acme.Task", declared_type="acme.Task", kind=TaskKind.RUNNABLE, properties={"a": 1})


def build_execution(number: int = 1, state: State = State.RUNNING, **changes: Json) -> Execution:
    """An execution of flow ``demo`` in namespace ``dev``, created ``number`` seconds after START."""
    at = START + number * 1_000_000
    history = [(State.CREATED, at)]
    if state is not State.CREATED:
        history.append((state, at + 1000))
    execution = Execution(
        id=format_id(number),
        namespace="dev",
        flow_id="demo",
        revision=1,
        dialect=Dialect.V1_3,
        state=state,
        history=history,
        shard=number % 4,
        original_created_at=at,
        is_over=state.is_terminal,
        version=1,
    )
    return replace(execution, **changes)


def build_task_run(execution: Execution, number: int = 0, state: State = State.CREATED, **changes: Json) -> TaskRun:
    """The task run of that number in an execution."""
    task_run = TaskRun(
        id=f"{execution.id[:-4]}T{number:03}",
        execution_id=execution.id,
        task_id=f"task_{number}",
        number=number,
        state=state,
        history=[(state, execution.history[0][1])],
    )
    return replace(task_run, **changes)


def build_log(
    execution: Execution, message: str = "hello", level: LogLevel = LogLevel.INFO, **changes: Json
) -> LogEntry:
    """A line of an execution, a millisecond after its creation."""
    entry = LogEntry(
        at=execution.history[0][1] + 1000,
        level=level,
        message=message,
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        execution_id=execution.id,
    )
    return replace(entry, **changes)


def build_job(execution_id: str = "e", task_run_id: str = "t", token: int = 1, shard: int = 0, **changes: Json) -> Job:
    """A job that waits."""
    work = RunTask(task_run_id=task_run_id, token=token, task=TASK)
    job = Job(execution_id=execution_id, task_run_id=task_run_id, token=token, shard=shard, work=work)
    return replace(job, **changes)


def build_flow(flow_id: str = "demo", namespace: str = "dev", **changes: Json) -> StoredFlow:
    """A flow as it is given to be saved."""
    flow = StoredFlow(
        namespace=namespace,
        id=flow_id,
        revision=0,
        source=f"id: {flow_id}\nnamespace: {namespace}\n",
        dialect=Dialect.V1_3,
        created_at=START,
    )
    return replace(flow, **changes)
