"""What Loop and ForEachItem share: many executions of one task run, so many at a time, and how the task run ends."""

from __future__ import annotations

from tiercel.engine import attempts
from tiercel.engine.children import MARKS, Children
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.model.command import KillChild, RestartChild, ResumeChild
from tiercel.model.event import ChildEnded, ChildPaused, ChildRefused, ChildStarted, ResumeRequested
from tiercel.model.execution import TaskRun
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State

LIVE_STATES = frozenset({State.RUNNING, State.PAUSED, State.KILLING})


class WithChildren(Flowable):
    """A module says how many children there are, how to open further ones, and what the outputs are.

    Attributes:
        stops_on_failure: After a child has failed no further one is started, and those that run are ended.
    """

    has_lists = False
    stops_on_failure = True

    def total(self, decision: Decision, task_run: TaskRun) -> int:
        """How many children there are in all."""
        raise NotImplementedError

    def open_more(self, decision: Decision, task_run: TaskRun, children: Children) -> None:
        """Order further children, as many as may run."""
        raise NotImplementedError

    def show(self, decision: Decision, task_run: TaskRun, children: Children) -> dict[str, Json]:
        """The outputs as they stand."""
        raise NotImplementedError

    def child_started(self, decision: Decision, task_run: TaskRun, event: ChildStarted) -> None:
        """Keep its id."""
        children = children_of(decision, task_run)
        if children.running.get(event.position) == "":
            children.running[event.position] = event.child_id

    def child_refused(self, decision: Decision, task_run: TaskRun, event: ChildRefused) -> None:
        """A child that cannot be started has failed."""
        decision.log(task_run, LogLevel.ERROR, event.message)
        self._take_end(decision, task_run, event.position, "", State.FAILED)

    def child_ended(self, decision: Decision, task_run: TaskRun, event: ChildEnded) -> None:
        """Count it, then open further ones or end."""
        if event.state is State.FAILED:
            message = f"Execution {event.child_id} ended in state {event.state}"
            decision.log(task_run, LogLevel.ERROR, message)
        self._take_end(decision, task_run, event.position, event.child_id, event.state)

    def child_paused(self, decision: Decision, task_run: TaskRun, event: ChildPaused) -> None:
        """Be paused while a child is, and so is the execution."""
        paused = children_of(decision, task_run).paused
        if event.is_paused:
            paused.add(event.position)
            if task_run.state is State.RUNNING:
                decision.enter(task_run, State.PAUSED)
                if decision.run.execution.state is State.RUNNING:
                    decision.enter_execution(State.PAUSED)
            return
        paused.discard(event.position)
        self._unpause(decision, task_run)

    def resume(self, decision: Decision, task_run: TaskRun, event: ResumeRequested) -> None:
        """Let the paused children go on."""
        del event
        children = children_of(decision, task_run)
        for position in sorted(children.paused):
            decision.order(ResumeChild(children.running[position]))

    def woken(self, decision: Decision, task_run: TaskRun, key: str) -> None:
        """Go on opening."""
        del key
        if task_run.state is State.RUNNING:
            self.go_on(decision, task_run)

    def go_on(self, decision: Decision, task_run: TaskRun) -> None:
        """Open further children, or end when all have ended."""
        children = children_of(decision, task_run)
        task = decision.run.task_of(task_run)
        is_transmitted = task.properties.get("transmitFailed", True) is not False
        is_failed = bool(children.failed) and is_transmitted
        is_stopped = is_failed and self.stops_on_failure
        if decision.run.execution.state is State.KILLING:
            is_stopped = True
        if not is_stopped:
            self.open_more(decision, task_run, children)
        elif decision.run.execution.state is not State.KILLING:
            _stop_running(decision, task_run, children)
        self._publish(decision, task_run, children)
        is_done = is_stopped or children.opened >= self.total(decision, task_run)
        if is_done and not children.running:
            self._finish(decision, task_run, children, is_failed=is_failed or is_stopped)

    def begin_again(self, decision: Decision, task_run: TaskRun) -> bool:
        """Restart the children that failed; False when this is no restart."""
        if not task_run.notes.pop("again", None):
            return False
        children = children_of(decision, task_run)
        decision.open_attempt(task_run)
        for position, child_id in sorted(children.again().items()):
            decision.order(RestartChild(task_run.id, child_id, position))
        self.go_on(decision, task_run)
        return True

    def prepare_restart(self, decision: Decision, task_run: TaskRun) -> None:
        """Restart the failed children themselves; what has succeeded stays."""
        decision.run.scope(task_run.id).cursor = _recalled(task_run)
        task_run.notes["again"] = True

    def _take_end(self, decision: Decision, task_run: TaskRun, position: int, child_id: str, state: State) -> None:
        if task_run.state not in LIVE_STATES:
            return
        children_of(decision, task_run).end(position, child_id, state)
        self._unpause(decision, task_run)
        self.go_on(decision, task_run)

    def _unpause(self, decision: Decision, task_run: TaskRun) -> None:
        if task_run.state is not State.PAUSED or children_of(decision, task_run).paused:
            return
        decision.enter(task_run, State.RUNNING)
        if decision.run.execution.state is State.PAUSED and not decision.run.execution.notes.get("paused_by_hand"):
            decision.enter_execution(State.RUNNING)

    def _publish(self, decision: Decision, task_run: TaskRun, children: Children) -> None:
        """Show the outputs as they stand; the row is written only now and then on the way."""
        task_run.outputs = self.show(decision, task_run, children)
        decision.run.publish(task_run)
        step = self.total(decision, task_run) // MARKS + 1
        if children.ended % step == 0 or not children.running:
            decision.run.touch(task_run)

    def _finish(self, decision: Decision, task_run: TaskRun, children: Children, *, is_failed: bool) -> None:
        state = State.SUCCESS
        if is_failed:
            is_killed = State.FAILED.value not in children.counts or decision.run.execution.state is State.KILLING
            state = State.KILLED if is_killed else State.FAILED
            task_run.notes["failed"] = {str(position): one for position, one in children.failed.items()}
            task_run.notes["opened"] = children.opened
        attempts.end_attempt(decision, task_run, state)


def children_of(decision: Decision, task_run: TaskRun) -> Children:
    """The children of a task run as far as they are known."""
    scope = decision.run.scope(task_run.id)
    if not isinstance(scope.cursor, Children):
        scope.cursor = Children()
    return scope.cursor


def _stop_running(decision: Decision, task_run: TaskRun, children: Children) -> None:
    """Kill what still runs after a failure, once."""
    if task_run.notes.get("stops"):
        return
    task_run.notes["stops"] = True
    for child_id in children.running.values():
        if child_id:
            decision.order(KillChild(child_id))


def _recalled(task_run: TaskRun) -> Children:
    """What the record of an ended task run says of its children."""
    children = Children()
    notes, outputs = task_run.notes, task_run.outputs or {}
    notes.pop("stops", None)
    children.opened = int(notes.pop("opened", 0))
    children.failed = {int(position): one for position, one in notes.pop("failed", {}).items()}
    children.listed = list(outputs.get("outputs") or [])
    counts = dict(outputs.get("terminatedIterations") or outputs.get("iterations") or {})
    children.counts = {name: count for name, count in counts.items() if State(name).is_terminal}
    return children
