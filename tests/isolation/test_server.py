"""Plugins of a folder in a running server: their versions in one flow, their changes, their kills."""

from __future__ import annotations

from pathlib import Path

import httpx
import psutil

from cli.served import API, run_cli, run_flow, save_flow, serving, until, variables_of
from tiercel.cli.wiring import RELOAD_SECONDS
from tiercel.model.json import Json

TASK = '''
from tiercel.plugins import RunContext, Task


class Say(Task, type="com.acme.reload.Say", icon="<svg xmlns='http://www.w3.org/2000/svg'/>"):
    """Says something."""

    {property}: str = "nothing"

    def run(self, ctx: RunContext) -> dict[str, str]:
        return {{"said": "{word} " + self.{property}}}
'''


def outputs(client: httpx.Client, flow_id: str) -> dict[str, Json]:
    return {run["taskId"]: run["outputs"] for run in run_flow(client, flow_id)["taskRunList"]}


def flow(flow_id: str, *tasks: str) -> str:
    listed = "\n".join("  - " + task.replace("\n", "\n    ") for task in tasks)
    return f"id: {flow_id}\nnamespace: dev\ntasks:\n{listed}\n"


def test_conflicting_pins_in_one_flow(tmp_path: Path, folder: Path) -> None:
    variables = variables_of(tmp_path / "home", TIERCEL_PLUGINS_FOLDER=str(folder))
    with serving(variables, tmp_path) as (_, client):
        tasks = [
            f"id: {name}\ntype: com.acme.units.Measure\nlength: 2{version}"
            for name, version in (("old", "\nversion: '1.0'"), ("new", "\nversion: '2.0'"), ("free", ""))
        ]
        save_flow(client, flow("units", *tasks))
        found = outputs(client, "units")
        assert {name: one["library"] for name, one in found.items()} == {"old": "1.0", "new": "2.0", "free": "2.0"}
        wrong = client.post(
            f"{API}/flows/validate",
            content=flow("units", "id: a\ntype: com.acme.units.Measure\nlength: 2\nversion: '3.0'"),
            headers={"content-type": "application/x-yaml"},
        )
        assert "is not here in version 3.0" in wrong.text
        listed = client.get("/api/v1/plugins/com.acme.units.Measure/versions").json()
        assert listed["versions"] == ["2.0", "1.0"]
        told = client.get("/api/v1/plugins/com.acme.units.Measure/versions/1.0").json()
        assert told["schema"]["properties"]["properties"]["length"]["description"] == "What to measure."
        assert told["schema"]["outputs"]["properties"]["library"]["description"] == "The version of the library."
        assert "length: 3" in told["markdown"]
        _kill_a_deaf_task(client)


def _kill_a_deaf_task(client: httpx.Client) -> None:
    """A task that does not listen is gone soon after its kill, and the server goes on."""
    save_flow(client, flow("deaf", "id: deaf\ntype: com.acme.units.Behave\nhow: deaf"))
    started = client.post(f"{API}/executions/dev/deaf").json()["id"]

    def line() -> str | None:
        logs = client.get(f"{API}/logs/{started}").json()
        return next((one["message"] for one in logs if one["message"].startswith("deaf in")), None)

    process_id = int(until(line).rpartition(" ")[2])
    assert psutil.pid_exists(process_id)
    assert client.delete(f"{API}/executions/{started}/kill").status_code in {200, 202}
    until(lambda: client.get(f"{API}/executions/{started}").json()["state"]["current"] == "KILLED")
    until(lambda: not psutil.pid_exists(process_id))
    assert client.get("/health").json() == {"status": "UP"}


def test_a_change_is_taken_while_the_server_runs(tmp_path: Path) -> None:
    assert RELOAD_SECONDS < 1  # so that somebody who saves a plugin never waits two seconds for it
    plugins = tmp_path / "home" / "plugins"
    plugins.mkdir(parents=True)
    file = plugins / "acme_say.py"
    file.write_text(TASK.format(property="text", word="old"))
    with serving(variables_of(tmp_path / "home"), tmp_path) as (_, client):
        save_flow(client, flow("say", "id: say\ntype: com.acme.reload.Say\ntext: a"))
        assert outputs(client, "say")["say"] == {"said": "old a"}

        def properties() -> set[str]:
            found = client.get("/api/v1/plugins/properties/com.acme.reload.Say")
            return set(found.json()) - {"id", "type"} if found.status_code == 200 else set()

        def problems() -> Json:
            return client.get("/api/v1/plugins").json()["problems"]

        file.write_text(TASK.format(property="text", word="new"))
        until(lambda: outputs(client, "say")["say"] == {"said": "new a"})
        file.write_text("import nowhere_to_be_found\n")
        until(problems)
        assert "No module named 'nowhere_to_be_found'; what was loaded before is still used" in problems()[0]
        assert outputs(client, "say")["say"] == {"said": "new a"}
        file.write_text(TASK.format(property="words", word="newest"))
        until(lambda: "words" in properties())
        assert problems() == []
        schema = client.get("/api/v1/plugins/schemas/flow")
        assert "words" in schema.json()["definitions"]["com.acme.reload.Say"]["properties"]
        again = client.get("/api/v1/plugins/schemas/flow", headers={"If-None-Match": schema.headers["etag"]})
        assert again.status_code == 304
        icon = client.get("/api/v1/plugins/icons/com.acme.reload.Say/icon.svg")
        assert icon.text == "<svg xmlns='http://www.w3.org/2000/svg'/>"
        assert "sandbox" in icon.headers["content-security-policy"]
        (plugins / "acme_more.py").write_text(TASK.format(property="text", word="more").replace("Say", "More"))
        until(lambda: client.get("/api/v1/plugins/com.acme.reload.More").status_code == 200)
        file.unlink()
        until(lambda: not properties())


def test_the_command_line_tells_of_packages(tmp_path: Path, folder: Path) -> None:
    (folder / "acme_bad.py").write_text("import nowhere_to_be_found\n")
    variables = variables_of(tmp_path / "home", TIERCEL_PLUGINS_FOLDER=str(folder))
    listed = run_cli(variables, "plugin", "list", "com.acme.units")
    assert "Measures a length." in listed.stdout
    assert "nowhere_to_be_found" in listed.stderr
    assert listed.returncode == 1
    (tmp_path / "units.yaml").write_text(
        flow("units", "id: a\ntype: com.acme.units.Measure\nlength: 2\nversion: '1.0'")
    )
    ran = run_cli(variables, "run", tmp_path / "units.yaml", "--json")
    assert '"library":"1.0"' in ran.stdout.replace(": ", ":"), ran.stderr
    made = [path.stem for path in (tmp_path / "home" / "environments").glob("*.lock")]
    assert len(made) == 2  # one for each version, and none for the run
