"""A canary: secrets that a flow puts everywhere it can, looked for at every place that shows something."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote

import msgspec
import pytest

from tiercel.api.live.hub import Hub
from tiercel.cli.one_off import _report
from tiercel.operations.actor import LOCAL
from tiercel.operations.executions import get_execution
from tiercel.operations.settings import EncryptionSettings, Settings
from tiercel.operations.showing import shown_details

STORED = 'canary "stored" + /täter'
ENVIRONMENT = "hush-hush"
GIVEN = "canary given &co"
NUMBER = 8437162905
ROOT = "/api/v1/main"
FLOW = """\
id: canary
namespace: team
inputs:
  - {id: password, type: SECRET}
  - {id: repeated, type: STRING, required: false}
labels:
  known: plain
tasks:
  - id: log
    type: io.kestra.plugin.core.log.Log
    message: "{{ secret('STORED') }} {{ secret('TOKEN') }} {{ inputs.password }} {{ secret('STORED') | base64encode }}"
  - id: values
    type: io.kestra.plugin.core.output.OutputValues
    values:
      plain: "{{ secret('STORED') }}"
      inside: "x{{ secret('TOKEN') }}y"
      base64: "{{ secret('STORED') | base64encode }}"
      header: "{{ ('user:' ~ inputs.password) | base64encode }}"
      url: "{{ secret('STORED') | urlencode }}"
      json: "{{ secret('STORED') | json }}"
      given: "{{ inputs.password }}"
      list: ["{{ secret('STORED') }}", {key: "{{ inputs.password }}"}]
      number: "{{ secret('NUMBER') | number }}"
  - id: labels
    type: io.kestra.plugin.core.execution.Labels
    labels: {leak: "{{ secret('TOKEN') }}"}
  - id: variables
    type: io.kestra.plugin.core.execution.SetVariables
    variables: {leak: "{{ inputs.password }}"}
  - id: metrics
    type: io.kestra.plugin.core.metric.Publish
    metrics: [{type: counter, name: rows, value: 1, tags: {leak: "{{ secret('STORED') }}"}}]
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: ["{{ secret('STORED') }}"]
    tasks:
      - {id: inner, type: io.kestra.plugin.core.debug.Return, format: "{{ taskrun.value }}"}
  - id: if
    type: io.kestra.plugin.core.flow.If
    condition: "{{ inputs.password | number }}"
    then:
      - {id: never, type: io.kestra.plugin.core.log.Log, message: never}
errors:
  - id: fail
    type: io.kestra.plugin.core.execution.Fail
    errorMessage: "because of {{ inputs.password }} and {{ secret('STORED') }}"
outputs:
  - {id: out, type: STRING, value: "{{ secret('STORED') }} {{ inputs.password }}"}
