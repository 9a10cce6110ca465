"""Dag: each task as soon as those it depends on have ended, in whatever state; a disabled one counts as ended."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from tiercel.engine.decision import Decision
from tiercel.engine.flowables.pace import limit_of, take_slice
from tiercel.engine.flowables.parallel import Parallel
from tiercel.engine.plan import MAIN, Tasks
from tiercel.engine.scope import Scope


class _Waiting:
    """Which tasks wait for what, and which are ready, by their position in the list."""

    def __init__(self, tasks: Tasks, created: set[str], ended: set[str]) -> None:
        self.dependents: dict[str, list[int]] = {}
        self.missing: list[int] = []
        enabled = {task.id for task in tasks}
        for position, task in enumerate(tasks):
            needed = {one for one in task.depends_on if one in enabled and one not in ended}
            self.missing.append(len(needed))
            for one in needed:
                self.dependents.setdefault(one, []).append(position)
        self.ready = [
            position for position, task in enumerate(tasks) if not self.missing[position] and task.id not in created
        ]
        heapify(self.ready)

    def end(self, task_id: str) -> None:
        """Note that a task has ended."""
        for position in self.dependents.pop(task_id, ()):
            self.missing[position] -= 1
            if not self.missing[position]:
                heappush(self.ready, position)


class Dag(Parallel):
    """A Parallel whose tasks wait for one another."""

    failure = "CONTINUE"

    def create_next(self, decision: Decision, scope: Scope) -> bool:
        """Create the children whose dependencies have ended, up to the limit."""
        tasks = decision.run.plan.children(scope.task_id, MAIN)
        waiting = self._waiting(decision, scope, tasks)
        free = limit_of(decision, scope, "concurrent") - scope.main.live
        for _ in range(take_slice(decision, scope, min(free, len(waiting.ready)))):
            decision.create(scope, tasks[heappop(waiting.ready)], MAIN)
        return scope.main.created >= len(tasks) or (not scope.main.live and not waiting.ready)

    def _waiting(self, decision: Decision, scope: Scope, tasks: Tasks) -> _Waiting:
        ended = scope.take_ended()
        if isinstance(scope.cursor, _Waiting):
            for task_run in ended:
                scope.cursor.end(task_run.task_id)
            return scope.cursor
        children = [decision.run.task_runs[one] for one in scope.children]
        waiting = _Waiting(
            tasks,
            {one.task_id for one in children},
            {one.task_id for one in children if one.state.is_terminal},
        )
        scope.cursor = waiting
        return waiting
