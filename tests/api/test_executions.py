from __future__ import annotations

import asyncio
import base64
import json

import pytest

from api.execution_flows import ECHO, FAIL, HELLO, PAUSE, ROOT, states, until_state
from tiercel.errors import UnavailableError
from tiercel.operations.settings import EncryptionSettings, Settings

HUSH = """\
id: hush
namespace: dev
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    message: "the token is {{ secret('TOKEN') }}"
"""


def frames(text):
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        found.append((lines["id"], json.loads(lines["data"])))
    return found


async def test_an_execution_is_started_and_waited_for(save, start):
    await save(HELLO)
    execution = await start("hello")
    assert states(execution) == ["CREATED", "RUNNING", "SUCCESS"]
    assert [run["taskId"] for run in execution["taskRunList"]] == ["say"]
    labels = {label["key"]: label["value"] for label in execution["labels"]}
    assert labels == {"system.from": "api", "system.correlationId": execution["id"]}


async def test_it_can_be_read_afterwards(client, save, start):
    await save(HELLO)
    execution = await start("hello")
    stored = (await client.get(f"{ROOT}/{execution['id']}")).json()
    assert stored == execution


async def test_without_waiting_the_answer_comes_at_once(client, save, start):
    await save(PAUSE)
    execution = await start("wait", wait="false")
    assert execution["taskRunList"] == []
    assert (await client.get(f"{ROOT}/{execution['id']}")).json()["state"]["current"] in {"RUNNING", "PAUSED"}


async def test_inputs_and_labels_are_given(save, start):
    await save(ECHO)
    execution = await start("echo", files=[("name", (None, b"Ana")), ("times", (None, b"3"))], labels="env:prod")
    assert execution["inputs"] == {"name": "Ana", "times": 3}
    assert execution["outputs"] == {"said": "Ana x 3"}
    assert {"key": "env", "value": "prod"} in execution["labels"]


async def test_wrong_inputs_start_nothing(client, save):
    await save(ECHO)
    response = await client.post(f"{ROOT}/dev/echo", files=[("times", (None, b"many"))])
    assert response.status_code == 422
    assert {error["path"] for error in response.json()["errors"]} == {"name", "times"}
    assert (await client.get(f"{ROOT}/search")).json()["total"] == 0


async def test_a_body_must_be_a_form(client, save):
    await save(HELLO)
    assert (await client.post(f"{ROOT}/dev/hello", json={"a": 1})).status_code == 415
    assert (await client.post(f"{ROOT}/dev/hello", data={"a": "1"})).status_code == 415


async def test_a_file_is_an_input_and_can_be_read(client, save, start):
    await save(ECHO.replace("id: echo", "id: filed").replace("{id: name, type: STRING}", "{id: name, type: FILE}"))
    execution = await start("filed", files=[("name", ("../evil.txt", b"one\ntwo\n"))])
    uri = execution["inputs"]["name"]
    assert uri.endswith(f"/executions/{execution['id']}/inputs/name/evil.txt")
    file = f"{ROOT}/{execution['id']}/file"
    assert (await client.get(file, params={"path": uri})).content == b"one\ntwo\n"
    assert (await client.get(f"{file}/metas", params={"path": uri})).json() == {"size": 8}
    preview = (await client.get(f"{file}/preview", params={"path": uri, "maxRows": 1})).json()
    assert preview == {"extension": "txt", "type": "TEXT", "content": "one", "truncated": True}


ASKING = """
id: asking
namespace: dev
inputs: [{id: data, type: FILE}, {id: count, type: INT}]
checks: [{condition: "{{ inputs.count < 10 }}", message: too many, behavior: BLOCK_EXECUTION}]
tasks:
  - id: pause
    type: io.kestra.plugin.core.flow.Pause
    onResume: [{id: data, type: FILE}, {id: why, type: INT}]
"""


