"""Messages to topics and queues of Amazon, and from queues."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal, Protocol

from pydantic import Field

from tiercel.plugins import Json, Outputs, Properties, RunContext, TaskError
from tiercel.tasks.aws.connection import AwsTask, given
from tiercel.tasks.aws.sending import read_all
from tiercel.tasks.storage.ion import write_rows

Serde = Literal["STRING", "JSON"]

_MOST_AT_ONCE = 10


class CountOutputs(Outputs):
    """What was sent.

    Attributes:
        messages_count: How many messages.
    """

    messages_count: int


class TopicMessage(Properties):
    """A message to a topic.

    Attributes:
        data: The text.
        subject: A line above it, in mail.
        group_id: Messages of one group stay in order, in topics that keep it.
        deduplication_id: Messages with the same are sent once, in such topics.
        phone_number: Send it to this phone in place of the topic.
        structure: ``json`` when the text holds one for each way it is sent.
    """

    data: str
    subject: str | None = None
    group_id: str | None = None
    deduplication_id: str | None = None
    phone_number: str | None = None
    structure: str | None = None


class PublishToTopic(
    AwsTask,
    type="io.kestra.plugin.aws.sns.Publish",
    example="""
type: io.kestra.plugin.aws.sns.Publish
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY') }}"
region: eu-central-1
topicArn: arn:aws:sns:eu-central-1:000000000000:orders
from:
  data: Orders are in
  subject: Orders
""",
):
    """Sends messages to a topic.

    Attributes:
        topic_arn: The topic.
        from_: A message, several, or the URI of a file with one in each row.
    """

    topic_arn: str
    from_: Json = Field(alias="from")

    def run(self, ctx: RunContext) -> CountOutputs:
        """Send them, one after another."""
        count = 0
        with self.opened(ctx, "sns") as client:
            for one in read_all(ctx, self.from_, TopicMessage):
                where = {"PhoneNumber": one.phone_number} if one.phone_number else {"TopicArn": self.topic_arn}
                more = given(
                    Subject=one.subject,
                    MessageGroupId=one.group_id,
                    MessageDeduplicationId=one.deduplication_id,
                    MessageStructure=one.structure,
                )
                client.publish(Message=one.data, **where, **more)
                count += 1
        ctx.counter("sns.publish.messages", count)
        return CountOutputs(messages_count=count)


class QueueMessage(Properties):
    """A message to a queue.

    Attributes:
        data: The text, or a value that becomes JSON.
        group_id: Messages of one group stay in order, in queues that keep it.
        deduplication_id: Messages with the same are taken once, in such queues.
        delay_seconds: How long nobody sees it.
    """

    data: Json
    group_id: str | None = None
    deduplication_id: str | None = None
    delay_seconds: int | None = None


class QueueTask(AwsTask):
    """A task on a queue.

    Attributes:
        queue_url: Its address.
        max_concurrency: Has no effect: the service is asked once at a time.
        connection_acquisition_timeout: Has no effect, for the same reason.
    """

    queue_url: str
    max_concurrency: int = 50
    connection_acquisition_timeout: timedelta = timedelta(seconds=5)


class PublishToQueue(
    QueueTask,
    type="io.kestra.plugin.aws.sqs.Publish",
    example="""
type: io.kestra.plugin.aws.sqs.Publish
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY') }}"
region: eu-central-1
queueUrl: https://sqs.eu-central-1.amazonaws.com/000000000000/orders
from:
  - data: first
  - data: {order: 2}
    delaySeconds: 5
""",
):
    """Sends messages to a queue.

    Attributes:
        from_: A message, several, or the URI of a file with one in each row.
    """

    from_: Json = Field(alias="from")

    def run(self, ctx: RunContext) -> CountOutputs:
        """Send them, one after another."""
        count = 0
        with self.opened(ctx, "sqs") as client:
            for one in read_all(ctx, self.from_, QueueMessage):
                body = one.data if isinstance(one.data, str) else json.dumps(one.data, ensure_ascii=False)
                more = given(
                    DelaySeconds=one.delay_seconds,
                    MessageGroupId=one.group_id,
                    MessageDeduplicationId=one.deduplication_id,
                )
                client.send_message(QueueUrl=self.queue_url, MessageBody=body, **more)
                count += 1
        ctx.counter("sqs.publish.messages", count)
        return CountOutputs(messages_count=count)


class ConsumeOutputs(Outputs):
    """What was taken.

    Attributes:
        uri: The file with one message in each row.
        count: How many messages.
    """

    uri: str
    count: int


class Consume(
    QueueTask,
    type="io.kestra.plugin.aws.sqs.Consume",
    example="""
type: io.kestra.plugin.aws.sqs.Consume
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY') }}"
region: eu-central-1
queueUrl: https://sqs.eu-central-1.amazonaws.com/000000000000/orders
serdeType: JSON
maxRecords: 100
""",
):
    """Takes messages from a queue until it is empty.

    Attributes:
        serde_type: What a message is: text, or JSON.
        max_records: How many to take at most.
        max_duration: How long to take them at most.
        auto_delete: Whether they are deleted from the queue, once the file is stored.
        visibility_timeout: How long nobody else sees a message that was taken, in seconds.
    """

    serde_type: Serde = "STRING"
    max_records: int | None = None
    max_duration: timedelta | None = None
    auto_delete: bool = True
    visibility_timeout: int = 30

    def run(self, ctx: RunContext) -> ConsumeOutputs:
        """Take them, store them, and delete them after that."""
        with self.opened(ctx, "sqs") as client:
            found = list(taken(ctx, client, self, most=self.max_records, visible_after=self.visibility_timeout))
            rows = [parsed(one["Body"], self.serde_type) for one in found]
            uri = ctx.files.write(ctx.files.new_name(".ion"), write_rows(ctx.dialect, rows))
            if self.auto_delete:
                for one in found:
                    client.delete_message(QueueUrl=self.queue_url, ReceiptHandle=one["ReceiptHandle"])
        ctx.counter("sqs.consume.messages", len(rows))
        return ConsumeOutputs(uri=uri, count=len(rows))


class Taking(Protocol):
    """What says how messages are taken."""

    queue_url: str
    max_duration: timedelta | None


def taken(
    ctx: RunContext,
    client: Any,  # noqa: ANN401 (of an optional package)
    task: Taking,
    *,
    most: int | None,
    visible_after: int,
) -> Iterator[dict[str, Any]]:
    """Take messages until the queue is empty, or gives again what was taken; nobody else sees them for some seconds."""
    began, seen = time.monotonic(), set[str]()
    while not ctx.is_cancelled:
        left = _MOST_AT_ONCE if most is None else most - len(seen)
        if left <= 0 or (task.max_duration and time.monotonic() - began >= task.max_duration.total_seconds()):
            return
        answer = client.receive_message(
            QueueUrl=task.queue_url,
            MaxNumberOfMessages=min(left, _MOST_AT_ONCE),
            VisibilityTimeout=visible_after,
            WaitTimeSeconds=1,
        )
        found = [one for one in answer.get("Messages") or [] if one["MessageId"] not in seen]
        if not found:
            return
        seen |= {one["MessageId"] for one in found}
        yield from found


def parsed(text: str, serde: Serde) -> Json:
    """Read a message.

    Raises:
        TaskError: It is not JSON, and should be.
    """
    if serde == "STRING":
        return text
    try:
        found: Json = json.loads(text)
    except ValueError as error:
        raise TaskError(f"A message is not JSON, so none was deleted: {error}") from None
    return found
