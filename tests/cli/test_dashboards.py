"""``tiercel dashboard`` against a server in a process of its own."""

from __future__ import annotations

import json

from cli.served import run_cli, serving, variables_of

SOURCE = """\
id: ours   # kept
title: Ours
charts:
  - id: notes
    type: io.kestra.plugin.core.dashboard.chart.Markdown
    content: hi
"""


def test_dashboards_are_checked_stored_listed_and_printed(tmp_path):
    variables = variables_of(tmp_path / "home")
    file = tmp_path / "ours.yaml"
    with serving(variables, tmp_path) as (_, client):

        def cli(*arguments, code=0):
            done = run_cli(variables | {"TIERCEL_URL": str(client.base_url)}, "dashboard", *arguments)
            assert done.returncode == code, done.stderr + done.stdout
            return done.stdout if code < 2 else done.stderr

        file.write_text(SOURCE.replace("title", "titel"))
        report = cli("validate", str(file), code=1)
        assert f'{file}:2:1: error: titel: Unrecognized field "titel" (Did you mean title?)' in report
        assert "title" in cli("save", str(file), code=2)
        file.write_text(SOURCE)
        assert "content is deprecated" in cli("validate", str(file))
        assert "ours is at revision 1." in cli("save", str(file))
        file.write_text(SOURCE.replace("Ours", "Yours"))
        assert "ours is at revision 2." in cli("save", str(file))
        assert cli("get", "ours") == file.read_text()
        assert cli("get", "ours", "--revision", "1") == SOURCE
        assert "id: default_home" in cli("get", "default_home")
        assert "Yours" in cli("list")
        assert [one["id"] for one in json.loads(cli("list", "yours", "--json"))] == ["ours"]
        assert "dashboard none not found" in cli("get", "none", code=2)
