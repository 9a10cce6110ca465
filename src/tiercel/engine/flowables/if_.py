"""If: one of two branches."""

from __future__ import annotations

from tiercel.engine import ending
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.branching import Branching
from tiercel.engine.scope import Scope
from tiercel.expressions import compile_template, is_truthy, to_text
from tiercel.model.command import Evaluate
from tiercel.model.dialect import Dialect
from tiercel.model.event import Evaluated
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json
from tiercel.model.state import State

AT_END = "branchAtEnd"
RESULT = "evaluationResult"
CHANGEABLE = frozenset({"vars", "labels"})


class If(Branching):
    """``then`` when the condition holds, else ``else``."""

    template = "condition"

    def choose(self, task: TaskDefinition, text: str) -> tuple[dict[str, Json], str]:
        """By the truth of the text."""
        del task
        holds = is_truthy(text)
        return {RESULT: holds}, "then" if holds else "else"

    def end(self, decision: Decision, scope: Scope, state: State) -> None:
        """Test a condition on what tasks may have changed once more: the output says how it stands at the end."""
        owner = scope.owner
        if owner is None or "ending" in owner.notes:
            return
        condition = decision.run.task_of(owner).properties.get(self.template)
        if not _may_change(condition, decision.run.execution.dialect):
            super().end(decision, scope, state)
            return
        owner.notes["ending"] = state.value
        decision.run.touch(owner)
        decision.order(Evaluate(owner.id, AT_END, condition))

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Choose, or end with what the condition says now."""
        if event.purpose != AT_END:
            super().answered(decision, task_run, event)
        elif task_run.state is State.RUNNING and "ending" in task_run.notes:
            if event.error is None:
                holds = is_truthy(to_text(event.value, decision.run.execution.dialect))
                task_run.outputs = {RESULT: holds}
            ending.finish(decision, task_run, State(task_run.notes.pop("ending")))


def _may_change(condition: Json, dialect: Dialect) -> bool:
    """Whether the tasks of a branch can change what a condition reads."""
    if not isinstance(condition, str) or "{" not in condition:
        return False
    return not compile_template(condition, dialect).names.isdisjoint(CHANGEABLE)
