"""dbt: by a program that does as dbt does, and by dbt itself where it is there."""

from __future__ import annotations

import os
import shutil
import sys
import zipfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from executor.stage import Stage
from scripts.conftest import Ran

RunTasks = Callable[..., Awaitable[list[Ran]]]

PROGRAM = """\
#!/usr/bin/env python3
import json, os, pathlib, sys
shown = ("DBT_LOG_FORMAT", "DBT_LOG_PATH", "DBT_PROJECT_DIR", "DBT_PROFILES_DIR")
print(json.dumps({"info": {"level": "debug", "msg": "words " + " ".join(sys.argv[1:])}}))
for name in shown:
    print(json.dumps({"info": {"level": "info", "msg": f"{name}={os.environ.get(name, '')}"}}))
print(json.dumps({"info": {"level": "warn", "msg": "beware"}}))
print(json.dumps({"level": "error", "msg": "old form"}))
print(json.dumps({"n": 1}))
print("plain")
if "quiet" not in sys.argv:
    target = pathlib.Path(os.environ.get("DBT_PROJECT_DIR", "."), "target")
    target.mkdir(parents=True, exist_ok=True)
    before = target / "manifest.json"
    print("before", before.read_text() if before.exists() else "none")
    (target / "manifest.json").write_text(json.dumps({"nodes": {"a": 1}}))
    results = [{"status": "success", "unique_id": "model.a", "execution_time": 0.5}, {"status": "error"}]
    (target / "run_results.json").write_text(json.dumps({"results": results}))
sys.exit("bad" in sys.argv)
"""


@pytest.fixture
def path(tmp_path: Path) -> dict[str, str]:
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "dbt").write_text(PROGRAM)
    (folder / "dbt").chmod(0o700)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


@pytest.fixture
def run_tasks(stage: Stage) -> RunTasks:
    """Run tasks, each a short type and its properties, one after another in one directory."""

    async def run_them(*written: tuple[str, dict[str, Any]]) -> list[Ran]:
        tasks = [
            {"id": f"t{index}", "type": f"io.kestra.plugin.{name}", **properties}
            for index, (name, properties) in enumerate(written)
        ]
        directory = {"id": "work", "type": "io.kestra.plugin.core.flow.WorkingDirectory", "tasks": tasks}
        flow = {"id": "models", "namespace": "dev", "tasks": [directory]}
        execution = await stage.run(yaml.safe_dump(flow, sort_keys=False))
        logs = await stage.logs(execution.id)
        return [
            Ran(execution, one, [(line.level.value, line.message) for line in logs if line.task_run_id == one.id])
            for one in await stage.task_runs(execution.id)
            if one.task_id != "work"
        ]

    return run_them


async def test_what_dbt_says_is_logged_at_its_levels(run_tasks: RunTasks, path: dict[str, str]) -> None:
    [ran] = await run_tasks(("dbt.cli.DbtCLI", {"commands": ["dbt build"], "env": path}))
    assert ran.state == "SUCCESS", ran.lines
    assert ("DEBUG", "words build") in ran.lines
    assert ("WARN", "beware") in ran.lines
    assert ("ERROR", "old form") in ran.lines
    assert ("INFO", '{"n": 1}') in ran.lines
    assert ("INFO", "plain") in ran.lines
    assert {"DBT_LOG_FORMAT=json", "DBT_LOG_PATH=logs", "DBT_PROJECT_DIR="} <= set(ran.messages)


