"""How a task says that it failed."""

from __future__ import annotations

from tiercel.model.json import Json


class TaskError(Exception):
    """The task failed, and the message is meant for the user as it stands.

    Attributes:
        outputs: What it produced all the same, if anything.
    """

    def __init__(self, message: str, *, outputs: dict[str, Json] | None = None) -> None:
        self.outputs = outputs
        super().__init__(message)
