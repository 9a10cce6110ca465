"""Alarms for those on call: PagerDuty, Zenduty and Squadcast."""

from __future__ import annotations

from typing import Literal

from tiercel.plugins import Json, RunContext
from tiercel.tasks.notifications.telling import TellingTask, facts_of, text_of, without_none
from tiercel.tasks.notifications.webhook import WebhookTask

_SEVERITIES = {"SUCCESS": "info", "WARNING": "warning", "KILLED": "warning"}


class PagerDutyAlert(
    WebhookTask,
    type="io.kestra.plugin.pagerduty.PagerDutyAlert",
    aliases=("io.kestra.plugin.notifications.pagerduty.PagerDutyAlert",),
    example="""
type: io.kestra.plugin.pagerduty.PagerDutyAlert
url: https://events.pagerduty.com/v2/enqueue
payload: |
  {
    "routing_key": "{{ secret('PAGERDUTY_KEY') }}",
    "event_action": "trigger",
    "payload": {"summary": "Orders are late", "source": "{{ flow.id }}", "severity": "error"}
  }
""",
):
    """Sends an event to PagerDuty.

    Attributes:
        url: Where events go.
        payload: The event, in JSON.
    """

    def run(self, ctx: RunContext) -> None:
        """Send it."""
        self.send(ctx, self.written())


class PagerDutyExecution(
    TellingTask,
    type="io.kestra.plugin.pagerduty.PagerDutyExecution",
    aliases=("io.kestra.plugin.notifications.pagerduty.PagerDutyExecution",),
    example="""
type: io.kestra.plugin.pagerduty.PagerDutyExecution
url: https://events.pagerduty.com/v2/enqueue
routingKey: "{{ secret('PAGERDUTY_KEY') }}"
eventAction: trigger
executionId: "{{ trigger.executionId }}"
""",
):
    """Tells PagerDuty of an execution; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        url: Where events go.
        routing_key: Of the integration.
        event_action: What is done: ``trigger``, ``acknowledge`` or ``resolve``.
        deduplication_key: Events with the same key are of one alarm.
        payload_summary: The line of the alarm; what happened when nothing is said.
    """

    routing_key: str | None = None
    event_action: str | None = None
    deduplication_key: str | None = None
    payload_summary: str | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it."""
        told = self.told(ctx)
        event: Json = {
            "summary": self.payload_summary or "\n".join([told.title, *([told.text] if told.text else [])]),
            "source": told.link or told.title,
            "severity": _SEVERITIES.get(told.state, "error"),
            "custom_details": facts_of(told),
        }
        message = without_none(
            routing_key=self.routing_key,
            event_action=self.event_action or "trigger",
            dedup_key=self.deduplication_key,
            links=[{"href": told.link, "text": "The execution"}] if told.link else None,
            payload=event,
        )
        self.send(ctx, {**message, **self.written()})


class ZendutyAlert(
    WebhookTask,
    type="io.kestra.plugin.zenduty.ZendutyAlert",
    aliases=("io.kestra.plugin.notifications.zenduty.ZendutyAlert",),
    example="""
type: io.kestra.plugin.zenduty.ZendutyAlert
url: "https://www.zenduty.com/api/events/{{ secret('ZENDUTY_KEY') }}/"
payload: |
  {"alert_type": "error", "message": "Orders are late", "summary": "{{ flow.id }}"}
""",
):
    """Sends an alarm to Zenduty.

    Attributes:
        payload: The alarm, in JSON.
    """

    def run(self, ctx: RunContext) -> None:
        """Send it."""
        self.send(ctx, self.written())


class ZendutyExecution(
    TellingTask,
    type="io.kestra.plugin.zenduty.ZendutyExecution",
    aliases=("io.kestra.plugin.notifications.zenduty.ZendutyExecution",),
    example="""
type: io.kestra.plugin.zenduty.ZendutyExecution
url: "https://www.zenduty.com/api/events/{{ secret('ZENDUTY_KEY') }}/"
executionId: "{{ trigger.executionId }}"
alertType: CRITICAL
""",
):
    """Tells Zenduty of an execution; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        message: The line of the alarm; the flow and its state when nothing is said.
        summary: Its text; what happened when nothing is said.
        alert_type: How grave it is.
        entity_id: Alarms with the same are of one incident.
        urls: Addresses to show beside it.
    """

    message: str | None = None
    summary: str | None = None
    alert_type: Literal["CRITICAL", "ACKNOWLEDGED", "RESOLVED", "ERROR", "WARNING", "INFO"] | None = None
    entity_id: str | None = None
    urls: list[str] | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it."""
        told = self.told(ctx)
        links = [*([told.link] if told.link else []), *(self.urls or [])]
        message = without_none(
            message=self.message or told.title,
            summary=self.summary or text_of(told),
            alert_type=(self.alert_type or _SEVERITIES.get(told.state, "error")).lower(),
            entity_id=self.entity_id,
            payload=facts_of(told),
            urls=[{"link_url": link, "link_text": link} for link in links] or None,
        )
        self.send(ctx, {**message, **self.written()})


class SquadcastIncomingWebhook(
    WebhookTask,
    type="io.kestra.plugin.squadcast.SquadcastIncomingWebhook",
    aliases=("io.kestra.plugin.notifications.squadcast.SquadcastIncomingWebhook",),
    example="""
type: io.kestra.plugin.squadcast.SquadcastIncomingWebhook
url: "{{ secret('SQUADCAST_WEBHOOK') }}"
payload: |
  {"message": "Orders are late", "description": "{{ flow.id }}", "status": "trigger"}
""",
):
    """Sends an incident to Squadcast.

    Attributes:
        payload: The incident, in JSON.
    """

    def run(self, ctx: RunContext) -> None:
        """Send it."""
        self.send(ctx, self.written())


class SquadcastExecution(
    TellingTask,
    type="io.kestra.plugin.squadcast.SquadcastExecution",
    aliases=("io.kestra.plugin.notifications.squadcast.SquadcastExecution",),
    example="""
type: io.kestra.plugin.squadcast.SquadcastExecution
url: "{{ secret('SQUADCAST_WEBHOOK') }}"
message: A flow needs you
executionId: "{{ trigger.executionId }}"
priority: P1
""",
):
    """Tells Squadcast of an execution; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        message: The line of the incident.
        priority: How urgent it is, from ``P1`` to ``P5``.
        status: What is done: ``trigger`` or ``resolve``.
        event_id: Events with the same are of one incident.
        tags: Names and values to find it by.
    """

    message: str
    priority: str | None = None
    status: str | None = None
    event_id: str | None = None
    tags: dict[str, str] | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it."""
        tags: Json = dict(self.tags) if self.tags else None
        message = without_none(
            message=self.message,
            description=text_of(self.told(ctx)),
            priority=self.priority,
            status=self.status or "trigger",
            event_id=self.event_id,
            tags=tags,
        )
        self.send(ctx, {**message, **self.written()})
