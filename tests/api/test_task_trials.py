"""One task carried out by itself."""

from __future__ import annotations

import asyncio
import json
import os
import shlex

import pytest

from api.following import connected
from api.users import EDITOR, VIEWER, basic

TRY = "/api/v1/main/flows/try-task"
FLOW = """id: flow
namespace: dev
inputs:
  - {id: day, type: DATE}
  - {id: count, type: INT}
variables: {greeting: hello}
tasks:
  - {id: first, type: io.kestra.plugin.core.debug.Return, format: "{{ vars.greeting }} {{ inputs.count }}"}
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [a, b]
    tasks:
      - id: inner
        type: io.kestra.plugin.core.debug.Return
        format: "{{ taskrun.value }} {{ outputs.first.value }}"
  - {id: said, type: io.kestra.plugin.core.log.Log, message: "{{ secret('TOKEN') }} {{ trigger.date }}"}
  - {id: fails, type: io.kestra.plugin.core.execution.Fail, errorMessage: so it is}
  - {id: below, type: io.kestra.plugin.core.flow.Subflow, namespace: dev, flowId: other}
  - {id: slow, type: io.kestra.plugin.core.flow.Sleep, duration: PT30S, timeout: PT0.2S}
  - id: writes
    type: io.kestra.plugin.core.storage.Write
    content: "a,b"
    extension: .csv
"""


@pytest.fixture
def try_out(client):
    async def try_out(task_id, status=200, source=FLOW, **body):
        answer = await client.post(TRY, json={"source": source, "taskId": task_id, **body})
        assert answer.status_code == status, answer.text
        return answer.json()

    return try_out


async def executions(client):
    return (await client.get("/api/v1/main/executions/search?filters[kind][EQUALS]=TEST")).json()["total"]


async def test_a_task_runs_with_given_inputs_and_nothing_is_kept(try_out, client):
    tried = await try_out("first", inputs={"count": 3})
    assert (tried["state"], tried["outputs"]) == ("SUCCESS", {"value": "hello 3"})
    assert await executions(client) == 0
    assert (await client.get("/api/v1/main/flows/dev/flow")).status_code == 404


async def test_a_nested_task_sees_what_it_is_told(try_out):
    tried = await try_out("inner", variables={"outputs": {"first": {"value": "x"}}, "taskrun": {"value": "b"}})
    assert tried["outputs"] == {"value": "b x"}


async def test_secrets_are_hidden_in_its_lines(try_out):
    tried = await try_out("said", variables={"trigger": {"date": "2030"}})
    assert [line["message"] for line in tried["logs"]] == ["****** 2030"]


async def test_what_fails_says_why(try_out):
    tried = await try_out("fails")
    assert (tried["state"], tried["error"]) == ("FAILED", "so it is")
    tried = await try_out("inner")
    assert tried["state"] == "FAILED"
    assert tried["error"].startswith("format: cannot find value")


async def test_the_time_limit_of_the_task_and_of_the_call_hold(try_out):
    tried = await try_out("slow")
    assert tried["error"] == "Timeout after 00:00:00.200"
    tried = await try_out("slow", source=FLOW.replace(", timeout: PT0.2S", ""), seconds=0.2)
    assert tried["error"] == "It took longer than 0.2 seconds"


async def test_files_are_shown_and_removed(try_out, client):
    tried = await try_out("writes")
    [file] = tried["files"]
    assert (file["size"], file["text"]) == (3, "a,b")
    assert tried["outputs"]["uri"] == file["uri"]
    storage = client.installation.environment.storage
    assert [one for one in storage.walk("/dev/flow") if "/executions/" in one.path] == []


@pytest.mark.parametrize(
    ("task_id", "status", "body", "said"),
    [
        ("nope", 404, {}, "nope"),
        ("each", 409, {}, "only runs other tasks"),
        ("below", 409, {}, "starts another flow"),
        ("first", 422, {"inputs": {"count": "three"}}, "inputs.count"),
        ("first", 422, {"inputs": {"other": 1}}, "inputs.other"),
        ("first", 422, {"variables": {"secret": 1}}, "variables.secret"),
        ("first", 422, {"variables": [1]}, "variables"),
        ("first", 422, {"seconds": 601}, "seconds"),
        ("first", 422, {"source": "id: flow"}, "namespace"),
        ("first", 422, {"source": None}, "source"),
    ],
)
async def test_what_cannot_be_tried_is_refused(client, task_id, status, body, said):
    answer = await client.post(TRY, json={"source": FLOW, "taskId": task_id} | body)
    assert answer.status_code == status, answer.text
    assert said in answer.text