async def test_what_dbt_leaves_is_stored(run_tasks: RunTasks, path: dict[str, str]) -> None:
    [ran] = await run_tasks(
        (
            "dbt.cli.DbtCLI",
            {
                "commands": ["dbt build"],
                "env": path,
                "projectDir": "shop",
                "logFormat": "NONE",
                "outputFiles": ["shop/*/*"],
            },
        )
    )
    files = ran.outputs["outputFiles"]
    assert set(files) == {
        "manifest.json",
        "run_results.json",
        "shop/target/manifest.json",
        "shop/target/run_results.json",
    }
    assert {"DBT_LOG_FORMAT=", "DBT_PROJECT_DIR=shop"} <= set(ran.messages)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"commands": ["dbt build bad"]}, {"manifest.json", "run_results.json"}),
        ({"commands": ["dbt build bad"], "parseRunResults": False}, {"manifest.json"}),
        ({"commands": ["dbt quiet bad"]}, set()),
    ],
)
async def test_what_is_left_by_a_run_that_failed_is_stored_too(
    run_tasks: RunTasks, path: dict[str, str], properties: dict[str, Any], expected: set[str]
) -> None:
    [ran] = await run_tasks(("dbt.cli.DbtCLI", {**properties, "env": path}))
    assert ran.state == "FAILED"
    assert set(ran.outputs.get("outputFiles") or {}) == expected
    assert ran.outputs["exitCode"] == 1


async def test_results_of_an_earlier_run_are_not_taken_for_those_of_a_later_one(
    run_tasks: RunTasks, path: dict[str, str]
) -> None:
    first, second = await run_tasks(
        ("dbt.cli.DbtCLI", {"commands": ["dbt build"], "env": path}),
        ("dbt.cli.DbtCLI", {"commands": ["dbt quiet"], "env": path}),
    )
    assert set(first.outputs["outputFiles"]) == {"manifest.json", "run_results.json"}
    assert not second.outputs.get("outputFiles")


async def test_a_manifest_is_kept_between_runs(run_tasks: RunTasks, path: dict[str, str]) -> None:
    where = {"key": "manifest", "namespace": "{{ flow.namespace }}"}
    task = ("dbt.cli.DbtCLI", {"commands": ["dbt build"], "env": path, "storeManifest": where, "loadManifest": where})
    [first] = await run_tasks(task)
    assert first.state == "SUCCESS", first.lines
    assert any(level == "WARN" and "no manifest yet" in text for level, text in first.lines)
    assert "before none" in first.messages
    [second] = await run_tasks(task)
    assert 'before {"nodes": {"a": 1}}' in second.messages


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"projectDir": "../.."}, "leads out of the working directory"),
        ({"storeManifest": {"key": "m", "namespace": "dev"}, "commands": ["dbt quiet"]}, "dbt left no manifest.json"),
        ({"storeManifest": {"key": "m", "namespace": "nowhere"}}, "'nowhere' does not exist"),
    ],
)
async def test_what_cannot_be_done_is_said(
    run_tasks: RunTasks, path: dict[str, str], properties: dict[str, Any], message: str
) -> None:
    [ran] = await run_tasks(("dbt.cli.DbtCLI", {"commands": ["dbt build"], "env": path, **properties}))
    assert ran.state == "FAILED"
    assert any(message in text for text in ran.messages), ran.messages


@pytest.mark.parametrize(
    ("name", "properties", "words"),
    [
        ("Build", {"select": ["a+", "b c"], "exclude": ["d"]}, "build --select a+ b c --exclude d"),
        ("Compile", {"debug": True}, "--debug compile"),
        ("Deps", {}, "deps"),
        ("Freshness", {}, "source freshness"),
        ("List", {"selector": "nightly"}, "list --selector nightly"),
        ("Run", {"thread": 4, "fullRefresh": True, "failFast": True}, "--fail-fast run --threads 4 --full-refresh"),
        ("Seed", {"target": "prod; rm x"}, "seed --target prod; rm x"),
        ("Snapshot", {"warnError": True}, "--warn-error snapshot"),
        ("Test", {"projectDir": "shop"}, "test --project-dir shop"),
    ],
)
async def test_the_former_commands(
    run_tasks: RunTasks, path: dict[str, str], name: str, properties: dict[str, Any], words: str
) -> None:
    given = {"dbtPath": "dbt", "env": path, "profiles": "shop: {}", **properties}
    [ran] = await run_tasks((f"dbt.cli.{name}", given))
    assert ran.state == "SUCCESS", ran.lines
    assert ("DEBUG", f"words {words}") in ran.lines
    assert "DBT_PROFILES_DIR=.profile" in ran.messages
    if name != "Test":
        assert set(ran.outputs["outputFiles"]) == {"manifest.json", "run_results.json"}


