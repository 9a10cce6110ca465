"""Webhooks over HTTP: whoever knows the key may start what it starts, and nobody learns anything without it."""

from __future__ import annotations

import hmac

import pytest

from tiercel.operations.settings import ServerSettings, Settings
from tiercel.storage.paths import from_uri

LOG = "{id: log, type: io.kestra.plugin.core.log.Log, message: hello}"
FAIL = "{id: bad, type: io.kestra.plugin.core.execution.Fail}"


def flow(trigger="key: s3cret", more="", task=LOG):
    return (
        f"id: hook\nnamespace: dev\n{more}\ntriggers:\n"
        f"  - {{id: w, type: io.kestra.plugin.core.trigger.Webhook, {trigger}}}\ntasks: [{task}]\n"
    )


@pytest.fixture
def call(client):
    async def call(method="POST", path="hook/s3cret", **request):
        return await client.request(method, f"/api/v1/main/executions/webhook/dev/{path}", **request)

    return call


async def test_a_call_starts_an_execution_that_sees_what_was_sent(save, call):
    await save(flow(more="labels: {own: l}"))
    answer = await call(params={"a": ["1", "2"], "b": ""}, json={"x": [1]}, headers={"X-Own": "h"})
    assert answer.status_code == 200
    shape = answer.json()
    assert set(shape) == {"tenantId", "id", "namespace", "flowId", "flowRevision", "trigger", "labels", "state"}
    assert (shape["namespace"], shape["flowId"], shape["flowRevision"]) == ("dev", "hook", 1)
    assert [label["key"] for label in shape["labels"]] == ["own", "system.correlationId"]
    variables = shape["trigger"]["variables"]
    assert (variables["body"], variables["parameters"]) == ({"x": [1]}, {"a": ["1", "2"], "b": [""]})
    assert variables["headers"]["x-own"] == ["h"]


@pytest.mark.parametrize(
    ("sent", "body"),
    [
        (b"[1, true]", [1, True]),
        (b'{"a": 1}', {"a": 1}),
        (b"bla", "bla"),
        (b"12", "12"),
        (b'"text"', '"text"'),
        (b"{broken", "{broken"),
        (b"", None),
        (b"\xff", "\ufffd"),
    ],
)
async def test_a_body_is_a_map_a_list_or_text(save, call, sent, body):
    await save(flow())
    assert (await call(content=sent)).json()["trigger"]["variables"]["body"] == body


async def test_a_body_that_is_no_text_is_base64_in_2_0(save, call):
    await save(flow(), dialect="2.0")
    for kind, body in (
        ("application/octet-stream", "/w=="),
        ("image/png", "/w=="),
        ("text/plain; charset=utf-8", "\ufffd"),
        ("application/cloudevents+json", "\ufffd"),
    ):
        answer = await call(content=b"\xff", headers={"content-type": kind})
        assert answer.json()["trigger"]["variables"]["body"] == body, kind
    assert (await call(headers={"content-type": "image/png"})).json()["trigger"]["variables"]["body"] is None


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
async def test_three_methods_and_both_paths_lead_there(save, client, method):
    await save(flow())
    for tenant in ("main/", ""):
        answer = await client.request(method, f"/api/v1/{tenant}executions/webhook/dev/hook/s3cret")
        assert answer.status_code == 200, answer.text


async def test_nobody_need_be_known_but_nothing_else_is_open(open_server):
    async with open_server(is_open=False) as client:
        answer = await client.post("/api/v1/main/executions/webhook/dev/hook/s3cret")
        assert answer.status_code == 404
        for method, path in (("DELETE", "webhook/dev/hook/s3cret"), ("PATCH", "webhook/dev/x/y"), ("POST", "dev/hook")):
            answer = await client.request(method, f"/api/v1/main/executions/{path}")
            assert answer.status_code == 401


async def test_a_wrong_key_looks_like_no_flow_and_is_compared_in_constant_time(save, call, monkeypatch):
    await save(flow("key: s3cret, disabled: false"))
    compared = []
    compare = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", lambda one, two: compared.append((one, two)) or compare(one, two))
    wrong = await call(path="hook/s3cre")
    absent = await call(path="other/s3cret")
    assert (wrong.status_code, absent.status_code) == (404, 404)
    assert wrong.json()["message"] == absent.json()["message"]
    assert compared == [(b"s3cret", b"s3cre")]
    for path in ("hook/s3cret/more", "hook/S3CRET", "hook/%20s3cret"):
        assert (await call(path=path)).status_code == 404, path


