from __future__ import annotations

import pytest

from tiercel.operations.settings import Settings, TemplateSettings

ROOT = "/api/v1/main/templates"
TEMPLATE = """\
id: greeting
namespace: dev
tasks:
  - id: greet
    type: io.kestra.plugin.core.debug.Return
    format: "Hello {{ parent.outputs.args.name }}"
"""
FLOW = """\
id: greets
namespace: dev
tasks:
  - id: use
    type: io.kestra.plugin.core.flow.Template
    namespace: dev
    templateId: greeting
    args: {name: "{{ 'Ann' | upper }}"}
  - id: after
    type: io.kestra.plugin.core.debug.Return
    format: "{{ outputs.greet.value }}"
"""
YAML = {"content-type": "application/x-yaml"}


@pytest.fixture
async def client(open_server, tmp_path):
    settings = Settings(home=str(tmp_path / "home"), templates=TemplateSettings(enabled=True))
    async with open_server(settings) as client:
        yield client


async def test_a_template_is_kept_read_listed_and_removed(client):
    created = await client.post(ROOT, content=TEMPLATE, headers=YAML)
    assert (created.status_code, created.json()["id"]) == (200, "greeting")
    assert (await client.get(f"{ROOT}/dev/greeting")).json() == created.json()
    changed = TEMPLATE.replace("Hello", "Bye")
    assert (await client.put(f"{ROOT}/dev/greeting", content=changed, headers=YAML)).status_code == 200
    renamed = TEMPLATE.replace("id: greeting", "id: other")
    assert (await client.put(f"{ROOT}/dev/greeting", content=renamed, headers=YAML)).status_code == 422
    assert [one["tasks"][0]["format"][:3] for one in (await client.get(f"{ROOT}/dev")).json()] == ["Bye"]
    assert (await client.delete(f"{ROOT}/dev/greeting")).status_code == 204
    assert (await client.get(f"{ROOT}/dev/greeting")).status_code == 404
    assert (await client.delete(f"{ROOT}/dev/greeting")).status_code == 404


@pytest.mark.parametrize(
    "wrong", ["- a", "id: x\nnamespace: dev", TEMPLATE + "more: 1\n", TEMPLATE.replace("format", "farmat"), "a: [1"]
)
async def test_what_is_no_template_is_refused(client, wrong):
    assert (await client.post(ROOT, content=wrong, headers=YAML)).status_code == 422


async def test_a_flow_runs_the_template_as_it_is_now(client, save, start):
    await client.post(ROOT, content=TEMPLATE, headers=YAML)
    await save(FLOW)
    for word in ("Hello", "Bye"):
        await client.post(ROOT, content=TEMPLATE.replace("Hello", word), headers=YAML)
        runs = (await start("greets"))["taskRunList"]
        assert [run["taskId"] for run in runs] == ["use", "greet", "after"]
        assert runs[2]["outputs"] == {"value": f"{word} ANN"}


async def test_a_missing_template_fails_its_task(save, start):
    await save(FLOW)
    execution = await start("greets")
    assert [(run["taskId"], run["state"]["current"]) for run in execution["taskRunList"]] == [("use", "FAILED")]


async def test_switched_off_nothing_can_be_stored(open_server):
    async with open_server() as client:
        assert (await client.post(ROOT, content=TEMPLATE, headers=YAML)).status_code == 409
        answer = await client.post("/api/v1/main/flows", content=FLOW, headers=YAML)
        assert (answer.status_code, "switched off" in answer.text) == (422, True)