async def test_files_of_what_is_refused_do_not_stay(client, save, monkeypatch):
    await save(ASKING)
    environment = client.installation.environment
    sent = {"data": ("a.txt", b"given"), "count": (None, "1")}
    for wrong in ({"count": (None, "many")}, {"count": (None, "10")}):
        assert (await client.post(f"{ROOT}/dev/asking", files=sent | wrong)).status_code == 422

    async def refuse(*_, **__):
        raise UnavailableError("the change could not be stored")

    with monkeypatch.context() as patch:
        patch.setattr(client.installation.executor, "start", refuse)
        assert (await client.post(f"{ROOT}/dev/asking", files=sent)).status_code == 503
    assert list(environment.storage.walk("/dev")) == []

    begun = (await client.post(f"{ROOT}/dev/asking", files=sent)).json()["id"]
    async with asyncio.timeout(60):
        await until_state(client, begun, "PAUSED")
    told = {"data": ("a.txt", b"told"), "why": (None, "no number")}
    assert (await client.post(f"{ROOT}/{begun}/actions/resume", files=told)).status_code == 422
    replayed = await client.post(f"{ROOT}/{begun}/actions/replay-with-inputs", files=sent | {"count": (None, "x")})
    assert replayed.status_code == 422
    kept = [environment.storage.read(file.path) for file in environment.storage.walk("/dev")]
    assert kept == [b"given"]
    assert (await client.post(f"{ROOT}/{begun}/actions/resume", files=told | {"why": (None, "1")})).status_code == 200
    kept = [environment.storage.read(file.path) for file in environment.storage.walk("/dev")]
    assert sorted(kept) == [b"given", b"told"]


async def test_a_file_of_another_execution_is_refused(client, save, start):
    await save(ECHO.replace("id: echo", "id: filed").replace("{id: name, type: STRING}", "{id: name, type: FILE}"))
    one, two = [await start("filed", files=[("name", ("a.txt", b"x"))]) for _ in range(2)]
    for uri in (two["inputs"]["name"], "kestra:///dev/_files/x", "kestra:///../../etc/passwd", "file:///etc/passwd"):
        response = await client.get(f"{ROOT}/{one['id']}/file", params={"path": uri})
        assert response.status_code == 422, uri
    gone = one["inputs"]["name"].replace("a.txt", "b.txt")
    assert (await client.get(f"{ROOT}/{one['id']}/file", params={"path": gone})).status_code == 404


async def test_what_cannot_be_started_says_why(client, save):
    assert (await client.post(f"{ROOT}/dev/nope")).status_code == 404
    await save(HELLO + "disabled: true\n")
    disabled = await client.post(f"{ROOT}/dev/hello")
    assert (disabled.status_code, "disabled" in disabled.json()["message"]) == (409, True)


async def test_system_labels_are_refused(client, save):
    await save(HELLO)
    assert (await client.post(f"{ROOT}/dev/hello", params={"labels": "system.from:me"})).status_code == 422
    chained = await client.post(f"{ROOT}/dev/hello", params={"labels": "system.correlationId:x"})
    assert {"key": "system.correlationId", "value": "x"} in chained.json()["labels"]


async def test_a_failure_is_a_state(client, save, start):
    await save(FAIL)
    execution = await start("fail")
    assert execution["state"]["current"] == "FAILED"
    logs = (await client.get(f"/api/v1/main/logs/{execution['id']}", params={"minLevel": "ERROR"})).json()
    assert any("no luck" in line["message"] for line in logs)


async def test_search_finds_by_state_flow_and_label(client, save, start):
    await save(HELLO)
    await save(FAIL)
    good, bad = await start("hello", labels="env:prod"), await start("fail")
    found = (await client.get(f"{ROOT}/search")).json()
    assert ([one["id"] for one in found["results"]], found["total"]) == ([bad["id"], good["id"]], 2)
    assert "taskRunList" not in found["results"][0]
    for query, expected in (
        ({"filters[state][IN]": "FAILED,KILLED"}, bad),
        ({"filters[flowId][EQUALS]": "hello"}, good),
        ({"filters[labels][EQUALS][env]": "prod"}, good),
        ({"state": "FAILED"}, bad),
        ({"filters[or][0][state][EQUALS]": "FAILED", "filters[or][1][flowId][EQUALS]": "nope"}, bad),
    ):
        results = (await client.get(f"{ROOT}/search", params=query)).json()["results"]
        assert [one["id"] for one in results] == [expected["id"]], query
    of_flow = await client.get(ROOT, params={"namespace": "dev", "flowId": "hello"})
    assert of_flow.json()["total"] == 1
    latest = await client.post(f"{ROOT}/latest", json=[{"namespace": "dev", "id": "fail"}])
    assert [one["status"] for one in latest.json()] == ["FAILED"]


