"""Messages of queues start executions, against a real server that speaks the protocol of Amazon's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import boto3
import pytest
from botocore.client import BaseClient
from moto.server import ThreadedMotoServer

from scheduler.clockwork import NAMESPACE, Clockwork, open_clockwork, trigger_of
from tiercel.operations.actor import LOCAL
from tiercel.operations.emitting import kept_state
from tiercel.operations.trying import try_trigger


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def client(endpoint: str) -> Iterator[BaseClient]:
    made = boto3.client(
        "sqs",
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="eu-central-1",
    )
    yield made
    made.close()


@pytest.fixture
def queue(client: BaseClient) -> Iterator[str]:
    url = client.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    yield url
    client.delete_queue(QueueUrl=url)


@pytest.fixture
async def works(tmp_path: Path) -> AsyncIterator[Clockwork]:
    async with open_clockwork(tmp_path) as works:
        yield works


def source(endpoint: str, queue: str, kind: str, *lines: str, message: str = "{{ trigger }}") -> str:
    own = "".join(f"    {line}\n" for line in lines)
    return (
        f"id: flow\nnamespace: {NAMESPACE}\n"
        f'tasks:\n  - {{id: hello, type: io.kestra.plugin.core.log.Log, message: "{message}"}}\n'
        f"triggers:\n  - id: queue\n    type: io.kestra.plugin.aws.sqs.{kind}\n"
        f"    endpointOverride: {endpoint}\n    queueUrl: {queue}\n    region: eu-central-1\n"
        f"    accessKeyId: test\n    secretKeyId: test\n{own}"
    )


def send(client: BaseClient, queue: str, *bodies: str, group: str | None = None) -> None:
    for body in bodies:
        where = {"MessageGroupId": group or body[:10], "MessageDeduplicationId": f"d{body}"}
        client.send_message(QueueUrl=queue, MessageBody=body, **where)


def count_of(client: BaseClient, queue: str) -> int:
    """How many messages there are, seen or taken."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = client.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)


async def looked(works: Clockwork, seconds: float = 0) -> None:
    """Let time pass, then look and let everything that follows happen."""
    if seconds:
        await works.pass_time(seconds=seconds)
    await works.scheduler.step()
    while works.scheduler.looks_under_way:
        await works.environment.bell.wait(5)
    await works.run()


async def counts(works: Clockwork) -> list[int]:
    return [trigger_of(one).variables["count"] for one in await works.executions()]


async def test_messages_start_one_execution_and_are_deleted_with_the_next_look(
    works: Clockwork, client: BaseClient, endpoint: str, queue: str
) -> None:
    send(client, queue, *map(str, range(12)))
    await works.save(source(endpoint, queue, "Trigger", message="{{ read(trigger.uri) }}"))
    await looked(works)
    assert await counts(works) == [12]
    assert count_of(client, queue) == 12
    await looked(works, 60)
    assert (await counts(works), count_of(client, queue)) == ([12], 0)
    send(client, queue, "again")
    await looked(works, 60)
    assert await counts(works) == [12, 1]


async def test_a_message_that_comes_again_starts_nothing_and_is_deleted(
    works: Clockwork, client: BaseClient, endpoint: str, queue: str
) -> None:
    send(client, queue, "x")
    await works.save(source(endpoint, queue, "Trigger"))
    await looked(works)
    kept = await kept_state(works.environment, (NAMESPACE, "flow", "queue"))
    for handle in kept["handles"]:
        client.change_message_visibility(QueueUrl=queue, ReceiptHandle=handle, VisibilityTimeout=0)
    other = client.receive_message(QueueUrl=queue, VisibilityTimeout=0)["Messages"]
    assert [one["Body"] for one in other] == ["x"]
    await looked(works, 60)
    await looked(works, 60)
    assert (await counts(works), count_of(client, queue)) == ([1], 0)


async def test_messages_stay_when_they_are_not_to_be_deleted_or_are_no_json(
    works: Clockwork, client: BaseClient, endpoint: str, queue: str
) -> None:
    send(client, queue, '{"a": 1}', "no json")
    await works.save(
        source(endpoint, queue, "Trigger", "serdeType: JSON", "autoDelete: false", "visibilityTimeout: 3600")
    )
    await looked(works)
    await looked(works, 60)
    assert (await counts(works), count_of(client, queue)) == ([1], 2)


async def test_a_trial_takes_nothing(works: Clockwork, client: BaseClient, endpoint: str, queue: str) -> None:
    send(client, queue, "x")
    text = source(endpoint, queue, "Trigger", "disabled: true")
    await works.save(text)
    told = await try_trigger(works.environment, LOCAL, (NAMESPACE, "flow", "queue"))
    assert told.variables["count"] == 1
    assert [one["Body"] for one in client.receive_message(QueueUrl=queue)["Messages"]] == ["x"]


async def test_each_message_starts_an_execution_at_once(
    works: Clockwork, client: BaseClient, endpoint: str, queue: str
) -> None:
    await works.save(source(endpoint, queue, "RealtimeTrigger", "serdeType: JSON", "waitTime: PT1S"))
    send(client, queue, json.dumps({"n": 1}), json.dumps({"n": 2}), group="g")
    async with asyncio.timeout(60):
        while await asyncio.to_thread(count_of, client, queue):
            await works.environment.bell.wait(1)
    found = [trigger_of(one).variables for one in await works.executions()]
    assert [one["data"] for one in found] == [{"n": 1}, {"n": 2}]
    assert found[0] == {"data": {"n": 1}, "groupId": "g", "deduplicationId": 'd{"n": 1}'}


async def test_a_queue_that_is_not_there_is_told(works: Clockwork, endpoint: str) -> None:
    await works.save(source(endpoint, f"{endpoint}/123456789012/nowhere", "Trigger"))
    await looked(works)
    assert "sqs refused ReceiveMessage" in str((await works.trigger(trigger_id="queue")).error)
