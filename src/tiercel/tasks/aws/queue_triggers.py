"""Triggers that wait for messages of a queue.

A message is deleted when the execution for it is stored: with the next look of the trigger that looks now and then, at
once of the one that listens. Until then the service would give it again; it is known by its id then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Annotated, Any

from pydantic import Field

from tiercel.plugins import (
    Json,
    LogLevel,
    Outputs,
    PollingTrigger,
    RealtimeTrigger,
    RunContext,
    Static,
    TaskError,
    TriggerEvent,
)
from tiercel.tasks.aws.messages import ConsumeOutputs, QueueTask, Serde, parsed, taken
from tiercel.tasks.storage.ion import write_rows

_MOST_A_LOOK = 1000
_REMEMBERED = 2000
_LONGEST_WAIT_SECONDS = 5  # at once, so that it hears when it is to end
_MORE_SECONDS = 60
_LONGEST_INVISIBLE = 43_200

Message = dict[str, Any]


class QueueTrigger(
    PollingTrigger,
    QueueTask,
    type="io.kestra.plugin.aws.sqs.Trigger",
    outputs=ConsumeOutputs,
    example="""
type: io.kestra.plugin.aws.sqs.Trigger
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY') }}"
region: eu-central-1
queueUrl: https://sqs.eu-central-1.amazonaws.com/000000000000/orders
maxRecords: 100
interval: PT1M
""",
):
    """Looks into a queue now and then, and starts one execution for the messages that are there, a thousand at most.

    Messages are deleted with the look after the one that took them, since by then their execution is stored. A message
    that is no JSON, where it should be, stays and is told of.

    Attributes:
        interval: How often.
        serde_type: What a message is: text, or JSON.
        max_records: How many to take at most.
        max_duration: How long to take them at most.
        auto_delete: Whether they are deleted from the queue.
        visibility_timeout: How long nobody else sees a message that was taken, in seconds; a minute more than the
            interval at least, when they are deleted.
    """

    interval: Static[timedelta] = timedelta(minutes=1)
    serde_type: Serde = "STRING"
    max_records: Annotated[int, Field(ge=1)] | None = None
    max_duration: timedelta | None = None
    auto_delete: bool = True
    visibility_timeout: int = 30

    def evaluate(self, ctx: RunContext) -> ConsumeOutputs | None:
        """Delete the messages of the look before, then take others; a dry look gives them back at once."""
        handles, known = _kept(ctx)
        with self.opened(ctx, "sqs") as client:
            if ctx.facts.is_dry:
                found = list(taken(ctx, client, self, most=self._most, visible_after=0))
                rows = [value for _, value in _read(ctx, found, self.serde_type)]
            else:
                for handle in handles:
                    delete(client, self.queue_url, handle)
                rows = self._take(ctx, client, known)
        if not rows:
            return None
        uri = ctx.files.write(ctx.files.new_name(".ion"), write_rows(ctx.dialect, rows))
        return ConsumeOutputs(uri=uri, count=len(rows))

    @property
    def _most(self) -> int:
        return min(self.max_records or _MOST_A_LOOK, _MOST_A_LOOK)

    def _take(self, ctx: RunContext, client: Any, known: list[str]) -> list[Json]:  # noqa: ANN401 (of an optional package)
        """Take messages, delete those that came again, and remember the others."""
        hidden = self.visibility_timeout
        if self.auto_delete:
            hidden = max(hidden, min(int(self.interval.total_seconds()) + _MORE_SECONDS, _LONGEST_INVISIBLE))
        found: list[Message] = []
        for one in taken(ctx, client, self, most=self._most, visible_after=hidden):
            if one["MessageId"] not in known:
                found.append(one)
            elif self.auto_delete:
                delete(client, self.queue_url, one["ReceiptHandle"])
        read = list(_read(ctx, found, self.serde_type))
        if self.auto_delete:
            remembered = [*known, *(one["MessageId"] for one, _ in read)][-_REMEMBERED:]
            ctx.keep({"handles": [one["ReceiptHandle"] for one, _ in read], "known": remembered})
        return [value for _, value in read]


class MessageOutputs(Outputs):
    """What expressions see as ``trigger``.

    Attributes:
        data: The message: text, or what its JSON says.
        group_id: Messages of one group stay in order, in queues that keep it.
        deduplication_id: Messages with the same are taken once, in such queues.
        delay_seconds: Not told by the service.
    """

    data: Json
    group_id: str | None = None
    deduplication_id: str | None = None
    delay_seconds: int | None = None


class QueueWatch(
    RealtimeTrigger,
    QueueTask,
    type="io.kestra.plugin.aws.sqs.RealtimeTrigger",
    outputs=MessageOutputs,
    example="""
