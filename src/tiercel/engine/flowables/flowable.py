"""What every flow-control module answers: how it begins, which children come now, and how it ends."""

from __future__ import annotations

from tiercel.engine import ending
from tiercel.engine.decision import Decision
from tiercel.engine.plan import MAIN
from tiercel.engine.scope import Scope
from tiercel.model.event import Evaluated
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.state import State


class Flowable:
    """One task after another; the other modules replace what they do differently."""

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Start a task run that may run."""
        del task
        decision.open_attempt(task_run)
        decision.advance(task_run.id)

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Take what was asked for with Evaluate."""
        raise NotImplementedError(f"{type(self).__name__} asked for no {event.purpose}")

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

    def has_failed(self, scope: Scope) -> bool:
        """Whether a child has failed for good, so that no further one is created."""
        return scope.main.has(State.FAILED)

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
