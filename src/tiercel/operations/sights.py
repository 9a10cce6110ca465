"""Executions as Flow triggers look at them: as they were when they entered a state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tiercel.engine.conditions.upstream import Upstream
from tiercel.engine.context import variables
from tiercel.engine.plan import AFTER, LISTENERS, Plan
from tiercel.engine.run import Run
from tiercel.expressions.values import Value
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.state import State
from tiercel.operations.environment import Environment
from tiercel.operations.flows import load_flow
from tiercel.operations.outside import world_of
from tiercel.repository.announcements import decode
from tiercel.repository.records import Announcement
from tiercel.repository.task_runs import list_task_runs


class Sight(Struct, frozen=True):
    """One announcement with all that triggers may ask of it."""

    announcement: Announcement
    execution: Execution
    upstream: Upstream

    @property
    def at(self) -> int:
        """When it entered the state."""
        return self.announcement.at


async def see(environment: Environment, announcement: Announcement) -> Sight:
    """Read what an announcement is about.

    Raises:
        NotFoundError: The flow revision of the execution is gone.
        InvalidError: It no longer parses.
        UnavailableError: The database cannot be read.
    """
    execution = decode(announcement)
    flow = await load_flow(environment, (execution.namespace, execution.flow_id), execution.revision)
    stored = await environment.database.read(lambda connection: list_task_runs(connection, execution.id))
    task_runs = [one for one in stored if one.number < announcement.task_run_count]
    seen = variables(Run.load(Plan(flow), execution, task_runs), None, world_of(environment))
    return Sight(announcement, execution, _upstream(execution, task_runs, seen))


def _upstream(execution: Execution, task_runs: Sequence[TaskRun], seen: Mapping[str, Value]) -> Upstream:
    main = [one for one in task_runs if one.section != AFTER and not one.section.startswith(LISTENERS)]
    is_over = execution.state.is_terminal
    return Upstream(
        execution_id=execution.id,
        namespace=execution.namespace,
        flow_id=execution.flow_id,
        state=execution.state,
        revision=execution.revision,
        labels=tuple((key, value) for key, value in execution.labels),
        outputs=execution.outputs,
        kind=execution.kind,
        attempts=tuple(attempt.state for one in task_runs for attempt in one.attempts),
        variables=seen,
        started_at=execution.history[0][1],
        ended_at=execution.history[-1][1] if is_over else None,
        first_failed_task_id=next((one.task_id for one in main if one.state is State.FAILED), None),
        last_task_id=main[-1].task_id if main else None,
    )
