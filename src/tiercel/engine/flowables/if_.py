"""If: one of two branches."""

from __future__ import annotations

from tiercel.engine.flowables.branching import Branching
from tiercel.expressions import is_truthy
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json


class If(Branching):
    """``then`` when the condition holds, else ``else``."""

    template = "condition"

    def choose(self, task: TaskDefinition, text: str) -> tuple[dict[str, Json], str]:
        """By the truth of the text."""
        del task
        holds = is_truthy(text)
        return {"evaluationResult": holds}, "then" if holds else "else"