"""


def forms_of(secret):
    """How a secret may look; more than what is masked by name, as by hand."""
    text = json.dumps(secret)[1:-1]
    raw = json.dumps(secret, ensure_ascii=False)[1:-1]
    coded = base64.b64encode(secret.encode()).decode()
    found = {secret, text, raw, json.dumps(text)[1:-1], json.dumps(raw, ensure_ascii=False)[1:-1], quote(secret)}
    return found | {quote(secret, safe=""), coded, coded.rstrip("="), coded.replace("+", "-").replace("/", "_")}


CANARIES = {form for secret in (STORED, ENVIRONMENT, GIVEN, str(NUMBER)) for form in forms_of(secret)} | {
    base64.b64encode(f"user:{GIVEN}".encode()).decode()
}


def assert_clean(text, where):
    assert "�" not in text
    for form in CANARIES:
        assert form not in text, f"{form!r} in {where}: ...{text[max(0, text.index(form) - 200) :][:400]}"


@pytest.fixture
async def server(open_server, tmp_path):
    settings = Settings(
        home=str(tmp_path / "home"), encryption=EncryptionSettings(secret_key=base64.b64encode(bytes(32)).decode())
    )
    async with open_server(settings) as client:
        for key, value in (("STORED", STORED), ("NUMBER", str(NUMBER))):
            sent = await client.put(f"{ROOT}/namespaces/team/secrets", json={"key": key, "value": value})
            assert sent.status_code == 200, sent.text
        saved = await client.post(f"{ROOT}/flows", content=FLOW, headers={"content-type": "application/x-yaml"})
        assert saved.status_code == 200, saved.text
        yield client


async def started(client):
    parts = {"password": (None, GIVEN), "repeated": (None, f"again {ENVIRONMENT}")}
    answer = await client.post(f"{ROOT}/executions/team/canary", params={"wait": "true"}, files=parts)
    assert answer.status_code == 200, answer.text
    return answer


async def test_no_place_shows_a_secret(server):
    answer = await started(server)
    id_ = answer.json()["id"]
    assert_clean(answer.text, "the answer to a start")
    whole = (await server.get(f"{ROOT}/executions/{id_}")).json()
    by_task = {run["taskId"]: run for run in whole["taskRunList"]}
    assert set(by_task) >= {"log", "values", "labels", "variables", "metrics", "each", "inner", "if", "fail"}, list(
        by_task
    )
    assert by_task["values"]["outputs"]["values"]["plain"] == "******"
    assert by_task["values"]["outputs"]["values"]["inside"] == "x******y"
    assert by_task["values"]["outputs"]["values"]["number"] == "******"
    assert by_task["inner"]["outputs"]["value"] == "******"
    figures = (await server.get(f"{ROOT}/metrics/{id_}")).json()["results"]
    assert [one["tags"] for one in figures if one["name"] == "rows"] == [{"leak": "******"}]
    paths = [
        f"executions/{id_}",
        f"executions/{id_}/follow",
        "executions/search?size=100",
        "executions?namespace=team&flowId=canary",
        "executions/export/by-query/csv",
        "executions/distinct-field-values?field=labels",
        f"logs/{id_}",
        f"logs/{id_}/download",
        "logs/search?size=100",
        f"metrics/{id_}",
        f"outputs/executions/{id_}",
        f"outputs/tasks/{id_}/{by_task['values']['id']}",
        f"executions/{id_}/flow",
        f"executions/{id_}/graph",
        "audit",
        "secrets",
        "namespaces/team/secrets",
        "namespaces/team/inherited-secrets",
        "namespaces/team/inherited-variables",
        "namespaces/search",
        "namespaces/team",
        "kv",
        "flows/team/canary?source=true",
        "flows/search",
        "triggers/search",
    ]
    seen = 0
    for path in paths:
        found = await server.get(f"{ROOT}/{path}")
        assert found.status_code < 500, path
        seen += "******" in found.text
        assert_clean(found.text, path)
    assert seen >= 9
    for path in ("/metrics", "/health", "/api/v1/configs"):
        assert_clean((await server.get(path)).text, path)


async def test_what_is_done_to_an_execution_answers_without_secrets(server):
    id_ = (await started(server)).json()["id"]
    for path in (f"{id_}/restart", f"{id_}/replay", f"{id_}/labels", f"{id_}/change-status?status=WARNING"):
        found = await server.post(f"{ROOT}/executions/{path}", json=[{"key": "a", "value": "b"}])
        assert found.status_code < 500, found.text
        assert_clean(found.text, path)
    for text in ("{{ outputs.values.values }}", "{{ secret('STORED') | upper | lower }}", "{{ inputs }}"):
        found = await server.post(f"{ROOT}/executions/{id_}/eval", content=text, headers={"content-type": "text/plain"})
        if "upper" not in text:
            assert_clean(found.text, text)


async def test_the_report_of_a_single_run_is_clean(server):
    id_ = (await started(server)).json()["id"]
    environment = server.installation.environment
    found = shown_details(environment, await get_execution(environment, LOCAL, id_))
    assert_clean(msgspec.json.encode(_report(found, [])).decode(), "the report")


async def test_refused_inputs_do_not_repeat_a_secret(server):
    source = FLOW.replace("id: canary", "id: strict").replace(
        "{id: repeated, type: STRING, required: false}",
        "{id: short, type: STRING, validator: '[a-z]+', defaults: \"{{ secret('STORED') }}\"}",
    )
    saved = await server.post(f"{ROOT}/flows", content=source, headers={"content-type": "application/x-yaml"})
    assert saved.status_code == 200, saved.text
    for parts in ({"password": (None, GIVEN)}, {"password": (None, GIVEN), "short": (None, f"NO {GIVEN}")}):
        refused = await server.post(f"{ROOT}/executions/team/strict", files=parts)
        assert refused.status_code == 422
        assert_clean(refused.text, "a refusal")


async def test_the_stream_of_events_is_clean(server):
    environment = server.installation.environment
    hub = Hub(environment)
    await started(server)
    seen = ""
    with environment.streams.subscribe() as subscription:
        await started(server)
        while "leak" not in seen or "task-run" not in seen:
            for frame in await hub._frames(await subscription.next(60)):  # noqa: SLF001 (frames as they are sent)
                seen += frame.text.decode()
    assert "******" in seen
    assert_clean(seen, "the stream of events")


async def test_what_is_stored_of_logs_is_masked(server, tmp_path):
    await started(server)
    lines = await server.installation.environment.database.read(lambda c: c.fetch("SELECT * FROM logs"))
    assert any("******" in str(line) for line in lines)
    for line in lines:
        assert_clean(str(line), "a row of logs")
    home = tmp_path / "home"
    for file in home.rglob("*"):
        if file.is_file() and file.name not in {"tiercel.db", "tiercel.db-wal"}:
            assert_clean(file.read_bytes().decode("latin-1"), file)
