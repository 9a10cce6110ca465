"""``tiercel flow try`` against a server in a process of its own."""

from __future__ import annotations

import json

import pytest

from cli.served import API, run_cli, serving, variables_of

FLOW = """
id: tried
namespace: dev
inputs: [{id: count, type: INT}]
tasks:
  - {id: first, type: io.kestra.plugin.core.log.Log, message: never}
  - {id: second, type: io.kestra.plugin.core.log.Log, message: "{{ inputs.count + outputs.first.size }}"}
  - {id: fails, type: io.kestra.plugin.core.execution.Fail, errorMessage: so it is}
"""


@pytest.fixture
def served(tmp_path):
    variables = variables_of(tmp_path / "home")
    with serving(variables, tmp_path) as (_, client):
        yield client, variables | {"TIERCEL_URL": str(client.base_url)}


def test_a_task_of_a_file_is_tried_without_saving_anything(served, tmp_path):
    client, variables = served
    file = tmp_path / "flow.yaml"
    file.write_text(FLOW)

    done = run_cli(
        variables, "flow", "try", str(file), "second", "-i", "count=2", "--set", 'outputs={"first": {"size": 3}}'
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "INFO  5"
    assert lines[1].startswith("SUCCESS after ")

    done = run_cli(variables, "flow", "try", str(file), "fails", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"] == "so it is"

    done = run_cli(variables, "flow", "try", str(file), "second", "-i", "count=two")
    assert done.returncode == 2
    assert "inputs.count" in done.stderr
    assert client.get(f"{API}/flows/dev/tried").status_code == 404
