"""Subflow: starts an execution of another flow and takes over how it ends."""

from __future__ import annotations

from msgspec.structs import replace

from tiercel.engine import attempts, ending
from tiercel.engine.decision import Decision
from tiercel.engine.flowables import child_orders
from tiercel.engine.flowables.flowable import Flowable
from tiercel.model.command import RestartChild
from tiercel.model.event import ChildEnded, ChildRefused, ChildStarted, Evaluated
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State

READY = frozenset({State.CREATED, State.RESTARTED})
RESTARTED_LABEL = ("system.restarted", "true")
WAITS = frozenset({State.CREATED, State.RESTARTED, State.RUNNING})


class Subflow(Flowable):
    """The id of the child is in the notes of its task run."""

    has_lists = False

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Restart the child that failed, or ask for what a new one needs."""
        child_id = task_run.notes.pop("restarts", None)
        if child_id is not None:
            decision.run.touch(task_run)
            decision.order(RestartChild(task_run.id, child_id))
            return
        child_orders.ask(decision, task_run, task)

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Start the child."""
        answer = child_orders.take(decision, task_run, event) if task_run.state in READY else None
        if answer is None:
            return
        asked, failure = answer
        if failure is None:
            try:
                task = decision.run.task_of(task_run)
                order = child_orders.start_order(task_run, task, asked, decision.run.execution.dialect)
            except ValueError as error:
                failure = str(error)
            else:
                if task_run.state is State.RESTARTED:
                    order = replace(order, labels=[*order.labels, RESTARTED_LABEL])
                decision.order(order)
        if failure is not None:
            self._refuse(decision, task_run, failure)

    def child_started(self, decision: Decision, task_run: TaskRun, event: ChildStarted) -> None:
        """Wait for it, or be done."""
        if task_run.state not in {State.CREATED, State.RESTARTED}:
            return
        decision.open_attempt(task_run, event.at)
        task = decision.run.task_of(task_run)
        task_run.outputs = {"executionId": event.child_id}
        decision.log(task_run, LogLevel.INFO, f"Started execution {event.child_id}")
        if not child_orders.waits(task):
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
        if task_run.notes.get("child") != event.child_id or task_run.state.is_terminal:
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
        if event.has_failed_outputs and event.state is not State.FAILED:
            decision.log(task_run, LogLevel.ERROR, "The outputs asked for cannot be rendered")
            state = State.FAILED
        _log_end(decision, task_run, event, ending.soften(task, state))
        if event.state not in {State.SUCCESS, ending.soften(task, state)}:
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


def transmitted(task: TaskDefinition, state: State) -> State:
    """The state a child gives the task that started it."""
    if task.properties.get("transmitFailed", True) is False or state is State.CANCELLED:
        return State.SUCCESS
    return state if state in {State.FAILED, State.KILLED, State.WARNING} else State.SUCCESS


def _log_end(decision: Decision, task_run: TaskRun, event: ChildEnded, state: State) -> None:
    levels = {State.FAILED: LogLevel.ERROR, State.WARNING: LogLevel.WARN}
    level = levels.get(state)
    if level is not None:
        decision.log(task_run, level, f"Execution {event.child_id} ended in state {event.state}")
