"""Loop: its tasks once for each value, each time as an execution of its own (kind LOOP).

``breakWhen`` is asked for whenever an iteration has ended and values are left; while the answer is awaited no further
iteration begins. When others end meanwhile it is asked for once more, since the answer may not know of them. Once it
holds, those that run end as they do and the values that are left are passed over.
"""

from __future__ import annotations

from tiercel.engine import ending
from tiercel.engine.children import Children, listing
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.children_of import LIVE_STATES, WithChildren, children_of
from tiercel.engine.flowables.each_values import ValuesError
from tiercel.engine.flowables.loop_values import loop_values, storage_uri
from tiercel.engine.flowables.pace import limit_of, take_slice
from tiercel.engine.iterations import iteration_execution
from tiercel.expressions import is_truthy
from tiercel.model.command import CreateExecution, Evaluate
from tiercel.model.event import ChildEnded, Evaluated
from tiercel.model.execution import Iteration, TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State

PURPOSE = "values"
ROWS = "rows"
BREAK = "breakWhen"
_ASKED = "breaks_asked"
"""Note: 1 while the answer is awaited, 2 when it is to be asked for once more after that."""
_BROKEN = "broken"
READY = frozenset({State.CREATED, State.RESTARTED})


class Loop(WithChildren):
    """The values stand in the notes of its task run, as pairs of value and key."""

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Ask for the values, or go on after a restart."""
        if "values" not in task_run.notes:
            values = task.properties.get("values")
            decision.order(Evaluate(task_run.id, PURPOSE, values, is_typed=isinstance(values, str)))
        elif not self.begin_again(decision, task_run):
            self._start(decision, task_run)

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Start with the values; without them fail before having run."""
        if event.purpose == BREAK:
            self._take_break(decision, task_run, event)
            return
        if task_run.state not in READY or "values" in task_run.notes or event.purpose not in {PURPOSE, ROWS}:
            return
        uri = storage_uri(event.value) if event.purpose == PURPOSE else None
        if uri is not None:
            quoted = uri.replace("'", "%27")
            rows = f"{{{{ fromIon(read('{quoted}'), allRows=true) }}}}"
            decision.order(Evaluate(task_run.id, ROWS, rows, is_typed=True))
            return
        failure = event.error
        if failure is None:
            try:
                task_run.notes["values"] = loop_values(event.value, decision.run.execution.dialect)
            except ValuesError as error:
                failure = str(error)
        if failure is None:
            self._start(decision, task_run)
            return
        decision.log(task_run, LogLevel.ERROR, failure)
        decision.enter(task_run, State.FAILED)

    def child_ended(self, decision: Decision, task_run: TaskRun, event: ChildEnded) -> None:
        """Keep what the iteration gave, too."""
        children = children_of(decision, task_run)
        if event.position in children.running and event.outputs is not None:
            value, key = task_run.notes["values"][event.position]
            children.listed.append(listing(Iteration(index=event.position, value=value, key=key), event.outputs))
        condition = decision.run.task_of(task_run).properties.get(BREAK)
        is_asking = condition is not None and children.opened < self.total(decision, task_run)
        is_awaited = bool(task_run.notes.get(_ASKED))
        if is_asking:
            task_run.notes[_ASKED] = 2 if is_awaited else 1
            decision.run.touch(task_run)
        super().child_ended(decision, task_run, event)
        if is_asking and not is_awaited and task_run.state in LIVE_STATES:
            decision.order(Evaluate(task_run.id, BREAK, condition))

    def total(self, decision: Decision, task_run: TaskRun) -> int:
        """One for each value, or for those that had begun when the Loop was broken off."""
        if task_run.notes.get(_BROKEN):
            return children_of(decision, task_run).opened
        return len(task_run.notes["values"])

    def open_more(self, decision: Decision, task_run: TaskRun, children: Children) -> None:
        """Create the executions of the next values."""
        if task_run.notes.get(_ASKED) or task_run.notes.get(_BROKEN):
            return
        scope = decision.run.scope(task_run.id)
        values = task_run.notes["values"]
        free = limit_of(decision, scope, "concurrencyLimit", 1) - len(children.running)
        count = take_slice(decision, scope, min(free, len(values) - children.opened))
        for index in range(children.opened, children.opened + count):
            value, key = values[index]
            iteration = Iteration(index=index, value=value, key=key, parents=_parents(decision))
            execution = iteration_execution(decision.run, task_run, decision.facts.new_id(), decision.now, iteration)
            children.running[index] = execution.id
            decision.order(CreateExecution(execution))
        children.opened += count

    def show(self, decision: Decision, task_run: TaskRun, children: Children) -> dict[str, Json]:
        """Counts, and the outputs of the iterations when some are declared."""
        del decision
        found: dict[str, Json] = {
            "iterationCount": len(task_run.notes["values"]),
            "runningIterations": len(children.running),
            "terminatedIterations": dict(children.counts),
        }
        if children.listed:
            found["outputs"] = children.listed
        return found

    def _take_break(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Break off, or go on; a condition that cannot be told breaks off and fails."""
        is_asked_again = task_run.notes.pop(_ASKED, 0) > 1
        decision.run.touch(task_run)
        if task_run.state not in LIVE_STATES:
            return
        if event.error is not None:
            ending.fail(decision, task_run, f"{BREAK} cannot be told: {event.error}")
        elif is_truthy(event.value):
            task_run.notes[_BROKEN] = True
            self._go_on_if_running(decision, task_run)
        elif is_asked_again:
            task_run.notes[_ASKED] = 1
            decision.order(Evaluate(task_run.id, BREAK, decision.run.task_of(task_run).properties.get(BREAK)))
        else:
            self._go_on_if_running(decision, task_run)

    def _go_on_if_running(self, decision: Decision, task_run: TaskRun) -> None:
        if task_run.state is State.RUNNING:
            self.go_on(decision, task_run)

    def _start(self, decision: Decision, task_run: TaskRun) -> None:
        if not task_run.notes["values"]:
            task_run.outputs = self.show(decision, task_run, Children())
            decision.enter(task_run, State.SUCCESS)
            return
        decision.open_attempt(task_run)
        children_of(decision, task_run)
        self.go_on(decision, task_run)


def _parents(decision: Decision) -> list[Iteration]:
    above = decision.run.execution.iteration
    if above is None:
        return []
    return [Iteration(index=above.index, value=above.value, key=above.key), *above.parents]
