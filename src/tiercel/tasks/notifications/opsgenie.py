"""Alarms for Opsgenie."""

from __future__ import annotations

import json

from tiercel.plugins import Json, RunContext
from tiercel.tasks.notifications.telling import TellingTask, facts_of, text_of, without_none
from tiercel.tasks.notifications.webhook import WebhookTask, post_message

_LONGEST_MESSAGE = 130


class OpsgenieAlert(
    WebhookTask,
    type="io.kestra.plugin.opsgenie.OpsgenieAlert",
    aliases=("io.kestra.plugin.notifications.opsgenie.OpsgenieAlert",),
    example="""
type: io.kestra.plugin.opsgenie.OpsgenieAlert
url: https://api.opsgenie.com/v2/alerts
authorizationToken: "{{ secret('OPSGENIE_KEY') }}"
payload: |
  {"message": "Orders are late", "priority": "P2"}
""",
):
    """Sends an alarm to Opsgenie.

    Attributes:
        url: Where alarms go.
        authorization_token: The key, with or without ``GenieKey`` before it.
        payload: The alarm, in JSON.
    """

    authorization_token: str | None = None

    def run(self, ctx: RunContext) -> None:
        """Send it."""
        body = json.dumps(self.written(), ensure_ascii=False)
        post_message(ctx, self.url, body, self.options, _headers(self.authorization_token))


class OpsgenieExecution(
    TellingTask,
    type="io.kestra.plugin.opsgenie.OpsgenieExecution",
    aliases=("io.kestra.plugin.notifications.opsgenie.OpsgenieExecution",),
    example="""
type: io.kestra.plugin.opsgenie.OpsgenieExecution
url: https://api.opsgenie.com/v2/alerts
authorizationToken: "{{ secret('OPSGENIE_KEY') }}"
executionId: "{{ trigger.executionId }}"
responders:
  4513b7ea-3b91-438f-b7e4-e3e54af9147c: team
priority: P1
""",
):
    """Tells Opsgenie of an execution; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        url: Where alarms go.
        authorization_token: The key, with or without ``GenieKey`` before it.
        message: The line of the alarm; the flow and its state when nothing is said.
        alias: Alarms with the same are one.
        responders: Who is called: what each id is, such as ``team``, by id.
        visible_to: Who else sees it: the same.
        tags: To find it by.
        priority: How urgent it is, from ``P1`` to ``P5``.
    """

    authorization_token: str | None = None
    message: str | None = None
    alias: str | None = None
    responders: dict[str, str] | None = None
    visible_to: dict[str, str] | None = None
    tags: list[str] | None = None
    priority: str | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it."""
        told = self.told(ctx)
        tags: Json = list(self.tags) if self.tags else None
        message = without_none(
            message=(self.message or told.title)[:_LONGEST_MESSAGE],
            description=text_of(told),
            details=facts_of(told),
            alias=self.alias,
            responders=_people(self.responders),
            visibleTo=_people(self.visible_to),
            tags=tags,
            priority=self.priority,
        )
        body = json.dumps({**message, **self.written()}, ensure_ascii=False)
        post_message(ctx, self.url, body, self.options, _headers(self.authorization_token))


def _headers(token: str | None) -> dict[str, str]:
    if not token:
        return {}
    return {"Authorization": token if " " in token.strip() else f"GenieKey {token.strip()}"}


def _people(written: dict[str, str] | None) -> Json:
    return [{"id": name, "type": kind} for name, kind in written.items()] if written else None
