"""Messages to Microsoft Teams."""

from __future__ import annotations

from tiercel.plugins import Json, RunContext
from tiercel.tasks.notifications.telling import TellingTask
from tiercel.tasks.notifications.webhook import WebhookTask

_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_STYLES = {"SUCCESS": "good", "WARNING": "warning", "FAILED": "attention", "KILLED": "attention"}


class TeamsIncomingWebhook(
    WebhookTask,
    type="io.kestra.plugin.microsoft365.teams.TeamsIncomingWebhook",
    aliases=("io.kestra.plugin.notifications.teams.TeamsIncomingWebhook",),
    example="""
type: io.kestra.plugin.microsoft365.teams.TeamsIncomingWebhook
url: "{{ secret('TEAMS_WEBHOOK') }}"
payload: |
  {"text": "Orders are in"}
""",
):
    """Sends a message to Microsoft Teams.

    Attributes:
        payload: The message, in JSON.
    """

    def run(self, ctx: RunContext) -> None:
        """Send it."""
        self.send(ctx, self.written())


class TeamsExecution(
    TellingTask,
    type="io.kestra.plugin.microsoft365.teams.TeamsExecution",
    aliases=("io.kestra.plugin.notifications.teams.TeamsExecution",),
    example="""
type: io.kestra.plugin.microsoft365.teams.TeamsExecution
url: "{{ secret('TEAMS_WEBHOOK') }}"
executionId: "{{ trigger.executionId }}"
activityTitle: Orders
""",
):
    """Tells Microsoft Teams of an execution; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        activity_title: The title; it names the flow when nothing is said.
        activity_subtitle: The line below it.
        theme_color: Has no effect: cards take the color of the state.
    """

    activity_title: str | None = None
    activity_subtitle: str | None = None
    theme_color: str = "0076D7"

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it."""
        told = self.told(ctx)
        title = _block(self.activity_title or told.title, size="Large", weight="Bolder")
        lines = [line for line in (self.activity_title and told.title, self.activity_subtitle, told.text) if line]
        facts = [{"title": name, "value": value} for name, value in told.facts.items()]
        card: dict[str, Json] = {
            "$schema": _SCHEMA,
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": [
                {"type": "Container", "style": _STYLES.get(told.state, "default"), "items": [title]},
                *map(_block, lines),
                {"type": "FactSet", "facts": facts},
            ],
        }
        if told.link:
            card["actions"] = [{"type": "Action.OpenUrl", "title": "Show the execution", "url": told.link}]
        content: Json = {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        self.send(ctx, {"type": "message", "attachments": [content], **self.written()})


def _block(text: str, **look: str) -> Json:
    return {"type": "TextBlock", "text": text, "wrap": True, **look}
