"""LoopUntil: its tasks again and again, with a pause between, until a condition holds.

Each round replaces the task runs of the one before. What ``iterationCount`` says while the condition is tested, and how
often ``maxIterations`` lets it go round, differs between the dialects.
"""

from __future__ import annotations

from tiercel.engine import durations, ending
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.plan import ERRORS, MAIN
from tiercel.engine.scope import Scope
from tiercel.expressions import is_truthy, to_text
from tiercel.model.command import CancelTimer, Evaluate, WakeAt
from tiercel.model.event import Evaluated, ResumeRequested
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State

CONDITION = "condition"
FREQUENCY = "checkFrequency"
ROUND = "round"
COUNT = "iterationCount"


class LoopUntil(Flowable):
    """Keeps the frequency it was given and the rounds done in the notes of its task run."""

    def ask_early(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> bool:
        """Nothing to ask; the count of the first round is there even when runIf skips the task run."""
        del task
        if "rounds" not in task_run.notes:
            self._show(decision, task_run, 1)
        return False

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Ask how often to go round."""
        decision.open_attempt(task_run)
        decision.order(Evaluate(task_run.id, FREQUENCY, task.properties.get(FREQUENCY) or {}))

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Take the frequency, or the condition after a round."""
        if task_run.state is not State.RUNNING:
            return
        if event.error is not None:
            ending.fail(decision, task_run, event.error)
        elif event.purpose == FREQUENCY and "rounds" not in task_run.notes:
            self._take_frequency(decision, task_run, event.value)
        elif event.purpose == CONDITION and "ending" in task_run.notes:
            self._take_condition(decision, task_run, event.value)

    def create_next(self, decision: Decision, scope: Scope) -> bool:
        """As Sequential, with the number of the round."""
        owner = scope.owner
        if owner is None or "rounds" not in owner.notes or scope.main.live:
            return False
        tasks = decision.run.plan.children(scope.task_id, MAIN)
        if scope.main.created >= len(tasks):
            return True
        decision.create(scope, tasks[scope.main.created], MAIN, iteration=self.iteration(scope))
        return False

    def iteration(self, scope: Scope) -> int | None:
        """The number of the round; it goes on from the number that the loop's own task run was created with."""
        return _number(scope.owner.notes) if scope.owner else None

    def end(self, decision: Decision, scope: Scope, state: State) -> None:
        """A round is over: test the condition, unless the round failed in a way that ends it all."""
        owner = scope.owner
        if owner is None or "ending" in owner.notes:
            return
        task = decision.run.task_of(owner)
        has_errors = bool(decision.run.plan.children(scope.task_id, ERRORS))
        if state is State.KILLED or (state is State.FAILED and (task.allow_failure or not has_errors)):
            ending.finish(decision, owner, state)
            return
        owner.notes["ending"] = state.value
        decision.run.touch(owner)
        self._ask(decision, owner)

    def woken(self, decision: Decision, task_run: TaskRun, key: str) -> None:
        """The pause between rounds is over."""
        if key == ROUND and task_run.notes.pop("waits", None):
            self._next_round(decision, task_run)
        else:
            super().woken(decision, task_run, key)

    def resume(self, decision: Decision, task_run: TaskRun, event: ResumeRequested) -> None:
        """Do not wait any longer."""
        del event
        decision.order(CancelTimer(ROUND, task_run.id))
        self.woken(decision, task_run, ROUND)

    def _take_frequency(self, decision: Decision, task_run: TaskRun, frequency: Json) -> None:
        found = frequency if isinstance(frequency, dict) else {}
        try:
            task_run.notes["interval"] = durations.microseconds(found.get("interval") or "PT1M")
            if found.get("maxDuration"):
                task_run.notes["max_duration"] = durations.microseconds(found["maxDuration"])
            if found.get("maxIterations") is not None:
                task_run.notes["max_rounds"] = int(found["maxIterations"])
        except ValueError as error:
            ending.fail(decision, task_run, f"{FREQUENCY}: {error}")
            return
        task_run.notes["first"] = task_run.iteration or 0
        self._count(decision, task_run, 1)
        decision.advance(task_run.id)

    def _count(self, decision: Decision, task_run: TaskRun, rounds: int) -> None:
        task_run.notes["rounds"] = rounds
        self._show(decision, task_run, rounds)

    def _show(self, decision: Decision, task_run: TaskRun, count: int) -> None:
        task_run.outputs = {COUNT: count}
        decision.run.publish(task_run)
        decision.run.touch(task_run)

    def _ask(self, decision: Decision, task_run: TaskRun) -> None:
        condition = decision.run.task_of(task_run).properties.get(CONDITION)
        decision.order(Evaluate(task_run.id, CONDITION, condition))

    def _take_condition(self, decision: Decision, task_run: TaskRun, value: Json) -> None:
        notes, rules = task_run.notes, decision.run.plan.rules
        state = State(notes["ending"])
        if is_truthy(to_text(value, decision.run.execution.dialect)):
            self._finish(decision, task_run, state)
            return
        if rules.counts_rounds_ahead and not notes.get("ahead"):
            # The condition is tested once more with the number of the round that would come.
            notes["ahead"] = True
            self._show(decision, task_run, notes["rounds"] + 1)
            self._ask(decision, task_run)
            return
        if self._is_at_limit(decision, task_run):
            self._give_up(decision, task_run, state)
        elif state is State.FAILED and not rules.loops_after_failure:
            self._finish(decision, task_run, state)
        else:
            self._pause(decision, task_run)

    def _is_at_limit(self, decision: Decision, task_run: TaskRun) -> bool:
        notes = task_run.notes
        count = (task_run.outputs or {}).get(COUNT, 0)
        if "max_rounds" in notes and count > notes["max_rounds"]:
            return True
        latest = task_run.history[0][1] + notes.get("max_duration", 0)
        return "max_duration" in notes and decision.now + notes["interval"] > latest

    def _give_up(self, decision: Decision, task_run: TaskRun, state: State) -> None:
        decision.log(task_run, LogLevel.WARN, "The condition does not hold after the last round allowed")
        if decision.run.task_of(task_run).properties.get("failOnMaxReached") is True:
            decision.close_attempt(task_run, State.FAILED)
            decision.enter(task_run, State.FAILED)
        else:
            self._finish(decision, task_run, state)

    def _finish(self, decision: Decision, task_run: TaskRun, state: State) -> None:
        ending.finish(decision, task_run, state)

    def _pause(self, decision: Decision, task_run: TaskRun) -> None:
        notes = task_run.notes
        notes["waits"] = True
        if decision.run.plan.rules.pauses_between_rounds:
            decision.enter(task_run, State.PAUSED)
        if decision.run.execution.state is State.RUNNING:
            decision.enter_execution(State.PAUSED)
        decision.run.touch(task_run)
        decision.order(WakeAt(ROUND, decision.now + notes["interval"], task_run.id))

    def _next_round(self, decision: Decision, task_run: TaskRun) -> None:
        run = decision.run
        scope = run.scope(task_run.id)
        numbers = [run.task_runs[child_id].number for child_id in scope.children]
        for child_id in list(scope.children):
            run.remove(run.task_runs[child_id])
        if numbers and max(numbers) == run.next_number - 1 and len(numbers) == max(numbers) - min(numbers) + 1:
            run.next_number = min(numbers)
        for note in ("ending", "ahead"):
            task_run.notes.pop(note, None)
        rounds = task_run.notes["rounds"] + 1
        if run.execution.state is State.PAUSED and not run.execution.notes.get("paused_by_hand"):
            decision.enter_execution(State.RUNNING)
        decision.enter(task_run, State.RUNNING)
        self._count(decision, task_run, rounds)
        task_run.iteration = _number(task_run.notes)
        scope.forget_cursor()
        decision.set_phase(scope, MAIN)
        decision.advance(task_run.id)


def _number(notes: dict[str, Json]) -> int:
    first, rounds = notes.get("first", 0), notes["rounds"]
    return int(first + rounds - 1)