type: io.kestra.plugin.aws.sqs.RealtimeTrigger
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY') }}"
region: eu-central-1
queueUrl: https://sqs.eu-central-1.amazonaws.com/000000000000/orders
serdeType: JSON
""",
):
    """Starts an execution for each message of a queue, once each, and deletes it when the execution is stored.

    A message that is no JSON, where it should be, stays and is told of.

    Attributes:
        serde_type: What a message is: text, or JSON.
        auto_delete: Whether it is deleted from the queue.
        visibility_timeout: How long nobody else sees a message that was taken, in seconds.
        max_number_of_message: How many are taken at once.
        wait_time: How long the service waits for a message before it says that there is none; five seconds at most.
        client_retry_max_attempts: How often the service is asked again when it does not answer.
    """

    serde_type: Serde = "STRING"
    auto_delete: bool = True
    visibility_timeout: int = 30
    max_number_of_message: Annotated[int, Field(ge=1, le=10)] = 5
    wait_time: timedelta = timedelta(seconds=20)
    client_retry_max_attempts: Annotated[int, Field(ge=0)] = 3

    def listen(self, ctx: RunContext) -> Iterator[TriggerEvent]:
        """Ask for messages, and give them one by one."""
        with self.opened(ctx, "sqs") as client:
            while not ctx.is_cancelled:
                answer = client.receive_message(
                    QueueUrl=self.queue_url,
                    MaxNumberOfMessages=self.max_number_of_message,
                    VisibilityTimeout=self.visibility_timeout,
                    WaitTimeSeconds=min(int(self.wait_time.total_seconds()), _LONGEST_WAIT_SECONDS),
                    AttributeNames=["All"],
                )
                for one, value in _read(ctx, answer.get("Messages") or [], self.serde_type):
                    yield TriggerEvent(variables=_outputs(one, value), key=one["MessageId"])
                    if self.auto_delete:
                        delete(client, self.queue_url, one["ReceiptHandle"])

    def _config(self, config: Any) -> Any:  # noqa: ANN401 (of an optional package)
        attempts = {"mode": "standard", "max_attempts": self.client_retry_max_attempts + 1}
        return super()._config(config).merge(config.Config(retries=attempts))


def delete(client: Any, queue_url: str, handle: str) -> None:  # noqa: ANN401 (as above)
    """Delete a message; one whose handle no longer holds comes again, and is known then."""
    with suppress(client.exceptions.ReceiptHandleIsInvalid, client.exceptions.InvalidIdFormat):
        client.delete_message(QueueUrl=queue_url, ReceiptHandle=handle)


def _read(ctx: RunContext, found: list[Message], serde: Serde) -> Iterator[tuple[Message, Json]]:
    for one in found:
        try:
            yield one, parsed(one["Body"], serde)
        except TaskError:
            ctx.log.write(LogLevel.WARN, "%s", f"message {one['MessageId']} is no JSON: it stays in the queue")


def _outputs(one: Message, value: Json) -> MessageOutputs:
    attributes = one.get("Attributes") or {}
    return MessageOutputs(
        data=value,
        group_id=attributes.get("MessageGroupId"),
        deduplication_id=attributes.get("MessageDeduplicationId"),
    )


def _kept(ctx: RunContext) -> tuple[list[str], list[str]]:
    """Give the handles of messages that are to be deleted now, and the ids of those an execution was started for."""
    kept = ctx.kept_before()
    if not isinstance(kept, dict):
        return [], []
    return list(kept.get("handles") or ()), list(kept.get("known") or ())
