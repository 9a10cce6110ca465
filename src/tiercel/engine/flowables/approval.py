"""Approval: the execution waits until somebody approves or denies, or the time is up.

``onWait`` runs before the wait, ``onApprove`` or ``onDeny`` after the decision; none of them counts for the state. What
follows is what the behaviour for that decision says.
"""

from __future__ import annotations

from tiercel.engine import durations, ending, exits, pausing, resuming
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.flowables.pause import local_time
from tiercel.engine.scope import OVER, Scope
from tiercel.expressions import is_truthy, to_text
from tiercel.model.command import CancelTimer, Evaluate, WakeAt
from tiercel.model.event import Evaluated, ReviewRequested
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.state import State

PURPOSE = "approval"
TIMEOUT = "approvalTimeout"
ON_WAIT = "onWait"
LISTS = {"APPROVED": "onApprove", "DENIED": "onDeny", "EXPIRED": ""}
BEHAVIORS = {"APPROVED": "approveBehavior", "DENIED": "denyBehavior", "EXPIRED": "expireBehavior"}
DEFAULTS = {"approveBehavior": "CONTINUE", "denyBehavior": "CANCEL", "expireBehavior": "CANCEL"}
ENDS = {"CONTINUE": State.SUCCESS, "WARN": State.WARNING, "FAIL": State.FAILED}
LEAVES = {"SUCCEED": State.SUCCESS, "KILL": State.KILLED}


class Approval(Flowable):
    """Which list runs stands in the notes of its task run."""

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Ask how long to wait, and whether to wait at all."""
        own = task.properties
        asked = {"timeout": task.timeout, "autoApprove": own.get("autoApprove", False), "url": "{{ kestra.url ?? '' }}"}
        asked |= {name: own.get(name, default) for name, default in DEFAULTS.items()}
        decision.open_attempt(task_run)
        decision.order(Evaluate(task_run.id, PURPOSE, asked))

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Run ``onWait``, or approve at once."""
        if event.purpose != PURPOSE or task_run.state is not State.RUNNING or "list" in task_run.notes:
            return
        if event.error is not None:
            ending.fail(decision, task_run, event.error)
            return
        notes, dialect = task_run.notes, decision.run.execution.dialect
        notes["behaviors"] = {name: to_text(event.value[name], dialect) for name in DEFAULTS}
        try:
            timeout = event.value.get("timeout")
            notes["wait"] = durations.microseconds(timeout) if timeout else None
        except ValueError as error:
            ending.fail(decision, task_run, str(error))
            return
        if server := event.value["url"]:
            execution = decision.run.execution
            path = f"{execution.namespace}/{execution.flow_id}/{execution.id}"
            task_run.outputs = {"url": f"{server}/ui/main/executions/{path}"}
        decision.run.touch(task_run)
        if is_truthy(to_text(event.value["autoApprove"], dialect)):
            self._decide(decision, task_run, {"decision": "APPROVED", "auto": True})
            return
        notes["list"] = ON_WAIT
        decision.advance(task_run.id)

    def create_next(self, decision: Decision, scope: Scope) -> bool:
        """The tasks of the list that has its turn; after ``onWait`` comes the wait."""
        owner = scope.owner
        name = owner.notes.get("list") if owner is not None else None
        if owner is None or name is None:
            return False
        tally = scope.tally(name)
        tasks = decision.run.plan.children(scope.task_id, name)
        if tally.live:
            return False
        if tally.created < len(tasks):
            decision.create(scope, tasks[tally.created], name)
            return False
        if name == ON_WAIT:
            self._wait(decision, owner)
        return bool(name != ON_WAIT)

    def skips_finally(self, decision: Decision, scope: Scope) -> bool:
        """Never: it has no branch of tasks to choose."""
        del decision, scope
        return False

    def review(self, decision: Decision, task_run: TaskRun, event: ReviewRequested) -> None:
        """Take the decision of somebody."""
        if task_run.state is not State.PAUSED or event.decision not in {"APPROVED", "DENIED"}:
            return
        given = {"by": event.by, "comment": event.comment, "inputs": event.inputs}
        shown = {name: value for name, value in given.items() if value is not None}
        self._resume(decision, task_run)
        self._decide(decision, task_run, {"decision": event.decision, "auto": False, **shown})

    def woken(self, decision: Decision, task_run: TaskRun, key: str) -> None:
        """Nobody decided in time."""
        if key == TIMEOUT and task_run.state is State.PAUSED:
            self._resume(decision, task_run)
            self._decide(decision, task_run, {"decision": "EXPIRED", "auto": True})

    def end(self, decision: Decision, scope: Scope, state: State) -> None:
        """Do what the behaviour for the decision says."""
        del state
        owner = scope.owner
        if owner is None:
            return
        behavior = owner.notes["behaviors"][BEHAVIORS[str((owner.outputs or {})["decision"])]]
        if behavior == "CANCEL":
            resuming.cancel(decision, owner)
        elif behavior in LEAVES:
            decision.set_phase(scope, OVER)
            decision.close_attempt(owner, LEAVES[behavior])
            exits.leave(decision, owner, LEAVES[behavior])
        else:
            ending.finish(decision, owner, ENDS.get(behavior, State.SUCCESS))

    def _wait(self, decision: Decision, task_run: TaskRun) -> None:
        decision.enter(task_run, State.PAUSED)
        pausing.ask(decision)
        if task_run.notes["wait"] is not None:
            due = decision.now + task_run.notes["wait"]
            task_run.outputs = {**(task_run.outputs or {}), "due": local_time(due)}
            decision.order(WakeAt(TIMEOUT, due, task_run.id))

    def _resume(self, decision: Decision, task_run: TaskRun) -> None:
        decision.order(CancelTimer(TIMEOUT, task_run.id))
        resuming.count_attempt(decision.run.execution)
        resuming.let_go_on(decision)
        decision.enter(task_run, State.RUNNING)
        pausing.ask(decision)  # other Approvals may still wait

    def _decide(self, decision: Decision, task_run: TaskRun, outputs: dict[str, Json]) -> None:
        task_run.outputs = {**(task_run.outputs or {}), **outputs, "on": local_time(decision.now)}
        task_run.notes["list"] = LISTS[str(outputs["decision"])]
        decision.run.publish(task_run)
        decision.run.touch(task_run)
        decision.advance(task_run.id)
