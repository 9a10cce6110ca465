from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from tiercel.cli.main import app

GOOD = """\
id: good
namespace: dev
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}
"""
BAD = """\
id: bad
namespace: dev
foo: 1
tasks:
  - id: say
    type: io.kestra.plugin.core.log.Log
    mesage: hi
"""


@pytest.fixture
def run():
    return lambda *arguments: CliRunner().invoke(app, ["flow", "validate", *map(str, arguments)])


def test_a_valid_file(run, tmp_path):
    (tmp_path / "good.yaml").write_text(GOOD)
    result = run(tmp_path / "good.yaml")
    assert (result.exit_code, result.stdout) == (0, "1 file checked, all valid\n")


def test_every_problem_has_its_place_and_a_suggestion(run, tmp_path):
    path = tmp_path / "bad.yaml"
    path.write_text(BAD)
    result = run(path)
    assert result.exit_code == 1
    assert f"{path}:3:1: error: foo: " in result.stdout
    assert f"{path}:7:5: error: tasks[0].mesage: " in result.stdout
    assert "Did you mean message?" in result.stdout
    assert "1 file checked, 1 not valid" in result.stdout


def test_a_folder_is_searched_and_documents_are_apart(run, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "sub" / "two.yml").write_text(GOOD + "---\n" + BAD)
    (tmp_path / "notes.txt").write_text("no flow")
    (tmp_path / ".hidden" / "bad.yaml").write_text("a: [")
    result = run(tmp_path)
    assert f"{tmp_path / 'sub' / 'two.yml'}:8:1: error: foo: " in result.stdout
    assert "1 file checked, 1 not valid" in result.stdout


def test_scripts_read_json(run, tmp_path):
    (tmp_path / "bad.yaml").write_text(BAD)
    (tmp_path / "good.yaml").write_text(GOOD)
    result = run(tmp_path, "--json")
    bad, good = json.loads(result.stdout)
    assert (bad["valid"], good["valid"], good["issues"]) == (False, True, [])
    issue = next(issue for issue in bad["issues"] if issue["path"] == "foo")
    assert (issue["line"], issue["column"], issue["severity"]) == (3, 1, "error")


def test_what_is_no_text_is_said(run, tmp_path):
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe\x00")
    result = run(tmp_path)
    assert (result.exit_code, f"{tmp_path / 'x.yaml'}:1:1: error: cannot be read" in result.stdout) == (1, True)
    (tmp_path / "x.yaml").write_bytes("id: é\nx: é".encode() + b"\xff")
    assert f"{tmp_path / 'x.yaml'}:2:5: error: cannot be read: byte 12" in run(tmp_path).stdout
    (tmp_path / "x.yaml").write_text("a: [")
    assert run(tmp_path).exit_code == 1


def test_the_dialect_decides(run, tmp_path):
    path = tmp_path / "loop.yaml"
    path.write_text(
        GOOD.replace("{id: say, type: io.kestra.plugin.core.log.Log, message: hi}", "")
        + """\
    id: loop
    type: io.kestra.plugin.core.flow.Loop
    values: [1]
    tasks:
      - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}
"""
    )
    assert run(path).exit_code == 0
    assert run(path, "--dialect", "1.3").exit_code == 1


def test_an_empty_file_has_a_place_too(run, tmp_path):
    (tmp_path / "x.yaml").write_text("")
    assert f"{tmp_path / 'x.yaml'}:1:1: error: A flow is a map" in run(tmp_path).stdout


def test_a_dialect_that_does_not_exist_is_refused(run, tmp_path):
    (tmp_path / "good.yaml").write_text(GOOD)
    assert (
        str(run(tmp_path, "--dialect", "9").exception) == "--dialect: '9' is no dialect (Write one of auto, 1.3, 2.0)"
    )


def test_an_expression_that_cannot_be_read_is_warned_of_as_a_save_does(run, tmp_path):
    path = tmp_path / "flow.yaml"
    path.write_text(
        "id: a\nnamespace: b\ntasks:\n  - id: t\n    type: io.kestra.plugin.core.log.Log\n    message: '{{ foo( }}'\n"
    )
    result = run(path)
    assert ":6:14: warning: tasks[0].message: The expression cannot be read" in result.stdout
    assert result.exit_code == 0


def test_a_link_that_leads_nowhere_is_told(run, tmp_path):
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "absent.yaml")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "gone.yaml:1:1: error: cannot be read: No such file or directory" in result.stdout
    assert "2 files checked, 1 not valid" in result.stdout
