"""``tiercel plugin`` and ``tiercel flow doctor``, from the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from tiercel.cli.main import app


@pytest.fixture
def run():
    return lambda *arguments, **env: CliRunner().invoke(app, list(map(str, arguments)), env=env)


def test_a_new_plugin_passes_its_own_tests(run, tmp_path):
    made = run("plugin", "new", "acme-tasks", "--in", tmp_path, "--prefix", "com.acme")
    assert made.exit_code == 0, made.output
    root = tmp_path / "acme-tasks"
    assert 'acme_tasks = "acme_tasks"' in (root / "pyproject.toml").read_text()
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:asyncio", "tests"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(root / "src"), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "2 passed" in tested.stdout, tested.stdout + tested.stderr


def test_a_new_plugin_overwrites_nothing(run, tmp_path):
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "precious").touch()
    refused = run("plugin", "new", "acme", "--in", tmp_path)
    assert "not empty" in str(refused.exception)
    assert [path.name for path in (tmp_path / "acme").iterdir()] == ["precious"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [(["Acme"], "lower-case words joined by hyphens"), (["acme", "--prefix", "Com Acme"], "joined by dots")],
)
def test_names_that_cannot_be_used(run, tmp_path, arguments, told):
    refused = run("plugin", "new", *arguments, "--in", tmp_path)
    assert told in str(refused.exception)
    assert not list(tmp_path.iterdir())


def test_types_are_listed_with_what_could_not_be_loaded(run, tmp_path):
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "good.py").write_text(
        "from tiercel.plugins import Task\n\n\nclass Ping(Task, type='com.acme.listed.Ping'):\n    'Pings.'\n"
    )
    (folder / "bad.py").write_text("import nowhere_to_be_found\n")
    listed = run("plugin", "list", "com.acme.listed", "--json", TIERCEL_HOME=str(tmp_path))
    found = json.loads(listed.stdout)
    assert [(known["type"], known["title"]) for known in found["types"]] == [("com.acme.listed.Ping", "Pings.")]
    assert "nowhere_to_be_found" in found["problems"][0]
    assert listed.exit_code == 1


FLOW = """\
id: one
namespace: dev
tasks:
  - id: here
    type: io.kestra.plugin.core.log.Log
    message: hi
  - id: near
    type: io.kestra.plugin.core.log.Logs
---
id: two
namespace: dev
tasks:
  - id: far
    type: io.kestra.plugin.elasticsearch.Search
"""


def test_the_doctor_names_what_is_missing_and_what_comes_near(run, tmp_path):
    (tmp_path / "flows.yaml").write_text(FLOW)
    (tmp_path / "broken.yaml").write_text("a: [")
    told = run("flow", "doctor", tmp_path, "--json")
    found = json.loads(told.stdout)
    assert told.exit_code == 1
    assert found["known"] == 1
    assert found["unreadable"] == [str(tmp_path / "broken.yaml")]
    near, far = sorted(found["missing"], key=lambda missing: missing["type"])
    assert near["replacement"] == "io.kestra.plugin.core.log.Log"
    assert near["uses"] == [f"{tmp_path}/flows.yaml:8"]
    assert far["uses"] == [f"{tmp_path}/flows.yaml:14"]
    assert far["replacement"] == "io.kestra.plugin.core.http.Request"


@pytest.mark.parametrize(
    ("missing", "replacement"),
    [
        ("git.PushDashboards", "io.kestra.plugin.scripts.shell.Commands"),
        ("fs.nfs.Trigger", "io.kestra.plugin.fs.local.Trigger"),
        ("docker.cli.Rm", "io.kestra.plugin.scripts.shell.Commands"),
        ("email.MailReceivedTrigger", "io.kestra.plugin.scripts.python.ScriptTrigger"),
        ("redis.string.Gett", "io.kestra.plugin.redis.string.Get"),
    ],
)
def test_the_doctor_knows_better_than_the_spelling(run, tmp_path, missing, replacement):
    (tmp_path / "flow.yaml").write_text(FLOW.replace("elasticsearch.Search", missing))
    found = json.loads(run("flow", "doctor", tmp_path, "--json").stdout)["missing"]
    assert {one["type"]: one["replacement"] for one in found}[f"io.kestra.plugin.{missing}"] == replacement


def test_the_doctor_is_content(run, tmp_path):
    (tmp_path / "flow.yaml").write_text(FLOW.split("  - id: near", maxsplit=1)[0])
    told = run("flow", "doctor", tmp_path)
    assert (told.exit_code, told.stdout) == (0, "1 file: 1 use of types that are here, nothing missing\n")