FOLLOW = f"{TRY}/follow"
TALKS = """id: talks
namespace: dev
tasks:
  - id: talks
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {{type: io.kestra.plugin.core.runner.Process}}
    commands:
      - echo "it began, {{{{ secret('TOKEN') }}}}"
      - for turn in $(seq 600); do [ -e {flag} ] && break; sleep 0.1; done
      - echo it ended
"""


@pytest.fixture
def follow(client):
    client.app = client._transport.app  # noqa: SLF001 (the library offers no way to stream)

    def follow(source):
        body = json.dumps({"source": source, "taskId": "talks"}).encode()
        return connected(client, "POST", FOLLOW, headers={"content-type": "application/json"}, body=body)

    return follow


async def test_lines_are_told_while_it_goes_on_and_all_are_in_the_result(follow, tmp_path):
    flag = tmp_path / "go on"
    async with follow(TALKS.format(flag=shlex.quote(str(flag)))) as stream:
        _, kind, first = await stream.next()
        assert (kind, [line["message"] for line in first["entries"]]) == ("log", ["it began, ******"])
        flag.touch()
        _, result = await stream.until("result")
    assert result["state"] == "SUCCESS"
    assert [line["message"] for line in result["logs"]] == ["it began, ******", "it ended"]


async def test_who_stops_to_listen_ends_it(follow, tmp_path):
    held = tmp_path / "held"  # by the processes of the task, until the last of them is gone
    os.mkfifo(held)
    reading = asyncio.ensure_future(asyncio.to_thread(held.read_text))
    source = TALKS.format(flag="/nowhere").replace("commands:", f"commands:\n      - exec 3>{shlex.quote(str(held))}")
    async with follow(source) as stream:
        await stream.until("log")
        assert not reading.done()
    async with asyncio.timeout(60):
        assert await reading == ""


async def test_what_is_refused_is_no_stream(client):
    answer = await client.post(FOLLOW, json={"source": FLOW, "taskId": "each"})
    assert answer.status_code == 409
    assert "only runs other tasks" in answer.json()["message"]


async def test_only_who_may_change_and_start_the_flow_may_try(guarded):
    async with guarded() as client:
        own = {"source": FLOW.replace("namespace: dev", "namespace: team"), "taskId": "first", "inputs": {"count": 1}}
        other = own | {"source": FLOW}
        answers = [
            await client.post(TRY, json=body, headers=basic(name))
            for name, body in ((EDITOR, own), (EDITOR, other), (VIEWER, own))
        ]
        assert [answer.status_code for answer in answers] == [200, 403, 403]


READING = """id: reading
namespace: {namespace}
tasks:
  - {{id: writes, type: io.kestra.plugin.core.storage.Write, content: "a,b", extension: .csv}}
  - {{id: reads, type: io.kestra.plugin.core.debug.Return, format: "{{{{ read(outputs.writes.uri) }}}}"}}
"""


async def test_files_of_a_former_run_are_read_where_it_is_one_of_the_flow(save, start, try_out):
    source = READING.format(namespace="dev")
    await save(source)
    ran = await start("reading")
    [uri] = [run["outputs"]["uri"] for run in ran["taskRunList"] if run["taskId"] == "writes"]
    seen = {"variables": {"outputs": {"writes": {"uri": uri}}}}
    tried = await try_out("reads", source=source, executionId=ran["id"], **seen)
    assert tried["outputs"] == {"value": "a,b"}
    tried = await try_out("reads", source=source, **seen)
    assert "belongs to execution" in tried["error"]
    refused = await try_out("reads", 409, READING.format(namespace="other"), executionId=ran["id"], **seen)
    assert "is one of dev.reading" in refused["detail"]
