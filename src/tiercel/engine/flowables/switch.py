"""Switch: the branch whose key is the rendered text, or ``defaults``."""

from __future__ import annotations

from tiercel.engine import ending
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.branching import Branching
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json


class Switch(Branching):
    """Text and keys are compared as they are; without a match and without ``defaults`` it fails."""

    template = "value"

    def choose(self, task: TaskDefinition, text: str) -> tuple[dict[str, Json], str]:
        """By equality."""
        branch = f"cases.{text}"
        is_known = branch in task.branches
        if not is_known:
            branch = "defaults" if "defaults" in task.branches else ""
        return {"value": text, "defaults": not is_known}, branch

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Start, or fail without a branch to take."""
        if task_run.notes.get("branch") == "" and task_run.outputs:
            value = task_run.outputs["value"]
            ending.fail(decision, task_run, f"No case for {value!r} and no defaults")
        else:
            super().begin(decision, task_run, task)
