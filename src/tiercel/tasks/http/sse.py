"""Requests answered by a stream of events."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from tiercel.plugins import ExpressionError, Json, Outputs, RunContext, TaskError
from tiercel.tasks.http.message import DEPRECATED, HttpTask


class Event(Outputs):
    """One event.

    Attributes:
        id: Its id.
        name: Its kind.
        data: Its data, read as JSON where it is that.
        comment: A comment sent with it.
        retry: After how many milliseconds to come again.
    """

    id: str | None = None
    name: str | None = None
    data: Json = None
    comment: str | None = None
    retry: int | None = None


class SseOutputs(Outputs):
    """What an SseRequest gives back.

    Attributes:
        uri: Where the events came from.
        events: All of them.
        size: How many.
        result: What ``concatJqExpression`` found in each, joined.
    """

    uri: str
    events: list[Event]
    size: int
    result: str | None = None


class SseRequest(
    HttpTask,
    type="io.kestra.plugin.core.http.SseRequest",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.core.http.SseRequest
uri: https://example.com/completions
method: POST
body:
  prompt: "{{ inputs.prompt }}"
  stream: true
concatJqExpression: .choices[0].delta.content
""",
):
    """Sends a request and collects the events of its answer until it ends.

    Attributes:
        concat_jq_expression: A jq expression; what it finds in the data of each event is joined to one text.
        failed_on_missing_jq: Whether an event in which it finds nothing fails the task.
    """

    concat_jq_expression: str | None = None
    failed_on_missing_jq: bool = True

    def run(self, ctx: RunContext) -> SseOutputs:
        """Send it and read to the end of the stream."""
        from tiercel.tasks.http.client import opened  # noqa: PLC0415 (takes longer to load than a small flow)

        events: list[Event] = []
        with opened(ctx, self) as response:
            for event in read_events(response.iter_lines()):
                if ctx.is_cancelled:
                    raise TaskError("The stream was cancelled")
                events.append(event)
            result = self._joined(ctx, events) if self.concat_jq_expression else None
            return SseOutputs(uri=str(response.url), events=events, size=len(events), result=result)

    def _joined(self, ctx: RunContext, events: Iterable[Event]) -> str:
        program = f".data | ({self.concat_jq_expression})"
        try:
            found = [
                self._found(
                    ctx.render(
                        "{{ box | jq(program) }}", {"box": {"data": event.data}, "program": program}, is_typed=True
                    ),
                    event,
                )
                for event in events
            ]
        except ExpressionError as error:
            raise TaskError(f"`concatJqExpression` cannot be applied: {error}") from None
        return "".join(found)

    def _found(self, results: list[Json], event: Event) -> str:
        present = [result for result in results if result is not None]
        if not present and self.failed_on_missing_jq:
            raise TaskError(f"`concatJqExpression` finds nothing in the event: {event.data}")
        return "".join(result if isinstance(result, str) else json.dumps(result) for result in present)


def read_events(lines: Iterable[str]) -> Iterator[Event]:
    """Read the events of a stream; one without its closing empty line is given too.

    Source: the event stream format of the HTML standard.
    """
    fields: dict[str, list[str]] = {}
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            fields.setdefault(name or "comment", []).append(value.removeprefix(" "))
        elif fields:
            yield _event(fields)
            fields = {}
    if fields:
        yield _event(fields)


def _event(fields: dict[str, list[str]]) -> Event:
    retry = fields.get("retry", [""])[-1]
    data = "\n".join(fields["data"]) if "data" in fields else None
    return Event(
        id=fields.get("id", [None])[-1],
        name=fields.get("event", [None])[-1],
        data=_json(data) if data is not None else None,
        comment="\n".join(fields["comment"]) if "comment" in fields else None,
        retry=int(retry) if retry.isdigit() else None,
    )


def _json(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return text