async def test_a_file_part_may_be_named_after_its_input(client, save, start):
    await save(PAUSE.replace("{id: reason, type: STRING}", "{id: reason, type: FILE}"))
    execution = await start("wait", wait="false")
    path = f"{ROOT}/{execution['id']}/actions/resume"
    answer = await client.post(path, files=[("files", ("reason", b"because")), ("files", ("other", b"unasked"))])
    assert answer.json()["taskRunList"][0]["outputs"]["onResume"]["reason"].startswith("kestra://")


async def test_a_label_at_the_start_has_key_and_value(client, save):
    await save(HELLO)
    for wrong in ("key:", ":value", "key"):
        assert (await client.post(f"{ROOT}/dev/hello", params={"labels": wrong})).status_code == 422


async def test_an_expression_is_tried_out(client, save, start):
    await save(ECHO)
    execution = await start("echo", files=[("name", (None, b"Ana"))])
    path = f"{ROOT}/{execution['id']}/actions/eval"
    assert (await client.post(path, content="{{ inputs.name }}")).json() == {"result": "Ana"}
    run = execution["taskRunList"][0]["id"]
    assert (await client.post(f"{path}/{run}", content="{{ taskrun.id }}")).json() == {"result": run}
    assert "error" in (await client.post(path, content="{{ nope }}")).json()
    assert (await client.post(path, content="{{ secret('TOKEN') }}")).json() == {"result": "******"}
    failed = (await client.post(path, content="{{ secret('TOKEN') | number }}")).json()
    assert failed == {"error": "number: '******' is not a number (line 1, column 22)", "line": 1, "column": 22}


async def test_what_is_kept_encrypted_is_not_shown_by_an_expression(open_server, tmp_path):
    key = base64.b64encode(b"k" * 32).decode()
    settings = Settings(home=str(tmp_path / "home"), encryption=EncryptionSettings(secret_key=key))
    source = ECHO.replace("type: STRING", "type: SECRET")
    async with open_server(settings) as client:
        await client.post("/api/v1/main/flows", content=source, headers={"content-type": "application/x-yaml"})
        started = await client.post(f"{ROOT}/dev/echo", params={"wait": "true"}, files=[("name", (None, b"hush-me"))])
        path = f"{ROOT}/{started.json()['id']}/actions/eval"
        shown = json.loads((await client.post(path, content="{{ inputs.name }}")).json()["result"])
        assert shown["type"] == "io.kestra.datatype:aes_encrypted"
        assert "hush" not in json.dumps(shown)


async def test_secrets_do_not_reach_the_log(client, save, start):
    await save(HUSH)
    execution = await start("hush")
    lines = (await client.get(f"/api/v1/main/logs/{execution['id']}")).json()
    assert [line["message"] for line in lines if line["level"] == "INFO"] == ["the token is ******"]
    assert "hush-hush" not in (await client.get(f"/api/v1/main/logs/{execution['id']}/download")).text


async def test_an_execution_is_followed_to_its_end(client, save, start):
    await save(HELLO)
    execution = await start("hello")
    async with client.stream("GET", f"{ROOT}/{execution['id']}/follow") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        text = (await stream.aread()).decode()
    (first, start_data), (last, end_data) = frames(text)
    assert (first, start_data) == ("start", {"id": execution["id"]})
    assert (last, end_data) == ("end", execution)


async def test_a_start_can_be_checked_first(client, save):
    await save(ECHO)
    checked = (await client.post(f"{ROOT}/dev/echo/validate", files=[("times", (None, b"x"))])).json()
    by_id = {one["input"]["id"]: one for one in checked["inputs"]}
    assert by_id["name"]["errors"]
    assert by_id["times"]["errors"]
    assert checked["checks"] == []


async def test_outputs_are_read_by_task_run(client, save, start):
    await save(ECHO)
    execution = await start("echo", files=[("name", (None, b"Ana"))])
    run = execution["taskRunList"][0]["id"]
    assert (await client.get(f"/api/v1/main/outputs/executions/{execution['id']}")).json() == {"said": "Ana x 2"}
    listed = (await client.get(f"/api/v1/main/outputs/tasks/{execution['id']}")).json()
    assert [one["taskRunId"] for one in listed] == [run]
    for path in ("outputs/tasks", "outputs"):
        value = await client.get(f"/api/v1/main/{path}/{execution['id']}/{run}")
        assert value.json() == {"value": "Ana x 2"}


