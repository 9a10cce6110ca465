"""Events for Sentry."""

from __future__ import annotations

import json
import re
import uuid
from datetime import UTC, datetime
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from tiercel.plugins import Json, RunContext, Task, TaskError
from tiercel.tasks.notifications.execution import describe
from tiercel.tasks.notifications.telling import facts_of, text_of, without_none
from tiercel.tasks.notifications.webhook import RequestOptions, post_message, read_payload

_MADE = "a generated unique identifier"
_CLIENT = "tiercel"
_MOST_EVENT_BYTES = 1024 * 1024
_ID = re.compile(r"[0-9a-f]{32}")
_PLATFORMS = Literal[
    "AS3",
    "C",
    "CFML",
    "COCOA",
    "CSHARP",
    "ELIXIR",
    "HASKELL",
    "GO",
    "GROOVY",
    "JAVA",
    "JAVASCRIPT",
    "NATIVE",
    "NODE",
    "OBJC",
    "OTHER",
    "PERL",
    "PHP",
    "PYTHON",
    "RUBY",
]


class SentryTask(Task):
    """A task that sends an event.

    Attributes:
        dsn: The address of the project, as Sentry gives it, with the key in it.
        endpoint_type: By which of its two ways Sentry takes it.
        payload: Parts of the event, in JSON, over those made here.
        options: How it is sent.
    """

    dsn: Annotated[str, Field(min_length=1)]
    endpoint_type: Literal["ENVELOPE", "STORE"] = "ENVELOPE"
    payload: str | None = None
    options: RequestOptions = Field(default_factory=RequestOptions)

    def send(self, ctx: RunContext, event: dict[str, Json]) -> None:
        """Send an event; parts that the flow wrote go over it.

        Raises:
            TaskError: It was not taken, is too large, or has an id that is none.
        """
        whole = {"event_id": uuid.uuid4().hex, "timestamp": datetime.now(UTC).isoformat(), **event}
        whole |= read_payload(self.payload)
        whole["event_id"] = _checked_id(str(whole["event_id"]))
        body = json.dumps(whole, ensure_ascii=False)
        if len(body.encode()) > _MOST_EVENT_BYTES:
            raise TaskError(f"The event has {len(body.encode())} bytes; Sentry takes {_MOST_EVENT_BYTES}")
        if self.endpoint_type == "ENVELOPE":
            heads: list[dict[str, Json]] = [
                {"event_id": whole["event_id"], "sent_at": datetime.now(UTC).isoformat()},
                {"type": "event", "length": len(body.encode()), "content_type": "application/json"},
            ]
            body = "\n".join((*map(json.dumps, heads), body, ""))
        post_message(ctx, _address(self.dsn, self.endpoint_type.lower()), body, self.options)


class SentryAlert(
    SentryTask,
    type="io.kestra.plugin.sentry.SentryAlert",
    aliases=("io.kestra.plugin.notifications.sentry.SentryAlert",),
    example="""
type: io.kestra.plugin.sentry.SentryAlert
dsn: "{{ secret('SENTRY_DSN') }}"
payload: |
  {"level": "warning", "message": {"message": "Orders are late"}}
""",
):
    """Sends an event to Sentry; without a payload, that this execution failed."""

    def run(self, ctx: RunContext) -> None:
        """Send it."""
        facts = ctx.facts
        event: dict[str, Json] = {
            "platform": "python",
            "level": "error",
            "message": {"message": f"Execution {facts.execution_id} failed"},
            "extra": {
                "Namespace": facts.namespace,
                "Flow ID": facts.flow_id,
                "Execution ID": facts.execution_id,
            },
        }
        self.send(ctx, event if not self.payload else {})


class SentryExecution(
    SentryTask,
    type="io.kestra.plugin.sentry.SentryExecution",
    aliases=("io.kestra.plugin.notifications.sentry.SentryExecution",),
    example="""
type: io.kestra.plugin.sentry.SentryExecution
dsn: "{{ secret('SENTRY_DSN') }}"
executionId: "{{ trigger.executionId }}"
level: FATAL
""",
):
    """Tells Sentry of an execution; in a flow with a Flow trigger, of the one that started it.

    Attributes:
        execution_id: Of the execution; the own one when nothing is said.
        custom_message: A text to add.
        custom_fields: Names and values to add.
        template_render_map: Further names and values to add.
        event_id: Of the event, 32 hexadecimal digits; a new one when nothing is said.
        platform: What the event is said to come from.
        level: How grave it is.
        transaction: What was going on; the flow when nothing is said.
        server_name: Where it happened.
        extra: More names and values.
        errors: What Sentry is told about errors of processing the event.
    """

    execution_id: str = "{{ execution.id }}"
    custom_message: str | None = None
    custom_fields: dict[str, Json] | None = None
    template_render_map: dict[str, Json] | None = None
    event_id: str = _MADE
    platform: _PLATFORMS = "JAVA"
    level: Literal["FATAL", "ERROR", "WARNING", "INFO", "DEBUG"] = "ERROR"
    transaction: str | None = None
    server_name: str | None = None
    extra: dict[str, Json] | None = None
    errors: dict[str, Json] | None = None

    def run(self, ctx: RunContext) -> None:
        """Ask for the execution, and tell of it."""
        told = describe(ctx, self.execution_id, self.custom_message, self.custom_fields, self.template_render_map)
        event = without_none(
            event_id=None if self.event_id == _MADE else self.event_id,
            platform=self.platform.lower(),
            level=self.level.lower(),
            transaction=self.transaction or told.title.rpartition(":")[0],
            server_name=self.server_name,
            message={"message": text_of(told)},
            extra={**facts_of(told), **(self.extra or {})},
            errors=self.errors,
        )
        self.send(ctx, event)


def _checked_id(text: str) -> str:
    found = text.replace("-", "").lower()
    if not _ID.fullmatch(found):
        raise TaskError(f"'{text}' is no id of an event: it must be 32 hexadecimal digits")
    return found


def _address(dsn: str, way: str) -> str:
    """Give the address that takes events: made of that of the project, or as it is when it is no such one."""
    parts = urlsplit(dsn)
    folder, _, project = parts.path.rpartition("/")
    if not parts.username or not project:
        return dsn
    host = parts.netloc.rpartition("@")[2]
    query = f"sentry_version=7&sentry_client={_CLIENT}&sentry_key={parts.username}"
    return f"{parts.scheme}://{host}{folder}/api/{project}/{way}/?{query}"
