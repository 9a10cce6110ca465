"""What an executor reads to go on from the last commit: one execution with all it needs, and what needs attention.

Jobs, timers and inbox rows exist only while they are needed, so their tables are small and are read whole.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from tiercel.model.event import ChildEnded
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.state import State
from tiercel.repository.connection import Connection
from tiercel.repository.executions import find_execution, list_children
from tiercel.repository.inbox import list_unread
from tiercel.repository.jobs import list_jobs
from tiercel.repository.records import Job
from tiercel.repository.task_runs import list_task_runs

_DONE = frozenset({State.SUCCESS, State.WARNING, State.SKIPPED})


class Stored(Struct, frozen=True):
    """One execution as the database has it.

    Attributes:
        children: Executions that its unfinished task runs started. One that has ended, but whose parent has not read so
            yet, is given as running, since that is what the parent knows.
    """

    execution: Execution
    task_runs: list[TaskRun]
    jobs: list[Job]
    children: list[Execution]


class Unfinished(Struct, frozen=True):
    """What was left when an executor stopped.

    Attributes:
        timers: As (execution, task run or None, key, due at).
        attention: Ids of executions that have jobs, or that were stored but never admitted.
    """

    timers: list[tuple[str, str | None, str, int]]
    attention: list[str]


def read_stored(connection: Connection, execution_ids: Iterable[str]) -> dict[str, Stored]:
    """Read executions with their task runs and jobs; those that do not exist are left out."""
    found = {}
    for execution_id in execution_ids:
        execution = find_execution(connection, execution_id)
        if execution is not None:
            task_runs = list_task_runs(connection, execution_id)
            jobs = list_jobs(connection, execution_id)
            found[execution_id] = Stored(execution, task_runs, jobs, _read_children(connection, execution, task_runs))
    return found


def _read_children(connection: Connection, execution: Execution, task_runs: Iterable[TaskRun]) -> list[Execution]:
    unfinished = {one.id for one in task_runs if one.state not in _DONE}
    if not unfinished:
        return []
    children = [one for one in list_children(connection, execution.id) if one.parent_task_run_id in unfinished]
    if not children:
        return []
    unread = list_unread(connection, execution.id)
    ends = {event.child_id for event in unread if isinstance(event, ChildEnded)}
    for child in children:
        if child.id in ends:
            child.state = State.RUNNING
    return children


def read_unfinished(connection: Connection) -> Unfinished:
    """Read what an executor must take up again, oldest execution first."""
    timers = connection.fetch("SELECT execution_id, task_run_id, key, at FROM timers")
    with_jobs = connection.fetch("SELECT DISTINCT execution_id FROM jobs")
    # A stored execution that was never admitted has nothing that would wake it; one with a timer waits for its time.
    created = connection.fetch(
        "SELECT id FROM executions WHERE is_over = 0 AND state IN ('CREATED', 'RESTARTED') AND is_deleted = 0"
        " AND NOT EXISTS (SELECT 1 FROM timers WHERE execution_id = id)"
    )
    return Unfinished(
        timers=[(execution_id, task_run_id or None, key, at) for execution_id, task_run_id, key, at in timers],
        attention=sorted({one for (one,) in with_jobs} | {one for (one,) in created}),
    )
