"""Events to buses of Amazon."""

from __future__ import annotations

import json
from typing import Any

from tiercel.plugins import Json, Outputs, Properties, RunContext, TaskError
from tiercel.tasks.aws.connection import AwsTask, given
from tiercel.tasks.aws.sending import read_all
from tiercel.tasks.storage.ion import write_rows

_MOST_AT_ONCE = 10


class Entry(Properties):
    """An event.

    Attributes:
        event_bus_name: The bus it goes to.
        source: What it comes from.
        detail_type: What it is.
        detail: What is known of it: a map, or the text of one in JSON.
        resources: What it is about.
    """

    event_bus_name: str
    source: str
    detail_type: str
    detail: Json = None
    resources: list[str] | None = None


class EventOutputs(Outputs):
    """What was sent.

    Attributes:
        entry_count: How many events.
        failed_entry_count: How many of them were not taken.
        uri: The file with what became of each.
    """

    entry_count: int
    failed_entry_count: int
    uri: str


class PutEvents(
    AwsTask,
    type="io.kestra.plugin.aws.eventbridge.PutEvents",
    example="""
type: io.kestra.plugin.aws.eventbridge.PutEvents
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY') }}"
region: eu-central-1
entries:
  - eventBusName: default
    source: orders
    detailType: arrived
    detail:
      count: "{{ outputs.count.value }}"
""",
):
    """Sends events to a bus.

    Attributes:
        entries: The events, or the URI of a file with one in each row.
        fail_on_unsuccessful_events: Whether an event that is not taken fails the task.
    """

    entries: Json
    fail_on_unsuccessful_events: bool = True

    def run(self, ctx: RunContext) -> EventOutputs:
        """Send them, ten at a time."""
        events = list(read_all(ctx, self.entries, Entry))
        rows: list[Json] = []
        with self.opened(ctx, "events") as client:
            for start in range(0, len(events), _MOST_AT_ONCE):
                part = events[start : start + _MOST_AT_ONCE]
                answer = client.put_events(Entries=[_event(one) for one in part])
                rows += [
                    {**one.model_dump(by_alias=True, exclude_none=True), **_ended(found)}
                    for one, found in zip(part, answer["Entries"], strict=True)
                ]
        failed = [row for row in rows if isinstance(row, dict) and "errorCode" in row]
        uri = ctx.files.write(ctx.files.new_name(".ion"), write_rows(ctx.dialect, rows))
        ctx.counter("entry.count", len(rows))
        outputs = EventOutputs(entry_count=len(rows), failed_entry_count=len(failed), uri=uri)
        if failed and self.fail_on_unsuccessful_events:
            told = f"{failed[0]['errorCode']}: {failed[0].get('errorMessage', '')}"
            kept = outputs.model_dump(by_alias=True)
            raise TaskError(f"{len(failed)} of {len(rows)} events were not taken, the first for {told}", outputs=kept)
        return outputs


def _event(entry: Entry) -> dict[str, Any]:
    detail = entry.detail if isinstance(entry.detail, str) else json.dumps(entry.detail or {}, ensure_ascii=False)
    return given(
        EventBusName=entry.event_bus_name,
        Source=entry.source,
        DetailType=entry.detail_type,
        Detail=detail,
        Resources=entry.resources,
    )


def _ended(found: dict[str, Any]) -> dict[str, Json]:
    names = {"EventId": "eventId", "ErrorCode": "errorCode", "ErrorMessage": "errorMessage"}
    return {name: found[key] for key, name in names.items() if found.get(key)}
