"""Classes 16 and 17: what a script is given is never a part of its text, and it sees nothing of the server's own."""

from __future__ import annotations

import json

import pytest

ROOT = "/api/v1/main"
FLOW = """\
id: script
namespace: dev
inputs: [{id: text, type: STRING}]
tasks:
  - id: shell
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {type: io.kestra.plugin.core.runner.Process}
    env: {GIVEN: "{{ inputs.text }}"}
    inputFiles: {given.txt: "{{ inputs.text }}"}
    outputFiles: [seen.txt, env.txt, owned]
    commands:
      - printf '%s' "$GIVEN" > seen.txt
      - cmp seen.txt given.txt
      - env > env.txt
"""
GIVEN = [
    *("'; touch owned; '", '"; touch owned; "', "$(touch owned)", "`touch owned`", "a\nb; touch owned", "\\", "-n x"),
    *("a && touch owned", "| touch owned", "> owned", "%s%n", "*", "~", "${IFS}", "ü 😀", "\t", "#", "!x", "{{ x }}"),
]


@pytest.fixture
async def ran(client, save, start, monkeypatch):
    monkeypatch.setenv("SERVER_PASSWORD_OF_THE_DATABASE", "hidden-from-scripts")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hidden-from-scripts")
    await save(FLOW)

    async def run(text):
        found = await start("script", files={"text": (None, text)})
        assert found["state"]["current"] == "SUCCESS", (text, json.dumps(found)[:2000])
        files = found["taskRunList"][0]["outputs"]["outputFiles"]
        path = f"{ROOT}/executions/{found['id']}/file"
        return {name: (await client.get(path, params={"path": uri})).content.decode() for name, uri in files.items()}

    return run


async def test_inputs_reach_scripts_as_they_are_and_are_never_run(ran):
    for text in GIVEN:
        files = await ran(text)
        assert files["seen.txt"] == text
        assert "owned" not in files


async def test_scripts_see_nothing_of_the_environment_of_the_server(ran):
    seen = (await ran("x"))["env.txt"]
    assert "hidden-from-scripts" not in seen
    assert "hush" not in seen
    names = {line.partition("=")[0] for line in seen.splitlines() if "=" in line}
    assert not {name for name in names if name.startswith(("SECRET_", "TIERCEL_", "AWS_"))}
