"""Switch: the branch whose key is the rendered text, or ``defaults``."""

from __future__ import annotations

from tiercel.engine import ending
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.branching import Branching
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json

CASES = "cases."


class Switch(Branching):
    """Text and keys are compared as they are; it fails without a match and ``defaults``, and without any case."""

    template = "value"

    def choose(self, task: TaskDefinition, text: str) -> tuple[dict[str, Json], str]:
        """By equality."""
        if not any(name.startswith(CASES) for name in task.branches):
            return {}, ""
        branch = f"{CASES}{text}"
        is_known = branch in task.branches
        if not is_known:
            branch = "defaults" if "defaults" in task.branches else ""
        return {"value": text, "defaults": not is_known}, branch

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Start, or fail without a branch to take."""
        if task_run.notes.get("branch") == "" and "failure" not in task_run.notes:
            value = (task_run.outputs or {}).get("value")
            why = "It has no cases" if value is None else f"No case for {value!r} and no defaults"
            ending.fail(decision, task_run, why)
        else:
            super().begin(decision, task_run, task)