async def test_a_setup_installs_for_the_commands_after_it(run_tasks: RunTasks, tmp_path: Path) -> None:
    wheel = tmp_path / "dbt_tool-1-py3-none-any.whl"
    files = {
        "dbt_tool-1.data/scripts/dbt": PROGRAM.replace("#!/usr/bin/env python3", "#!python"),
        "dbt_tool-1.dist-info/METADATA": "Metadata-Version: 2.1\nName: dbt-tool\nVersion: 1\n",
        "dbt_tool-1.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o100755 << 16
            archive.writestr(entry, text)
        archive.writestr("dbt_tool-1.dist-info/RECORD", "".join(f"{name},,\n" for name in files))
    setup = {
        "requirements": ["--no-index", str(wheel)],
        "profiles": {"shop": {"target": "dev"}},
        "pythonPath": sys.executable,
    }
    installed, built = await run_tasks(("dbt.cli.Setup", setup), ("dbt.cli.Build", {}))
    assert installed.state == "SUCCESS", built.lines
    assert ("DEBUG", "words build") in built.lines
    assert "DBT_PROFILES_DIR=.profile" in built.messages


PROJECT = {
    "dbt_project.yml": "name: shop\nversion: '1.0.0'\nprofile: shop\n",
    "seeds/orders.csv": "id,total\n1,5\n2,7\n",
    "models/totals.sql": "select sum(total) as total from {% raw %}{{ ref('orders') }}{% endraw %}",
    "models/schema.yml": "models: [{name: totals, columns: [{name: total, data_tests: [not_null]}]}]",
}
PROFILES = "shop:\n  target: dev\n  outputs:\n    dev: {type: duckdb, path: shop.duckdb}\n"


@pytest.fixture(scope="session")
def dbt() -> str:
    """Give the folder of dbt itself, in PATH or where TEST_TIERCEL_DBT says; its packages do not fit beside ours."""
    found = shutil.which("dbt", path=os.environ.get("TEST_TIERCEL_DBT")) or shutil.which("dbt")
    if found is None:
        pytest.skip("needs dbt with its adapter for DuckDB")
    return str(Path(found).parent)


async def test_dbt_itself(run_tasks: RunTasks, dbt: str) -> None:
    files = {f"shop/{name}": text for name, text in PROJECT.items()}
    task = {
        "inputFiles": files,
        "profiles": PROFILES,
        "projectDir": "shop",
        "env": {"PATH": f"{dbt}:/usr/bin:/bin", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"},
        "storeManifest": {"key": "manifest", "namespace": "dev"},
    }
    [ran] = await run_tasks(("dbt.cli.DbtCLI", {**task, "commands": ["dbt build"]}))
    assert ran.state == "SUCCESS", ran.lines
    assert {"manifest.json", "run_results.json"} <= set(ran.outputs["outputFiles"])
    assert any(text.startswith("Done. PASS=3") for text in ran.messages), ran.messages
    again = {
        **task,
        "loadManifest": task["storeManifest"],
        "commands": ["dbt list --select state:modified --state target"],
    }
    [ran] = await run_tasks(("dbt.cli.DbtCLI", again))
    assert ran.state == "SUCCESS", ran.lines
    files["shop/models/totals.sql"] = "select * from nowhere"
    [ran] = await run_tasks(("dbt.cli.DbtCLI", {**task, "commands": ["dbt build"]}))
    assert ran.state == "FAILED"
    assert "run_results.json" in ran.outputs["outputFiles"]
    assert any(level == "ERROR" and "nowhere" in text for level, text in ran.lines)
