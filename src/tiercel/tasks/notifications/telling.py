"""What tasks that tell of an execution have in common, whatever they tell it to."""

from __future__ import annotations

from tiercel.plugins import Json, RunContext
from tiercel.tasks.notifications.execution import Told, describe
from tiercel.tasks.notifications.webhook import WebhookTask


class TellingTask(WebhookTask):
    """A task that tells of an execution.

    Attributes:
        execution_id: Of the execution; the own one when nothing is said.
        custom_message: A text to add.
        custom_fields: Names and values to add.
        template_render_map: Further names and values to add.
    """

    execution_id: str = "{{ execution.id }}"
    custom_message: str | None = None
    custom_fields: dict[str, Json] | None = None
    template_render_map: dict[str, Json] | None = None

    def told(self, ctx: RunContext) -> Told:
        """Ask for the execution, and put together what is told of it."""
        return describe(ctx, self.execution_id, self.custom_message, self.custom_fields, self.template_render_map)


def facts_of(told: Told) -> dict[str, Json]:
    """Give the names and values of what is told, with the link."""
    return {**told.facts, **({"Link": told.link} if told.link else {})}


def text_of(told: Told) -> str:
    """Give all that is told as lines of plain text."""
    return "\n".join([*told.lines(), *([told.link] if told.link else [])])


def without_none(**values: Json) -> dict[str, Json]:
    """Leave out what is not there."""
    return {name: value for name, value in values.items() if value is not None}
