"""What If and Switch share: a template chooses one branch, once, before the task run begins."""

from __future__ import annotations

from tiercel.engine import ending
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.scope import Scope
from tiercel.expressions import to_text
from tiercel.model.command import Evaluate
from tiercel.model.event import Evaluated
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json

PURPOSE = "branch"


class Branching(Flowable):
    """Asks for the property ``template`` names; ``choose`` turns its text into outputs and a branch."""

    template = ""

    def choose(self, task: TaskDefinition, text: str) -> tuple[dict[str, Json], str]:
        """The outputs, and the name of the branch; the empty text when there is none to take."""
        raise NotImplementedError

    def ask_early(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> bool:
        """The outputs are there even when runIf skips the task run."""
        if "branch" in task_run.notes:
            return False
        decision.order(Evaluate(task_run.id, PURPOSE, task.properties.get(self.template)))
        return True

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Note which branch was chosen, then let the task run begin."""
        if event.purpose != PURPOSE or "branch" in task_run.notes:
            return
        task_run.notes["branch"] = ""
        if event.error is not None:
            task_run.notes["failure"] = f"{self.template}: {event.error}"
        else:
            text = to_text(event.value, decision.run.execution.dialect)
            outputs, branch = self.choose(decision.run.task_of(task_run), text)
            task_run.outputs = outputs
            task_run.notes["branch"] = branch
            decision.run.publish(task_run)
        decision.run.touch(task_run)
        decision.begin(task_run)

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Start, or fail when no branch could be chosen."""
        if "failure" in task_run.notes:
            ending.fail(decision, task_run, str(task_run.notes["failure"]))
        else:
            super().begin(decision, task_run, task)

    def section(self, scope: Scope) -> str:
        """The chosen branch."""
        return str(scope.owner.notes.get("branch", "")) if scope.owner else ""
