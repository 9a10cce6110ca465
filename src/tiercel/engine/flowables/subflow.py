"""Subflow: starts an execution of another flow and takes over how it ends."""

from __future__ import annotations

from tiercel.engine import attempts, durations, ending
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.expressions import to_text
from tiercel.model.command import Evaluate, RestartChild, StartChild
from tiercel.model.dialect import Dialect
from tiercel.model.event import ChildEnded, ChildRefused, ChildStarted, Evaluated
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State

PURPOSE = "subflow"
ASKED = ("namespace", "flowId", "revision", "inputs", "labels", "scheduleDate")
WAITS = frozenset({State.CREATED, State.RESTARTED, State.RUNNING})


class Subflow(Flowable):
    """The id of the child is in the notes of its task run."""

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Restart the child that failed, or ask for what a new one needs."""
        child_id = task_run.notes.pop("restarts", None)
        if child_id is not None:
            decision.run.touch(task_run)
            decision.order(RestartChild(task_run.id, child_id))
            return
        asked = {name: task.properties[name] for name in ASKED if name in task.properties}
        decision.order(Evaluate(task_run.id, PURPOSE, asked, is_typed=True))

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Start the child."""
        if event.purpose != PURPOSE or task_run.state not in {State.CREATED, State.RESTARTED}:
            return
        if event.error is not None:
            self._refuse(decision, task_run, event.error)
            return
        task = decision.run.task_of(task_run)
        try:
            order = start_order(task_run.id, task, event.value, decision.run.execution.dialect)
        except ValueError as error:
            self._refuse(decision, task_run, str(error))
            return
        decision.order(order)

    def child_started(self, decision: Decision, task_run: TaskRun, event: ChildStarted) -> None:
        """Wait for it, or be done."""
        if task_run.state not in {State.CREATED, State.RESTARTED}:
            return
        decision.open_attempt(task_run, event.at)
        task = decision.run.task_of(task_run)
        task_run.outputs = {"executionId": event.child_id}
        decision.log(task_run, LogLevel.INFO, f"Started execution {event.child_id}")
        if not waits(task):
            task_run.outputs["state"] = event.state.value
            attempts.end_attempt(decision, task_run, State.SUCCESS)
            return
        task_run.notes["child"] = event.child_id
        decision.run.publish(task_run)
        decision.run.touch(task_run)

    def child_refused(self, decision: Decision, task_run: TaskRun, event: ChildRefused) -> None:
        """Fail without having run."""
        if task_run.state in WAITS:
            self._refuse(decision, task_run, event.message)

    def child_ended(self, decision: Decision, task_run: TaskRun, event: ChildEnded) -> None:
        """Take over the state of the child and its outputs."""
        if task_run.notes.get("child") != event.child_id or task_run.state is not State.RUNNING:
            return
        task_run.notes["ended_child"] = task_run.notes.pop("child")
        task = decision.run.task_of(task_run)
        outputs: dict[str, Json] = {"executionId": event.child_id, "state": event.state.value}
        if event.outputs:
            outputs["outputs"] = event.outputs
        is_told = not event.has_failed_outputs or decision.run.plan.rules.outputs_of_failed_outputs
        task_run.outputs = outputs if is_told else None
        decision.run.touch(task_run)
        state = transmitted(task, event.state)
        _log_end(decision, task_run, event, ending.soften(task, state))
        if event.state is not State.SUCCESS and state is not event.state:
            decision.enter(task_run, event.state)
        attempts.end_attempt(decision, task_run, state)

    def prepare_restart(self, decision: Decision, task_run: TaskRun) -> None:
        """Restart the child itself, unless the task wants a new one."""
        child_id = task_run.notes.pop("ended_child", None)
        task = decision.run.task_of(task_run)
        if child_id and task.properties.get("restartBehavior", "RETRY_FAILED") == "RETRY_FAILED":
            task_run.notes["restarts"] = child_id

    def _refuse(self, decision: Decision, task_run: TaskRun, message: str) -> None:
        decision.log(task_run, LogLevel.ERROR, message)
        attempts.end_unstarted(decision, task_run)


def waits(task: TaskDefinition) -> bool:
    """Whether the task waits for its child; it does unless told otherwise."""
    return task.properties.get("wait", True) is not False


def transmitted(task: TaskDefinition, state: State) -> State:
    """The state a child gives the task that started it."""
    if task.properties.get("transmitFailed", True) is False or state is State.CANCELLED:
        return State.SUCCESS
    return state if state in {State.FAILED, State.KILLED, State.WARNING} else State.SUCCESS


def start_order(task_run_id: str, task: TaskDefinition, asked: Json, dialect: Dialect, position: int = 0) -> StartChild:
    """The order that starts a child, from the rendered properties.

    Raises:
        ValueError: One of them cannot be read.
    """
    revision = asked.get("revision")
    return StartChild(
        task_run_id=task_run_id,
        namespace=to_text(asked.get("namespace"), dialect),
        flow_id=to_text(asked.get("flowId"), dialect),
        revision=None if revision is None else int(revision),
        inputs=_inputs(asked.get("inputs")),
        labels=_labels(asked.get("labels"), dialect),
        is_waited=waits(task),
        inherits_labels=task.properties.get("inheritLabels") is True,
        scheduled_at=_moment(asked.get("scheduleDate")),
        position=position,
    )


def _inputs(given: Json) -> dict[str, Json]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise TypeError("inputs must be a map")
    return given


def _labels(given: Json, dialect: Dialect) -> list[tuple[str, str]]:
    if isinstance(given, dict):
        return [(str(key), to_text(value, dialect)) for key, value in given.items()]
    if isinstance(given, list):
        return [(str(one["key"]), to_text(one.get("value"), dialect)) for one in given]
    return []


def _moment(given: Json) -> int | None:
    return None if given in (None, "") else durations.instant(str(given))


def _log_end(decision: Decision, task_run: TaskRun, event: ChildEnded, state: State) -> None:
    levels = {State.FAILED: LogLevel.ERROR, State.WARNING: LogLevel.WARN}
    level = levels.get(state)
    if level is not None:
        decision.log(task_run, level, f"Execution {event.child_id} ended in state {event.state}")