async def test_keys_may_be_expressions_and_hold_slashes(save, call):
    await save(flow("key: \"{{ flow.id }}/{{ secret('TOKEN') }}\""))
    assert (await call(path="hook/hook/hush-hush")).status_code == 200
    assert (await call(path="hook/hook%2Fhush-hush")).status_code == 200
    assert (await call(path="hook/hook/hush")).status_code == 404


async def test_a_key_that_cannot_be_rendered_fits_nothing(save, call):
    await save(flow('key: "{{ nope.x }}"'))
    assert (await call(path="hook/nope")).status_code == 404


async def test_what_is_disabled_starts_nothing(save, call, client):
    await save(flow("key: s3cret, disabled: true"))
    assert (await call()).status_code == 404
    await client.put(
        "/api/v1/main/flows/dev/hook",
        content=flow(more="disabled: true"),
        headers={"content-type": "application/x-yaml"},
    )
    answer = await call()
    assert answer.status_code == 409
    assert "is disabled" in answer.json()["message"]
    assert (await call(path="hook/wrong")).status_code == 404


CONDITION = "conditions: [{type: io.kestra.plugin.core.condition.Expression, expression: '%s'}]"


async def test_conditions_refuse_with_409_in_1_3_and_in_silence_in_2_0(save, call, client):
    await save(flow("key: s3cret, " + CONDITION % "{{ trigger.body.go == 1 }}"))
    assert (await call(json={"go": 1})).status_code == 200
    assert (await call(json={"go": 2})).status_code == 409
    await client.put(
        "/api/v1/main/flows/dev/hook",
        content=flow("key: s3cret, when: '{{ trigger.body.go == 1 }}'"),
        headers={"content-type": "application/x-yaml"},
    )
    assert (await call(json={"go": 1})).status_code == 200
    refused = await call(json={"go": 2})
    assert (refused.status_code, refused.content) == (204, b"")


async def test_inputs_are_rendered_from_the_call_or_refused(save, call):
    inputs = "inputs: [{id: x, type: INT}]"
    await save(flow("key: s3cret, inputs: {x: '{{ trigger.body.n }}'}", inputs))
    answer = await call(json={"n": 7})
    assert answer.status_code == 200
    assert "inputs" not in answer.json()
    assert (await call(json={})).status_code == 422
    assert (await call(json={"n": "none"})).status_code == 422


OUTPUTS = "outputs: [{id: o, type: STRING, value: '{{ trigger.body.a }}'}]"


async def test_it_can_wait_and_answer_with_the_outputs(save, call):
    await save(flow("key: s3cret, wait: true, returnOutputs: true", OUTPUTS))
    answer = await call(json={"a": "b"})
    assert (answer.status_code, answer.json()) == (200, {"o": "b"})


async def test_it_can_answer_with_text_and_a_status_of_its_own(save, call):
    own = "key: s3cret, wait: true, returnOutputs: true, responseContentType: text/plain, responseCode: 201"
    await save(flow(own, OUTPUTS))
    answer = await call(json={"a": "b"})
    assert (answer.status_code, answer.text) == (201, "b")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_a_failure_that_is_waited_for_is_one(save, call):
    await save(flow("key: s3cret, wait: true", task=FAIL))
    answer = await call()
    assert (answer.status_code, answer.json()["state"]["current"]) == (500, "FAILED")


async def test_a_body_can_be_kept_as_a_file_or_left_out(save, call, client):
    await save(flow("key: s3cret, fetchType: STORE"))
    variables = (await call(content=b"much")).json()["trigger"]["variables"]
    assert variables["body"] is None
    storage = client.installation.environment.storage
    assert storage.read(from_uri(variables["uri"])) == b"much"
    await client.put(
        "/api/v1/main/flows/dev/hook",
        content=flow("key: s3cret, fetchType: NONE"),
        headers={"content-type": "application/x-yaml"},
    )
    variables = (await call(content=b"much")).json()["trigger"]["variables"]
    assert (variables["body"], "uri" in variables) == (None, False)


async def test_a_body_that_is_too_large_is_refused(open_server, tmp_path):
    settings = Settings(home=str(tmp_path / "home"), server=ServerSettings(body_limit_bytes=1000))
    async with open_server(settings) as client:
        await client.post("/api/v1/main/flows", content=flow(), headers={"content-type": "application/x-yaml"})
        path = "/api/v1/main/executions/webhook/dev/hook/s3cret"
        assert (await client.post(path, content=b"x" * 1000)).status_code == 200
        assert (await client.post(path, content=b"x" * 1001)).status_code == 413
