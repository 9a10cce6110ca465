"""Where a server says that scripts run, and what a task is told whose image is ignored."""

from __future__ import annotations

import subprocess

import httpx
import pytest

from cli.served import API, COMMAND, free_port, run_cli, run_flow, save_flow, variables_of

SCRIPT = """
id: scripts
namespace: dev
tasks:
  - id: work
    type: io.kestra.plugin.scripts.shell.Commands
    containerImage: debian:13
    commands: [echo ran]
"""
NOWHERE = {"DOCKER_HOST": "unix:///no/such.sock"}


def said_by_server(variables, use):
    """Start a server, use it, end it; gives all that it has said."""
    port = free_port()
    command = [*COMMAND, "server", "--no-auth", "--port", str(port)]
    with subprocess.Popen(command, env=variables, stderr=subprocess.PIPE, text=True) as server:
        said = []
        for line in server.stderr:
            said.append(line)
            if "serves http" in line:
                break
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            use(client)
        server.terminate()
        said.append(server.communicate(timeout=60)[1])
    assert server.returncode == 0, said
    return "".join(said)


def test_without_an_engine_the_server_warns_at_its_start_and_the_task_names_its_image(tmp_path):
    found = []

    def use(client):
        save_flow(client, SCRIPT)
        found.append(run_flow(client, "scripts"))
        found.append(client.get(f"{API}/logs/{found[0]['id']}").json())

    said = said_by_server(variables_of(tmp_path / "home", **NOWHERE), use)
    warning = next(line for line in said.splitlines() if "engine answers" in line)
    assert "WARNING" in warning
    assert "the containerImage of a task is ignored" in warning
    assert "/no/such.sock" in warning
    execution, lines = found
    assert execution["state"]["current"] == "SUCCESS"
    (told,) = [line["message"] for line in lines if line["level"] == "WARN"]
    assert "the containerImage debian:13 is ignored" in told


@pytest.mark.parametrize(
    ("runner", "told"),
    [("process", None), ("docker", "scripts.runner is docker, but no Docker or Podman")],
)
def test_what_a_server_says_of_its_setting(tmp_path, runner, told):
    said = said_by_server(variables_of(tmp_path / "home", **NOWHERE, TIERCEL_SCRIPTS_RUNNER=runner), lambda _: None)
    assert told in said if told else "engine" not in said


def test_a_run_without_a_server_says_nothing_of_engines(tmp_path):
    flow = tmp_path / "flow.yaml"
    flow.write_text("id: a\nnamespace: b\ntasks:\n  - {id: l, type: io.kestra.plugin.core.log.Log, message: hi}\n")
    done = run_cli(variables_of(tmp_path / "home", **NOWHERE), "run", flow)
    assert done.returncode == 0
    assert "engine" not in done.stdout + done.stderr
