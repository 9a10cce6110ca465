"""Parallel: all tasks at once, or so many at a time; what a failure does to siblings is a matter of the dialect."""

from __future__ import annotations

from tiercel.engine import stopping
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.flowables.pace import limit_of, take_slice
from tiercel.engine.scope import Scope
from tiercel.model.state import LIVE, State

ENDS_OF_SIBLINGS = {"FAIL": State.FAILED, "CANCEL": State.CANCELLED}


class Parallel(Flowable):
    """Attributes: ``failure`` is what happens to siblings when the task says nothing of it (2.0)."""

    failure = "FAIL"

    def create_next(self, decision: Decision, scope: Scope) -> bool:
        """Create children up to the limit."""
        tasks = decision.run.plan.children(scope.task_id, self.section(scope))
        main = scope.main
        free = limit_of(decision, scope, "concurrent") - main.live
        count = take_slice(decision, scope, min(free, len(tasks) - main.created))
        for task in tasks[main.created : main.created + count]:
            decision.create(scope, task, self.section(scope))
        return main.created >= len(tasks)

    def may_leave(self, decision: Decision, scope: Scope) -> bool:
        """After a failure: wait for the siblings (1.3, or when the failure is allowed), end them, or let them run."""
        run = decision.run
        owner = scope.owner
        if owner is None or run.plan.rules.awaits_siblings or run.task_of(owner).allow_failure:
            return False
        policy = str(run.task_of(owner).properties.get("onChildFailure", self.failure))
        if policy not in ENDS_OF_SIBLINGS:
            run.execution.notes["leaves_running"] = True
            run.touch()
            return True
        live = [child for one in scope.children if (child := run.task_runs[one]).state in LIVE]
        if any(stopping.is_about_to_end(decision, child) for child in live):
            decision.come_back(owner)
            return False
        for child in live:
            stopping.end_below(decision, child, ENDS_OF_SIBLINGS[policy])
        return True
