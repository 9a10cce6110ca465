"""``tiercel import kestra``: out of exports, item by item, with a report."""

from __future__ import annotations

import json
import zipfile

import pytest

from cli.served import API, run_cli, serving, variables_of

GOOD = """\
id: good
namespace: team
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Log, message: hi}
"""
BAD = """\
id: bad
namespace: team
tasks:
  - {id: say, type: io.kestra.plugin.core.log.Nothing}
"""


@pytest.fixture
def export(tmp_path):
    """A folder with everything there can be."""
    folder = tmp_path / "export"
    (folder / "kv").mkdir(parents=True)
    (folder / "_files" / "team" / "sql").mkdir(parents=True)
    with zipfile.ZipFile(folder / "flows.zip", "w") as archive:
        archive.writestr("team-good.yml", GOOD)
        archive.writestr("team-bad.yml", BAD)
    with zipfile.ZipFile(folder / "other_files.zip", "w") as archive:
        archive.writestr("scripts/main.py", b"print(1)")
        archive.writestr("inner.zip", b"as it is")
        archive.writestr("_flows/there.yml", GOOD.replace("id: good", "id: there"))
    (folder / "_files" / "team" / "sql" / "a.sql").write_text("select 1")
    (folder / "kv" / "team.json").write_text('{"number": 4, "text": "2024-01-01", "map": {"a": [1]}}')
    (folder / "kv" / "more.yml").write_text(
        "- {key: day, value: '2024-01-01', type: DATE, description: a day}\n- {key: broken}\n"
    )
    return folder


def report_of(done):
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {f"{line['kind']} {line['name']}": line for line in lines}


def test_an_export_is_taken_over_and_reported(export, tmp_path):
    variables = variables_of(tmp_path / "home")
    with serving(variables, tmp_path) as (_, client):
        here = variables | {"TIERCEL_URL": str(client.base_url)}
        tried = run_cli(here, "import", "kestra", export, "--dry-run")
        assert tried.returncode == 1
        assert "would be: 9 imported, 0 changed, 0 unchanged, 2 refused" in tried.stdout
        assert client.get(f"{API}/flows/search").json()["total"] == 0
        done = run_cli(here, "import", "kestra", export, "--json")
        assert done.returncode == 1, done.stderr
        report = report_of(done)
        assert {name: line["outcome"] for name, line in report.items()} == {
            "flow team.good": "imported",
            "flow team.bad": "refused",
            "flow team.there": "imported",
            "file other:/scripts/main.py": "imported",
            "file other:/inner.zip": "imported",
            "file team:/sql/a.sql": "imported",
            "key team:number": "imported",
            "key team:text": "imported",
            "key team:map": "imported",
            "key more:day": "imported",
            "file kv/more.yml[1]": "refused",
        }
        assert report["flow team.bad"]["reasons"][0].startswith("line 4: ")
        assert client.get(f"{API}/flows/team/good?source=true").json()["source"] == GOOD
        file = client.get(f"{API}/namespaces/other/files", params={"path": "/inner.zip"})
        assert file.content == b"as it is"
        kinds = {key: client.get(f"{API}/namespaces/team/kv/{key}").json()["type"] for key in ("number", "text", "map")}
        assert kinds == {"number": "NUMBER", "text": "STRING", "map": "JSON"}
        assert client.get(f"{API}/namespaces/more/kv/day").json()["type"] == "DATE"
        again = run_cli(here, "import", "kestra", export / "flows.zip")
        assert "0 imported, 0 changed, 1 unchanged, 1 refused" in again.stdout
        (tmp_path / "changed").mkdir()
        (tmp_path / "changed" / "good.yaml").write_text(GOOD + "description: other\n")
        changed = run_cli(here, "import", "kestra", tmp_path / "changed")
        assert (changed.returncode, "0 imported, 1 changed" in changed.stdout) == (0, True)
        assert client.get(f"{API}/flows/team/good").json()["revision"] == 2


def test_what_is_no_export_is_told(tmp_path):
    (tmp_path / "text").write_text("text")
    for name, problem in (("text", "is no ZIP"), ("missing", "neither a file nor a folder")):
        done = run_cli(variables_of(tmp_path / "home"), "import", "kestra", tmp_path / name)
        assert (done.returncode, problem in done.stderr) == (2, True), done.stderr
