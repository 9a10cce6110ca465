"""What every flow-control module answers: how it begins, which children come now, and how it ends."""

from __future__ import annotations

from tiercel.engine import ending
from tiercel.engine.decision import Decision
from tiercel.engine.plan import MAIN
from tiercel.engine.scope import Scope
from tiercel.model.event import (
    ChildEnded,
    ChildPaused,
    ChildRefused,
    ChildStarted,
    Evaluated,
    ResumeRequested,
    ReviewRequested,
)
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.state import State


class Flowable:
    """One task after another; the other modules replace what they do differently.

    Attributes:
        has_lists: Its children are task runs of this execution, not executions of their own.
    """

    has_lists = True

    def ask_early(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> bool:
        """Ask for what is known even of a task run that runIf skips; False when there is nothing to ask."""
        del decision, task_run, task
        return False

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Start a task run that may run."""
        del task
        decision.open_attempt(task_run)
        decision.advance(task_run.id)

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Take what was asked for with Evaluate; an answer nobody waits for changes nothing."""

    def woken(self, decision: Decision, task_run: TaskRun, key: str) -> None:
        """Take a timer of this module that fired."""
        del key
        if task_run.state is State.RUNNING:
            decision.advance(task_run.id)

    def go_on(self, decision: Decision, task_run: TaskRun) -> None:
        """Do what can be done now, for a module without lists."""

    def child_started(self, decision: Decision, task_run: TaskRun, event: ChildStarted) -> None:
        """Take an execution that was started for the task run."""

    def child_refused(self, decision: Decision, task_run: TaskRun, event: ChildRefused) -> None:
        """Take that an execution cannot be started."""

    def child_ended(self, decision: Decision, task_run: TaskRun, event: ChildEnded) -> None:
        """Take the end of an execution the task run waits for."""

    def child_paused(self, decision: Decision, task_run: TaskRun, event: ChildPaused) -> None:
        """Take that an execution the task run waits for is paused or goes on."""

    def review(self, decision: Decision, task_run: TaskRun, event: ReviewRequested) -> None:
        """Take an approval or denial."""

    def resume(self, decision: Decision, task_run: TaskRun, event: ResumeRequested) -> None:
        """Let a paused task run go on because somebody wants it to."""

    def prepare_restart(self, decision: Decision, task_run: TaskRun) -> None:
        """Make ready to begin again under the same id."""

    def create_next(self, decision: Decision, scope: Scope) -> bool:
        """Create the children that may be created now; tell whether none is left to create."""
        main = scope.main
        if main.live:
            return False
        tasks = decision.run.plan.children(scope.task_id, self.section(scope))
        if main.created >= len(tasks):
            return True
        decision.create(scope, tasks[main.created], self.section(scope))
        return False

    def section(self, scope: Scope) -> str:
        """The list that counts for the state."""
        del scope
        return MAIN

    def iteration(self, scope: Scope) -> int | None:
        """The number its children carry, if they carry one."""
        del scope
        return None

    def has_failed(self, scope: Scope) -> bool:
        """Whether a child has failed for good, so that no further one is created."""
        return scope.main.has(State.FAILED)

    def is_cut(self, scope: Scope) -> bool:
        """Whether nothing more runs here, ``errors`` and ``finally`` included."""
        return scope.main.has(State.KILLED)

    def is_last_list(self, decision: Decision, scope: Scope) -> bool:
        """Whether the owner ends after ``errors``, without ``finally``."""
        del decision, scope
        return False

    def skips_finally(self, decision: Decision, scope: Scope) -> bool:
        """Whether ``finally`` is left out although nothing failed: the chosen branch has no tasks at all."""
        return not decision.run.plan.has_list(scope.task_id, self.section(scope))

    def may_leave(self, decision: Decision, scope: Scope) -> bool:
        """Whether the owner may end while children are live; those are ended here."""
        del decision, scope
        return False

    def end(self, decision: Decision, scope: Scope, state: State) -> None:
        """End the owner in the state its children gave."""
        if scope.owner is not None:
            ending.finish(decision, scope.owner, state)
