"""WorkingDirectory: tasks one after another that share one directory on one worker."""

from __future__ import annotations

from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.plan import MAIN
from tiercel.engine.scope import Scope
from tiercel.model.command import CloseDirectory, Evaluate, OpenDirectory
from tiercel.model.event import Evaluated
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.log import LogLevel
from tiercel.model.state import State

PURPOSE = "firstRunIf"
READY = frozenset({State.CREATED, State.RESTARTED})


class WorkingDirectory(Flowable):
    """A worker opens the directory before the first task and closes it after the last list."""

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Have the directory opened; a first task whose runIf cannot be rendered fails it before that."""
        first = next(iter(decision.run.plan.children(task.id, MAIN)), None)
        if first is not None and "{" in first.run_if:
            decision.order(Evaluate(task_run.id, PURPOSE, first.run_if))
        else:
            self._open(decision, task_run, task)

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Open, or fail."""
        if event.purpose != PURPOSE or task_run.state not in READY:
            return
        if event.error is None:
            self._open(decision, task_run, decision.run.task_of(task_run))
            return
        decision.log(task_run, LogLevel.ERROR, event.error)
        decision.enter(task_run, State.FAILED)

    def end(self, decision: Decision, scope: Scope, state: State) -> None:
        """Have the directory closed; the answer ends the task run."""
        owner = scope.owner
        if owner is None or owner.notes.get("closes"):
            return
        owner.notes["closes"] = True
        decision.run.touch(owner)
        task = decision.run.task_of(owner)
        decision.order(CloseDirectory(owner.id, owner.token, task, state))

    def _open(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        task_run.token += 1
        task_run.notes.pop("closes", None)
        decision.enter(task_run, State.SUBMITTED)
        decision.order(OpenDirectory(task_run.id, task_run.token, task))
