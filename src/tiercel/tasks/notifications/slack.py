"""Messages to Slack."""

from __future__ import annotations

from tiercel.plugins import Json, RunContext
from tiercel.tasks.notifications.execution import Told, describe
from tiercel.tasks.notifications.webhook import WebhookTask

_MOST_FIELDS = 10  # of one block
_TO_ESCAPE = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


class SlackIncomingWebhook(
    WebhookTask,
    type="io.kestra.plugin.slack.notifications.SlackIncomingWebhook",
    aliases=(
        "io.kestra.plugin.slack.SlackIncomingWebhook",
        "io.kestra.plugin.notifications.slack.SlackIncomingWebhook",
    ),
    example="""
type: io.kestra.plugin.slack.notifications.SlackIncomingWebhook
url: "{{ secret('SLACK_WEBHOOK') }}"
messageText: "Orders are in: {{ outputs.count.value }}"
""",
):
    """Sends a message to Slack.

    Attributes:
        message_text: The text; over that of the payload.
        payload: The whole message, in JSON.
    """

    message_text: str | None = None

    def run(self, ctx: RunContext) -> None:
        """Send it."""
        text: dict[str, Json] = {} if self.message_text is None else {"text": self.message_text}
        self.send(ctx, {**self.written(), **text})


class SlackExecution(
    WebhookTask,
    type="io.kestra.plugin.slack.notifications.SlackExecution",
    aliases=("io.kestra.plugin.slack.SlackExecution", "io.kestra.plugin.notifications.slack.SlackExecution"),
    deprecated_properties=("channel", "iconEmoji", "iconUrl", "username"),
    example="""
type: io.kestra.plugin.slack.notifications.SlackExecution
url: "{{ secret('SLACK_WEBHOOK') }}"
executionId: "{{ trigger.executionId }}"
customMessage: Please have a look
""",
):
    """Tells Slack of an execution; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        execution_id: Of the execution; the own one when nothing is said.
        custom_message: A text to add.
        custom_fields: Names and values to add.
        message_text: The text where blocks cannot be shown, as in notifications of a phone.
        template_render_map: Further names and values to add.
        channel: Where to; Slack no longer heeds it.
        icon_emoji: A picture of the sender; Slack no longer heeds it.
        icon_url: A picture of the sender; Slack no longer heeds it.
        username: Name of the sender; Slack no longer heeds it.
    """

    execution_id: str = "{{ execution.id }}"
    custom_message: str | None = None
    custom_fields: dict[str, Json] | None = None
    message_text: str | None = None
    template_render_map: dict[str, Json] | None = None
    channel: str | None = None
    icon_emoji: str | None = None
    icon_url: str | None = None
    username: str | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it."""
        told = describe(ctx, self.execution_id, self.custom_message, self.custom_fields, self.template_render_map)
        sender = {
            "channel": self.channel,
            "username": self.username,
            "icon_emoji": self.icon_emoji,
            "icon_url": self.icon_url,
        }
        message: dict[str, Json] = {
            "text": self.message_text or told.title,
            "attachments": [{"color": f"#{told.color}", "blocks": _blocks(told)}],
            **{name: value for name, value in sender.items() if value is not None},
        }
        self.send(ctx, {**message, **self.written()})


def _blocks(told: Told) -> list[Json]:
    blocks: list[Json] = [_section(f"*{_escaped(told.title)}*")]
    if told.text:
        blocks.append(_section(_escaped(told.text)))
    fields = [_text(f"*{_escaped(name)}*\n{_escaped(value)}") for name, value in told.facts.items()]
    starts = range(0, len(fields), _MOST_FIELDS)
    blocks += [{"type": "section", "fields": fields[start : start + _MOST_FIELDS]} for start in starts]
    if told.link:
        blocks.append(_section(f"<{told.link}|Show the execution>"))
    return blocks


def _section(text: str) -> Json:
    return {"type": "section", "text": _text(text)}


def _text(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def _escaped(text: str) -> str:
    """Escape what Slack reads as links and mentions."""
    return "".join(_TO_ESCAPE.get(letter, letter) for letter in text)
