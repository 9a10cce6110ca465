"""``tiercel limit``, ``pool``, ``flow resume`` and ``trigger gathered`` against a server in a process of its own."""

from __future__ import annotations

import pytest

from cli.served import API, run_cli, serving, variables_of

KEYED = """
id: keyed
namespace: dev
inputs: [{id: region, type: STRING}]
concurrency: {limit: 1, key: "{{ inputs.region }}", pool: gpu}
tasks: [{id: wait, type: io.kestra.plugin.core.flow.Pause}]
triggers:
  - id: hook
    type: io.kestra.plugin.core.trigger.Webhook
    key: secret
    batch: {size: 10, wait: PT1H}
"""


@pytest.fixture
def served(tmp_path):
    variables = variables_of(tmp_path / "home")
    with serving(variables, tmp_path) as (_, client):
        yield client, variables | {"TIERCEL_URL": str(client.base_url)}


def test_commands_show_and_change_what_limits_do(served):
    client, variables = served

    def cli(*arguments, code=0):
        done = run_cli(variables, *arguments)
        assert done.returncode == code, done.stderr
        return done.stdout if code == 0 else done.stderr

    assert "gpu: 1 slots" in cli("pool", "set", "gpu", "1", "--description", "cards")
    flow = client.post(f"{API}/flows", content=KEYED, headers={"content-type": "application/x-yaml"})
    assert flow.status_code == 200, flow.text
    ids = [
        client.post(f"{API}/executions/dev/keyed", files={"region": (None, region)}).json()["id"]
        for region in ("eu", "us")
    ]
    assert cli("limit", "why", ids[1]) == (
        f"Waits: 1 of 1 slots of pool gpu is held by {ids[0]}. It is number 1 of 1.\n"
    )
    assert "it does not wait for a slot" in cli("limit", "why", ids[0], code=2)
    assert "eu: 1+0, us: 0+1" in cli("limit", "list")
    assert "gpu" in cli("pool", "list")
    assert "in use" in cli("pool", "delete", "gpu", code=2)
    called = client.post(f"{API}/executions/webhook/dev/keyed/secret", json={"n": 1})
    assert (called.status_code, called.json()["gathered"]) == (202, 1)
    assert '"gathered":1' in cli("trigger", "gathered", "dev", "keyed", "hook", "--json")
    assert "stopped flow dev.keyed" in cli("flow", "resume", "dev", "keyed", code=2)
    assert cli("flow", "stopped").split() == ["namespace", "flow", "since", "reason"]
    numbers = client.get("/prometheus").text
    assert 'tiercel_limit_queued{kind="pool",name="gpu",namespace=""} 1.0' in numbers
    assert 'tiercel_limit_running{kind="flow",name="keyed",namespace="dev"} 1.0' in numbers
    assert "tiercel_gathered_events 1.0" in numbers
