"""Topics, queues, buses and functions of Amazon, against a real server that speaks their protocols."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.core.config import default_user_config
from moto.server import ThreadedMotoServer

from groups.conftest import Run
from tiercel.plugins import TaskError
from tiercel.testing.memory_host import MemoryHost

KEYS = {"accessKeyId": "test", "secretKeyId": "test", "region": "eu-central-1"}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(default_user_config, "lambda", {"use_docker": False})
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        yield "http://{}:{}".format(*server.get_host_and_port())
        server.stop()


def client_of(endpoint: str, service: str) -> Any:
    return boto3.client(
        service,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        region_name="eu-central-1",
    )


@pytest.fixture
def aws(run: Run, endpoint: str) -> Run:
    def run_task(name: str, **properties: Any) -> Any:
        return run(f"aws.{name}", endpointOverride=endpoint, **KEYS, **properties)

    return run_task


@pytest.fixture
def queue(endpoint: str) -> Iterator[str]:
    client = client_of(endpoint, "sqs")
    url = client.create_queue(QueueName="orders")["QueueUrl"]
    yield url
    client.delete_queue(QueueUrl=url)
    client.close()


def bodies(endpoint: str, url: str) -> list[str]:
    client = client_of(endpoint, "sqs")
    found: list[str] = []
    while part := client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [one["Body"] for one in part]
    client.close()
    return found


def test_messages_go_to_a_queue_and_come_from_it(aws: Run, host: MemoryHost, queue: str) -> None:
    sent = [{"data": "first"}, {"data": {"order": 2}}, {"data": "third", "delaySeconds": 0}]
    assert aws("sqs.Publish", queueUrl=queue, from_=sent) == {"messagesCount": 3}
    outputs = aws("sqs.Consume", queueUrl=queue, visibilityTimeout=0, autoDelete=False, maxRecords=3)
    assert outputs["count"] == 3
    outputs = aws("sqs.Consume", queueUrl=queue)
    assert outputs["count"] == 3
    assert host.files[outputs["uri"]] == b'"first"\n"{\\"order\\": 2}"\n"third"\n'
    assert aws("sqs.Consume", queueUrl=queue)["count"] == 0


@pytest.mark.parametrize(
    "given",
    ['[{"data": "a"}, {"data": "b"}]', "kestra:///rows.ion"],
)
def test_messages_may_be_text_or_a_file(aws: Run, host: MemoryHost, endpoint: str, queue: str, given: str) -> None:
    host.files["kestra:///rows.ion"] = b'{data: "a"}\n{data: "b"}\n'
    assert aws("sqs.Publish", queueUrl=queue, from_=given) == {"messagesCount": 2}
    assert sorted(bodies(endpoint, queue)) == ["a", "b"]


def test_as_many_messages_are_taken_as_asked_for(aws: Run, host: MemoryHost, endpoint: str, queue: str) -> None:
    aws("sqs.Publish", queueUrl=queue, from_=[{"data": json.dumps({"n": number})} for number in range(15)])
    outputs = aws("sqs.Consume", queueUrl=queue, serdeType="JSON", maxRecords=12, maxDuration="PT1M")
    assert outputs["count"] == 12
    assert host.files[outputs["uri"]].startswith(b"{")
    assert len(bodies(endpoint, queue)) == 3


def test_messages_that_are_no_json_stay(aws: Run, endpoint: str, queue: str) -> None:
    aws("sqs.Publish", queueUrl=queue, from_={"data": "no json"})
    with pytest.raises(TaskError, match="not JSON, so none was deleted"):
        aws("sqs.Consume", queueUrl=queue, serdeType="JSON", visibilityTimeout=0)
    assert bodies(endpoint, queue) == ["no json"]


@pytest.mark.parametrize(
    ("given", "message"),
    [("[", "not JSON"), ([{"data": "a"}, {"text": "b"}], "Number 2 .*data"), ({"data": 1, "x": 2}, "Number 1 .*x")],
)
def test_what_is_no_message_is_said(aws: Run, queue: str, given: Any, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        aws("sqs.Publish", queueUrl=queue, from_=given)


def test_a_queue_that_is_not_there_is_said(aws: Run, endpoint: str) -> None:
    with pytest.raises(TaskError, match="sqs refused SendMessage"):
        aws("sqs.Publish", queueUrl=f"{endpoint}/123456789012/nowhere", from_={"data": "a"})


def test_messages_go_to_a_topic(aws: Run, endpoint: str, queue: str) -> None:
    client = client_of(endpoint, "sns")
    topic = client.create_topic(Name="orders")["TopicArn"]
    client.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-central-1:123456789012:orders")
    client.close()
    sent = [{"data": "in", "subject": "Orders"}, {"data": '{"default": "d"}', "structure": "json"}]
    assert aws("sns.Publish", topicArn=topic, from_=sent) == {"messagesCount": 2}
    found = [json.loads(body) for body in bodies(endpoint, queue)]
    assert [(one["Message"], one.get("Subject")) for one in found] == [("in", "Orders"), ("d", None)]
    assert aws("sns.Publish", topicArn=topic, from_={"data": "x", "phoneNumber": "+15550100"}) == {"messagesCount": 1}
    assert bodies(endpoint, queue) == []


def test_events_go_to_a_bus(aws: Run, host: MemoryHost, endpoint: str, queue: str) -> None:
    client = client_of(endpoint, "events")
    client.put_rule(Name="all", EventPattern=json.dumps({"source": ["orders"]}))
    target = {"Id": "q", "Arn": "arn:aws:sqs:eu-central-1:123456789012:orders"}
    client.put_targets(Rule="all", Targets=[target])
    client.close()
    event = {"eventBusName": "default", "source": "orders", "detailType": "arrived", "resources": ["r"]}
    given = [{**event, "detail": {"n": number}} for number in range(11)] + [{**event, "detail": '{"n": 11}'}]
    outputs = aws("eventbridge.PutEvents", entries=given)
    assert (outputs["entryCount"], outputs["failedEntryCount"]) == (12, 0)
    assert host.files[outputs["uri"]].count(b"eventId") == 12
    found = [json.loads(body) for body in bodies(endpoint, queue)]
    assert sorted(one["detail"]["n"] for one in found) == list(range(12))
    assert found[0]["detail-type"] == "arrived"


def test_events_that_are_not_taken(aws: Run) -> None:
    bad = {"eventBusName": "default", "source": "orders", "detailType": "x", "detail": "no json"}
    with pytest.raises(TaskError, match="1 of 1 events were not taken, the first for MalformedDetail") as caught:
        aws("eventbridge.PutEvents", entries=[bad])
    assert caught.value.outputs is not None
    assert caught.value.outputs["failedEntryCount"] == 1
    outputs = aws("eventbridge.PutEvents", entries=[bad], failOnUnsuccessfulEvents=False)
    assert outputs["failedEntryCount"] == 1


def test_a_function_is_called(aws: Run, host: MemoryHost, endpoint: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def run(event, context): return event")
    iam, client = client_of(endpoint, "iam"), client_of(endpoint, "lambda")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    made = client.create_function(
        FunctionName="orders", Runtime="python3.12", Role=role, Handler="main.run", Code={"ZipFile": packed.getvalue()}
    )
    iam.close()
    client.close()
    outputs = aws("lambda.Invoke", functionArn=made["FunctionArn"], functionPayload={"day": "today"})
    content = host.files[outputs["uri"]]
    assert outputs["contentLength"] == len(content) > 0
    assert outputs["contentType"] == "application/json"
    assert {name for _, name, _, _ in host.metrics} == {"duration", "file.size"}


def test_a_registry_gives_its_password(aws: Run) -> None:
    token = aws("ecr.GetAuthToken")["token"]
    assert token
    assert ":" not in token
