"""Messages to Telegram, Zulip and Google Chat."""

from __future__ import annotations

import json
from typing import Literal

from pydantic import Field

from tiercel.plugins import Json, RunContext, Task, TaskError
from tiercel.tasks.notifications.execution import describe
from tiercel.tasks.notifications.telling import TellingTask, text_of, without_none
from tiercel.tasks.notifications.webhook import RequestOptions, WebhookTask, post_message

_TELEGRAM = "https://api.telegram.org"
_PARSE_MODES = {"HTML": "HTML", "MARKDOWNV2": "MarkdownV2"}
_LONGEST_TEXT = 4096


class TelegramTask(Task):
    """A task that writes to Telegram.

    Attributes:
        token: Of the bot that writes.
        channel: Where to: the id of a chat, or the name of a channel.
        payload: The text.
        parse_mode: How marks in the text are read; as they stand when nothing is said.
        endpoint_override: Address of another service that speaks the same protocol.
        options: How it is sent.
    """

    token: str
    channel: str
    payload: str | None = None
    parse_mode: Literal["HTML", "MARKDOWNV2"] | None = None
    endpoint_override: str | None = None
    options: RequestOptions = Field(default_factory=RequestOptions)

    def write(self, ctx: RunContext, text: str) -> None:
        """Send a text.

        Raises:
            TaskError: It was not taken, or is longer than a message may be.
        """
        if len(text) > _LONGEST_TEXT:
            raise TaskError(f"The text has {len(text)} characters; a message may have {_LONGEST_TEXT}")
        message = without_none(
            chat_id=self.channel, text=text, parse_mode=_PARSE_MODES[self.parse_mode] if self.parse_mode else None
        )
        url = f"{(self.endpoint_override or _TELEGRAM).rstrip('/')}/bot{self.token}/sendMessage"
        post_message(ctx, url, json.dumps(message, ensure_ascii=False), self.options)


class TelegramSend(
    TelegramTask,
    type="io.kestra.plugin.telegram.TelegramSend",
    aliases=("io.kestra.plugin.notifications.telegram.TelegramSend",),
    example="""
type: io.kestra.plugin.telegram.TelegramSend
token: "{{ secret('TELEGRAM_TOKEN') }}"
channel: "2072728690"
payload: "Orders are in: {{ outputs.count.value }}"
""",
):
    """Writes to Telegram."""

    def run(self, ctx: RunContext) -> None:
        """Send the text."""
        if not self.payload:
            raise TaskError("payload must be the text to send")
        self.write(ctx, self.payload)


class TelegramExecution(
    TelegramTask,
    type="io.kestra.plugin.telegram.TelegramExecution",
    aliases=("io.kestra.plugin.notifications.telegram.TelegramExecution",),
    example="""
type: io.kestra.plugin.telegram.TelegramExecution
token: "{{ secret('TELEGRAM_TOKEN') }}"
channel: "2072728690"
executionId: "{{ trigger.executionId }}"
""",
):
    """Tells Telegram of an execution; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        payload: A text in place of what is told.
        execution_id: Of the execution; the own one when nothing is said.
        custom_message: A text to add.
        custom_fields: Names and values to add.
        template_render_map: Further names and values to add.
    """

    execution_id: str = "{{ execution.id }}"
    custom_message: str | None = None
    custom_fields: dict[str, Json] | None = None
    template_render_map: dict[str, Json] | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it; its texts are plain, so they hold no marks."""
        told = describe(ctx, self.execution_id, self.custom_message, self.custom_fields, self.template_render_map)
        if self.payload is None:
            self.parse_mode = None
        self.write(ctx, self.payload or text_of(told)[:_LONGEST_TEXT])


class ZulipIncomingWebhook(
    WebhookTask,
    type="io.kestra.plugin.zulip.ZulipIncomingWebhook",
    aliases=("io.kestra.plugin.notifications.zulip.ZulipIncomingWebhook",),
    example="""
type: io.kestra.plugin.zulip.ZulipIncomingWebhook
url: "{{ secret('ZULIP_WEBHOOK') }}"
payload: |
  {"text": "Orders are in"}
""",
):
    """Sends a message to Zulip, to an address of its integration for messages in the form of Slack.

    Attributes:
        payload: The message, in JSON.
    """

    def run(self, ctx: RunContext) -> None:
        """Send it."""
        self.send(ctx, self.written())


class ZulipExecution(
    TellingTask,
    type="io.kestra.plugin.zulip.ZulipExecution",
    aliases=("io.kestra.plugin.notifications.zulip.ZulipExecution",),
    example="""
type: io.kestra.plugin.zulip.ZulipExecution
url: "{{ secret('ZULIP_WEBHOOK') }}"
executionId: "{{ trigger.executionId }}"
username: Tiercel
""",
):
    """Tells Zulip of an execution; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        channel: Where to, if not where the address leads.
        username: Name of the sender.
        icon_emoji: A picture of the sender.
        icon_url: Address of a picture of the sender.
    """

    channel: str | None = None
    username: str | None = None
    icon_emoji: str | None = None
    icon_url: str | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it."""
        message = without_none(
            text=text_of(self.told(ctx)),
            channel=self.channel,
            username=self.username,
            icon_emoji=self.icon_emoji,
            icon_url=self.icon_url,
        )
        self.send(ctx, {**message, **self.written()})


class GoogleChatIncomingWebhook(
    WebhookTask,
    type="io.kestra.plugin.googleworkspace.chat.GoogleChatIncomingWebhook",
    aliases=("io.kestra.plugin.notifications.google.GoogleChatIncomingWebhook",),
    example="""
type: io.kestra.plugin.googleworkspace.chat.GoogleChatIncomingWebhook
url: "{{ secret('GOOGLE_CHAT_WEBHOOK') }}"
payload: |
  {"text": "Orders are in"}
""",
):
    """Sends a message to Google Chat.

    Attributes:
        payload: The message, in JSON.
    """

    def run(self, ctx: RunContext) -> None:
        """Send it."""
        self.send(ctx, self.written())


class GoogleChatExecution(
    TellingTask,
    type="io.kestra.plugin.googleworkspace.chat.GoogleChatExecution",
    aliases=("io.kestra.plugin.notifications.google.GoogleChatExecution",),
    example="""
type: io.kestra.plugin.googleworkspace.chat.GoogleChatExecution
url: "{{ secret('GOOGLE_CHAT_WEBHOOK') }}"
executionId: "{{ trigger.executionId }}"
""",
):
    """Tells Google Chat of an execution; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        text: A text in place of what is told.
    """

    text: str | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it."""
        self.send(ctx, {"text": self.text or text_of(self.told(ctx)), **self.written()})
