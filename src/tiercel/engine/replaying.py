"""Replay and retry as a new execution: a copy that begins anew, whole or from one task run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from tiercel.engine.decision import Facts
from tiercel.engine.effects import merged, with_labels
from tiercel.engine.plan import MAIN, Plan
from tiercel.engine.run import Run
from tiercel.engine.scope import SIDE_SECTIONS
from tiercel.model.claims import NOTE
from tiercel.model.execution import Attempt, Execution, TaskRun
from tiercel.model.state import State

REPLAY_LABEL = ("system.replay", "true")


def replay(
    run: Run,
    task_run_id: str | None,
    facts: Facts,
    *,
    plan: Plan | None = None,
    breakpoints: Iterable[str] = (),
) -> tuple[Execution, list[TaskRun]]:
    """Make a new execution that begins from a task run of ``run``, or from nothing when None.

    Args:
        run: What is replayed; it stays as it is.
        task_run_id: Task runs before it are kept with their outputs, it begins again, those after it are dropped.
        facts: The time and ids.
        plan: Of another revision of the flow to follow.
        breakpoints: Where the new execution stops.

    Returns:
        Header and task runs, to be given to ``Run.start``; it goes on with the event ExecutionAdmitted.
    """
    execution = fresh_copy(run, facts, plan)
    execution.breakpoints = list(breakpoints)
    target = run.task_runs.get(task_run_id) if task_run_id is not None else None
    if target is None:
        return execution, []
    execution.variables = merged(run.execution.variables, {})
    execution.history = [*run.execution.history, (State.RESTARTED, facts.now)]
    execution.state = State.RESTARTED
    around = run.ancestors(target)
    kept = [one for one in run.task_runs.values() if _is_kept(run, one, target)]
    ids = {one.id: facts.new_id() for one in kept}
    execution.notes["reopened"] = [ids[one.id] for one in reversed(around)]
    return execution, [_copy(one, execution.id, ids, is_target=one is target, facts=facts) for one in kept]


def fresh_copy(run: Run, facts: Facts, plan: Plan | None = None) -> Execution:
    """Make a new execution with the same inputs that begins from nothing."""
    old = run.execution
    flow = (plan or run.plan).flow
    return Execution(
        id=facts.new_id(),
        namespace=old.namespace,
        flow_id=old.flow_id,
        revision=flow.revision,
        dialect=flow.dialect,
        history=[(State.CREATED, facts.now)],
        shard=old.shard,
        inputs=old.inputs,
        variables=merged({}, flow.variables),
        labels=with_labels(old.labels, [REPLAY_LABEL]),
        trigger=old.trigger,
        original_id=old.original_id or old.id,
        kind=old.kind,
        attempt_number=old.attempt_number + 1,
        original_created_at=old.original_created_at or old.history[0][1],
        notes={NOTE: old.notes[NOTE]} if NOTE in old.notes else {},
    )


def _is_kept(run: Run, task_run: TaskRun, target: TaskRun) -> bool:
    """Whether a task run came to be before the target, in a list that decides, and has ended or is around it."""
    around = run.ancestors(task_run)
    if target in around or any(one.section in SIDE_SECTIONS for one in (task_run, *around)):
        return task_run is target
    if task_run is target or task_run in run.ancestors(target):
        return True
    return task_run.number < target.number and task_run.state.is_terminal


def _copy(task_run: TaskRun, execution_id: str, ids: Mapping[str, str], *, is_target: bool, facts: Facts) -> TaskRun:
    copy = replace(
        task_run,
        id=ids[task_run.id],
        execution_id=execution_id,
        parent_id=ids.get(task_run.parent_id or ""),
        history=list(task_run.history),
        attempts=[Attempt(history=list(one.history), log_file=one.log_file) for one in task_run.attempts],
        notes=dict(task_run.notes),
        retry_at=None,
    )
    if is_target:
        copy.history.append((State.RESTARTED, facts.now))
        copy.state = State.RESTARTED
        copy.notes = {"attempts_before": len(copy.attempts)}
    elif "phase" in copy.notes and copy.state not in {State.SUCCESS, State.WARNING}:
        copy.notes["phase"] = MAIN
    return copy