async def test_what_can_be_started_is_listed(client, save):
    await save(ECHO)
    flows = (await client.get(f"{ROOT}/namespaces/dev/flows")).json()
    assert [(flow["id"], [one["id"] for one in flow["inputs"]]) for flow in flows] == [("echo", ["name", "times"])]
    flow = (await client.get(f"{ROOT}/flows/dev/echo")).json()
    assert flow["tasks"] == [{"id": "say", "type": "io.kestra.plugin.core.debug.Return"}]


async def test_values_of_a_field_are_listed(client, save, start):
    await save(HELLO)
    await save(FAIL)
    await start("hello", labels="env:prod")
    await start("fail")
    for field, expected in (("state", ["FAILED", "SUCCESS"]), ("flowId", ["fail", "hello"]), ("namespace", ["dev"])):
        found = await client.get(f"{ROOT}/distinct-field-values", params={"field": field})
        assert found.json() == expected
    assert (await client.get(f"{ROOT}/distinct-field-values", params={"field": "nope"})).status_code == 422
    assert (await client.get(f"{ROOT}/namespaces")).json() == ["dev"]


async def test_secrets_do_not_reach_what_is_said_of_inputs_and_outputs(client, save, start):
    await save(ECHO.replace("defaults: 2", "defaults: \"{{ secret('TOKEN') }}\"").replace("id: echo", "id: defaulting"))
    refused = await client.post(f"{ROOT}/dev/defaulting", files=[("name", (None, b"Ana"))])
    assert (refused.status_code, "hush-hush" in refused.text, "******" in refused.text) == (422, False, True)
    await save(
        HELLO.replace("hello", "typing") + "outputs:\n  - {id: count, type: INT, value: \"{{ secret('TOKEN') }}\"}\n"
    )
    failed = await start("typing")
    assert failed["error"].startswith("Invalid output `count`: Expected `INT` but received `******`")
    lines = (await client.get(f"/api/v1/main/logs/{failed['id']}")).text
    assert ("hush-hush" in lines, "******" in lines) == (False, True)


@pytest.mark.parametrize("page", ["99999999999999999999", "9" * 5000])
async def test_a_number_beyond_every_database_is_refused(client, page):
    response = await client.get(f"{ROOT}/search", params={"page": page})
    assert (response.status_code, "page is too large a number" in response.text) == (422, True)


async def test_json_nested_too_deep_is_refused(client):
    response = await client.post(f"{ROOT}/labels/by-ids", content="[" * 100_000 + "]" * 100_000)
    assert (response.status_code, "nested too deep" in response.text) == (422, True)


async def test_states_of_older_clients_are_alternatives(client, save, start):
    await save(HELLO)
    await save(FAIL)
    await start("hello")
    await start("fail")
    found = await client.get(f"{ROOT}/search", params=[("state", "SUCCESS"), ("state", "FAILED"), ("state", "KILLED")])
    assert sorted(one["flowId"] for one in found.json()["results"]) == ["fail", "hello"]


async def test_a_pattern_that_takes_for_ever_is_refused(client, save, start):
    evil = "a" * 60 + "-b"
    await save(HELLO.replace("hello", evil))
    await start(evil)
    found = await client.get(f"{ROOT}/search", params={"filters[flowId][REGEX]": "(a|aa)+$"})
    assert (found.status_code, "takes too long" in found.text) == (422, True)


OUTPUTS = """
id: sum
namespace: dev
inputs:
  - {id: n, type: INT, defaults: 1}
tasks:
  - id: check
    type: io.kestra.plugin.core.execution.Fail
    runIf: "{{ inputs.n < 0 }}"
outputs:
  - {id: total, type: INT, value: "{{ inputs.n + 1 }}"}
"""


async def test_the_outputs_alone_are_answered_when_asked_for(client, save):
    await save(OUTPUTS)
    query = {"wait": "true", "outputs": "true"}
    answer = await client.post(f"{ROOT}/dev/sum", params=query, files=[("n", (None, b"41"))])
    assert (answer.status_code, answer.json()) == (200, {"total": 42})
    ended = (await client.get(f"{ROOT}/{answer.headers['x-execution-id']}")).json()
    assert ended["outputs"] == {"total": 42}
    failed = await client.post(f"{ROOT}/dev/sum", params=query, files=[("n", (None, b"-1"))])
    assert failed.status_code == 409
    assert "ended FAILED" in failed.text
    early = await client.post(f"{ROOT}/dev/sum", params={"outputs": "true"})
    assert (early.status_code, "needs wait=true" in early.text) == (400, True)
