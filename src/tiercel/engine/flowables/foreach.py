"""ForEach and its elders: the tasks once for each value.

The tasks of one value run one after another, several values at a time; EachParallel runs every task of every value at
once. What comes next follows from the child that ended alone: each group has one live child at most.
"""

from __future__ import annotations

from collections.abc import Iterable

from tiercel.engine import ending
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.each_values import ValuesError, each_values
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.flowables.pace import limit_of, take_slice
from tiercel.engine.plan import MAIN, Tasks
from tiercel.engine.scope import Scope
from tiercel.model.command import Evaluate
from tiercel.model.event import Evaluated
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.state import State

PURPOSE = "values"


class ForEach(Flowable):
    """Attributes: ``template`` is the property with the values, ``limit_name`` the one with the limit."""

    template = "values"
    limit_name = "concurrencyLimit"

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Ask for the values."""
        decision.open_attempt(task_run)
        decision.order(Evaluate(task_run.id, PURPOSE, task.properties.get(self.template)))

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Begin with the values, or fail without them."""
        if event.purpose != PURPOSE or "values" in task_run.notes or task_run.state is not State.RUNNING:
            return
        if event.error is not None:
            ending.fail(decision, task_run, f"{self.template}: {event.error}")
            return
        written = decision.run.task_of(task_run).properties.get(self.template)
        try:
            values = each_values(written, event.value, decision.run.execution.dialect)
        except ValuesError as error:
            ending.fail(decision, task_run, str(error))
            return
        task_run.notes["values"] = values
        decision.run.touch(task_run)
        decision.advance(task_run.id)

    def create_next(self, decision: Decision, scope: Scope) -> bool:
        """Go on in the groups whose child ended, then open further groups."""
        tasks = decision.run.plan.children(scope.task_id, MAIN)
        values = _values(scope)
        if values is None:
            return False
        if not tasks or not values:
            return True
        groups = self._groups(decision, scope, tasks)
        groups.go_on(decision, scope, tasks)
        free = self._limit(decision, scope) - groups.active
        count = take_slice(decision, scope, min(free, len(values) - groups.opened))
        for index in range(groups.opened, groups.opened + count):
            decision.create(scope, tasks[0], MAIN, value=values[index], iteration=index)
        groups.opened += count
        groups.active += count
        return groups.opened >= len(values) and not groups.active

    def _limit(self, decision: Decision, scope: Scope) -> int:
        return limit_of(decision, scope, self.limit_name, 1)

    def _groups(self, decision: Decision, scope: Scope, tasks: Tasks) -> _Groups:
        if not isinstance(scope.cursor, _Groups):
            scope.take_ended()
            scope.cursor = _Groups(tasks, (decision.run.task_runs[one] for one in scope.children))
        return scope.cursor


class EachSequential(ForEach):
    """One value after another."""

    template = "value"

    def _limit(self, decision: Decision, scope: Scope) -> int:
        del decision, scope
        return 1


class EachParallel(ForEach):
    """Every task of every value is a child of its own."""

    template = "value"
    limit_name = "concurrent"

    def create_next(self, decision: Decision, scope: Scope) -> bool:
        """Create pairs of value and task up to the limit."""
        tasks = decision.run.plan.children(scope.task_id, MAIN)
        values = _values(scope)
        if values is None:
            return False
        total = len(tasks) * len(values)
        main = scope.main
        free = limit_of(decision, scope, self.limit_name) - main.live
        first = main.created
        for pair in range(first, first + take_slice(decision, scope, min(free, total - first))):
            index, position = divmod(pair, len(tasks))
            decision.create(scope, tasks[position], MAIN, value=values[index], iteration=index)
        return main.created >= total


class _Groups:
    """How far the groups of a scope are.

    Attributes:
        opened: How many values have begun.
        active: How many of them have not come to the end of the tasks.
        idle: The last child of groups that stand still, to go on from.
    """

    def __init__(self, tasks: Tasks, children: Iterable[TaskRun]) -> None:
        self.positions = {task.id: position for position, task in enumerate(tasks)}
        last: dict[int, TaskRun] = {}
        for child in children:
            if child.section == MAIN and child.iteration is not None and child.task_id in self.positions:
                last[child.iteration] = child
        self.opened = len(last)
        self.idle = [child for child in last.values() if child.state.is_terminal]
        self.active = len(last)

    def go_on(self, decision: Decision, scope: Scope, tasks: Tasks) -> None:
        """Create the next task of each group whose child ended."""
        ended, self.idle = [*self.idle, *scope.take_ended()], []
        for child in ended:
            if child.section != MAIN:
                continue
            following = self.positions[child.task_id] + 1
            if following < len(tasks):
                decision.create(scope, tasks[following], MAIN, value=child.value, iteration=child.iteration)
            else:
                self.active -= 1


def _values(scope: Scope) -> list[str] | None:
    found = scope.owner.notes.get("values") if scope.owner else None
    return found if isinstance(found, list) else None
