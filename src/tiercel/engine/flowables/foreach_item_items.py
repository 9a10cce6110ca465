"""The middle step of a ForEachItem: one execution of a flow for each batch that the first step cut."""

from __future__ import annotations

from tiercel.engine import attempts
from tiercel.engine.children import Children
from tiercel.engine.decision import Decision
from tiercel.engine.flowables import child_orders
from tiercel.engine.flowables.children_of import WithChildren, children_of
from tiercel.expressions import to_text
from tiercel.model.command import Evaluate
from tiercel.model.event import ChildStarted, Evaluated
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State

SPLITS = "splits"
READY = frozenset({State.CREATED, State.RESTARTED})


class ForEachItemItems(WithChildren):
    """The URIs of the batches stand in the notes; the properties are rendered for one batch after another."""

    stops_on_failure = False

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Read the list of batches, or go on after a restart."""
        if SPLITS in task_run.notes:
            if not self.begin_again(decision, task_run):
                self._start(decision, task_run)
            return
        split = f"{task.id.removesuffix('_items')}_split"
        decision.order(Evaluate(task_run.id, SPLITS, f"{{{{ read(outputs['{split}'].splits) }}}}"))

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Take the list, or the properties for one batch."""
        if event.purpose == SPLITS and task_run.state in READY:
            self._take_splits(decision, task_run, event)
        elif task_run.state is State.RUNNING and (answer := child_orders.take(decision, task_run, event)) is not None:
            self._take_batch(decision, task_run, *answer)

    def child_started(self, decision: Decision, task_run: TaskRun, event: ChildStarted) -> None:
        """Without waiting, a child that has started counts as ended."""
        super().child_started(decision, task_run, event)
        if not child_orders.waits(decision.run.task_of(task_run)):
            self._take_end(decision, task_run, event.position, event.child_id, event.state)

    def total(self, decision: Decision, task_run: TaskRun) -> int:
        """One for each batch."""
        del decision
        return len(task_run.notes[SPLITS])

    def open_more(self, decision: Decision, task_run: TaskRun, children: Children) -> None:
        """Ask for the properties of the next batch, unless that is under way."""
        if children.opened in children.running or children.opened >= self.total(decision, task_run):
            return
        if task_run.iteration == children.opened:
            return
        task = decision.run.task_of(task_run)
        task_run.iteration = children.opened
        task_run.items = task_run.notes[SPLITS][children.opened]
        child_orders.ask(decision, task_run, task)

    def show(self, decision: Decision, task_run: TaskRun, children: Children) -> dict[str, Json]:
        """How many batches, and how many executions are in each state."""
        created = self.total(decision, task_run) - children.opened
        iterations = {State.CREATED.value: created, State.RUNNING.value: len(children.running), **children.counts}
        return {"numberOfBatches": self.total(decision, task_run), "iterations": iterations}

    def _take_splits(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        if event.error is not None:
            decision.log(task_run, LogLevel.ERROR, event.error)
            attempts.end_unstarted(decision, task_run)
            return
        text = to_text(event.value, decision.run.execution.dialect)
        task_run.notes[SPLITS] = [line for line in text.split("\n") if line]
        self._start(decision, task_run)

    def _take_batch(self, decision: Decision, task_run: TaskRun, asked: Json, failure: str | None) -> None:
        children = children_of(decision, task_run)
        position = children.opened
        if position != task_run.iteration:
            return
        task_run.iteration = None
        children.opened += 1
        children.running[position] = ""
        if failure is not None:
            self._fail_batch(decision, task_run, failure)
            return
        task = decision.run.task_of(task_run)
        try:
            order = child_orders.start_order(task_run, task, asked, decision.run.execution.dialect, position)
        except ValueError as error:
            self._fail_batch(decision, task_run, str(error))
            return
        decision.order(order)
        self.go_on(decision, task_run)

    def _fail_batch(self, decision: Decision, task_run: TaskRun, message: str) -> None:
        decision.log(task_run, LogLevel.ERROR, message)
        position = children_of(decision, task_run).opened - 1
        self._take_end(decision, task_run, position, "", State.FAILED)

    def _start(self, decision: Decision, task_run: TaskRun) -> None:
        decision.open_attempt(task_run)
        self.go_on(decision, task_run)
