"""``tiercel secret``: values by standard input only, names out."""

from __future__ import annotations

import json

from cli.served import run_cli, run_flow, save_flow, serving, variables_of

FLOW = """\
id: use
namespace: dev
tasks:
  - id: use
    type: io.kestra.plugin.core.debug.Return
    format: "{{ secret('API_KEY') }}{{ secret('API_KEY') | length }}"
"""


def test_a_secret_is_set_listed_used_and_deleted(tmp_path):
    variables = variables_of(tmp_path / "home", SECRET_FROM_OUTSIDE="b3V0c2lkZQ==")
    with serving(variables, tmp_path) as (_, client):
        here = variables | {"TIERCEL_URL": str(client.base_url)}
        done = run_cli(
            here, "secret", "set", "dev", "API_KEY", "--description", "why", "--tag", "team=data", given="s3cr3t-12\n"
        )
        assert (done.returncode, done.stdout) == (0, "set API_KEY of dev\n"), done.stderr
        listed = json.loads(run_cli(here, "secret", "list", "--json").stdout)
        assert [(one["key"], one.get("namespace"), one["tags"]) for one in listed] == [
            ("FROM_OUTSIDE", None, []),
            ("API_KEY", "dev", [{"key": "team", "value": "data"}]),
        ]
        table = run_cli(here, "secret", "list", "dev").stdout
        assert "API_KEY" in table
        assert "why" in table
        save_flow(client, FLOW)
        assert run_flow(client, "use")["taskRunList"][0]["outputs"]["value"] == "******9"
        shown = run_cli(here, "execution", "start", "dev", "use", "--follow", "--json")
        assert "s3cr3t" not in shown.stdout + shown.stderr + table + json.dumps(listed)
        empty = run_cli(here, "secret", "set", "dev", "OTHER", given="\n")
        assert (empty.returncode, "must not be empty" in empty.stderr) == (2, True)
        assert run_cli(here, "secret", "delete", "dev", "api_key").returncode == 0
        gone = run_cli(here, "secret", "delete", "dev", "API_KEY")
        assert (gone.returncode, "secret" in gone.stderr) == (2, True)
    # What a shell remembers: there is no argument for a value.
    refused = run_cli(variables, "secret", "set", "dev", "API_KEY", "s3cr3t")
    assert refused.returncode == 2
