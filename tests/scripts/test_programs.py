"""Programs of other tools: what they are told, by programs that write it down, and real ones where they are there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from moto.server import ThreadedMotoServer

from executor.stage import Stage
from scripts.conftest import Ran
from tiercel.plugins.check import check_properties
from tiercel.plugins.registry import Registry
from tiercel.source.reader import read_yaml

RunTask = Callable[..., Awaitable[Ran]]
REGISTRY = Registry(["tiercel.tasks"], is_discovering=False)
NAMES = (
    "aws.cli.AwsCLI",
    "azure.cli.AzCLI",
    "cloudquery.CloudQueryCLI",
    "databricks.cli.DatabricksCLI",
    "dlt.CLI",
    "gcp.cli.GCloudCLI",
    "jdbc.clickhouse.ClickHouseLocalCLI",
    "jdbc.snowflake.SnowflakeCLI",
    "sqlmesh.cli.SQLMeshCLI",
    "terraform.cli.TerraformCLI",
)
NEEDED = {
    "databricks.cli.DatabricksCLI": {"databricksHost": "https://here"},
    "jdbc.snowflake.SnowflakeCLI": {"account": "a", "username": "u"},
}


def program(name: str) -> str:
    """Give the path of a real program, which no test may ask for everywhere: Debian has none, or a very large one."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"needs {name}")
    return found


@pytest.fixture
def run_task(stage: Stage) -> RunTask:
    async def run_it(name: str, **properties: Any) -> Ran:
        task = {"id": "work", "type": f"io.kestra.plugin.{name}", **NEEDED.get(name, {}), **properties}
        flow = {"id": "programs", "namespace": "dev", "tasks": [task]}
        execution = await stage.run(yaml.safe_dump(flow, sort_keys=False))
        lines = [(line.level.value, line.message) for line in await stage.logs(execution.id)]
        return Ran(execution, (await stage.task_runs(execution.id))[0], lines)

    return run_it


@pytest.mark.parametrize("name", NAMES)
async def test_lines_run_in_one_shell_with_files_and_outputs(run_task: RunTask, name: str) -> None:
    ran = await run_task(
        name,
        inputFiles={"in.txt": "{{ flow.id }}"},
        env={"GIVEN": "it's \"{{ '{{' }} {{ flow.namespace }}"},
        outputFiles=["*.out"],
        commands=["word=$(cat in.txt)", 'echo "$word" > a.out', 'echo "$GIVEN"', """echo '::{"outputs":{"n":1}}::'"""],
    )
    assert ran.state == "SUCCESS", ran.lines
    assert ("INFO", "it's \"{{ dev") in ran.lines
    assert ran.outputs["vars"] == {"n": 1}
    assert ran.outputs["exitCode"] == 0
    assert set(ran.outputs["outputFiles"]) == {"a.out"}


@pytest.mark.parametrize("name", NAMES)
async def test_the_first_line_that_fails_ends_the_task(run_task: RunTask, name: str) -> None:
    ran = await run_task(name, commands=["echo one", "false", "echo two"])
    assert ran.state == "FAILED"
    assert "one" in ran.messages
    assert "two" not in ran.messages


@pytest.mark.parametrize("name", ["terraform.cli.TerraformCLI", "sqlmesh.cli.SQLMeshCLI"])
async def test_lines_before_come_first(run_task: RunTask, name: str) -> None:
    ran = await run_task(name, beforeCommands=["word=before"], commands=['echo "$word"'])
    assert "before" in ran.messages


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        (
            "aws.cli.AwsCLI",
            {
                "accessKeyId": "key",
                "secretKeyId": "{{ secret('TOKEN') }}",
                "sessionToken": "t",
                "region": "eu-central-1",
                "endpointOverride": "http://minio:9000",
                "outputFormat": "YAML",
                "compatibilityMode": True,
            },
            {
                "AWS_ACCESS_KEY_ID": "key",
                "AWS_SECRET_ACCESS_KEY": "s3cr3t/täg-value",
                "AWS_SESSION_TOKEN": "t",
                "AWS_DEFAULT_REGION": "eu-central-1",
                "AWS_ENDPOINT_URL": "http://minio:9000",
                "AWS_DEFAULT_OUTPUT": "yaml",
                "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
            },
        ),
        (
            "databricks.cli.DatabricksCLI",
            {"databricksToken": "t", "clientId": "c", "clientSecret": "s"},
            {
                "DATABRICKS_HOST": "https://here",
                "DATABRICKS_TOKEN": "t",
                "DATABRICKS_CLIENT_ID": "c",
                "DATABRICKS_CLIENT_SECRET": "s",
            },
        ),
        (
            "jdbc.snowflake.SnowflakeCLI",
            {"password": "p"},
            {"SNOWFLAKE_ACCOUNT": "a", "SNOWFLAKE_USER": "u", "SNOWFLAKE_PASSWORD": "p"},
        ),
        ("gcp.cli.GCloudCLI", {"projectId": "mine"}, {"CLOUDSDK_CORE_PROJECT": "mine"}),
        ("terraform.cli.TerraformCLI", {}, {"TF_INPUT": "0", "TF_IN_AUTOMATION": "1"}),
    ],
)
async def test_what_a_program_needs_to_know_is_in_its_variables(
    run_task: RunTask, name: str, properties: dict[str, Any], expected: dict[str, str]
) -> None:
    wanted = json.dumps([*expected, "MISSING"])
    code = f"import json, os; json.dump({{n: os.environ.get(n) for n in {wanted}}}, open('seen.json', 'w'))"
    ran = await run_task(name, **properties, inputFiles={"see.py": code}, commands=["python3 see.py", "cat seen.json"])
    assert ran.state == "SUCCESS", ran.lines
    shown = json.dumps({**expected, "MISSING": None}, ensure_ascii=True)
    secret = json.dumps("s3cr3t/täg-value")
    assert [line for line in ran.messages if line.replace("******", secret.strip('"')) == shown] != [], ran.messages


@pytest.mark.parametrize(
    ("name", "properties", "variable"),
    [
        ("gcp.cli.GCloudCLI", {"serviceAccount": '{"key": "it\'s $HOME"}'}, "GOOGLE_APPLICATION_CREDENTIALS"),
        ("gcp.cli.GCloudCLI", {"serviceAccount": '{"key": "it\'s $HOME"}'}, "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE"),
        ("jdbc.snowflake.SnowflakeCLI", {"privateKey": '{"key": "it\'s $HOME"}'}, "SNOWFLAKE_PRIVATE_KEY_PATH"),
    ],
)
async def test_a_key_is_in_a_file_of_its_own_while_the_lines_run(
    run_task: RunTask, name: str, properties: dict[str, str], variable: str
) -> None:
    ran = await run_task(
        name,
        **properties,
        outputFiles=["**"],
        commands=[f'stat -c "mode %a" "${variable}"', f'cat "${variable}"; echo', f'echo "${variable}" > where', "env"],
    )
    assert ran.state == "SUCCESS", ran.lines
    assert "mode 600" in ran.messages
    assert '{"key": "it\'s $HOME"}' in ran.messages
    assert not any(line.startswith("TIERCEL_KEY=") for line in ran.messages)
    assert set(ran.outputs["outputFiles"]) == {"where"}
    where = next(line.partition("=")[2] for line in ran.messages if line.startswith(f"{variable}="))
    assert not os.path.exists(where)  # noqa: ASYNC240, PTH110 (one look)


async def test_azure_logs_in_before_the_lines(run_task: RunTask, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/az").write_text('#!/bin/sh\nprintf "<%s>" "$@"; echo\n')
    (tmp_path / "bin/az").chmod(0o700)
    path = {"PATH": f"{tmp_path}/bin:/usr/bin:/bin"}
    login = {"username": "app $HOME", "password": "p'w", "tenant": "t", "servicePrincipal": True}
    ran = await run_task("azure.cli.AzCLI", **login, env=path, commands=["az vm list"])
    words = "<login><--output><none><--username><app $HOME><--password><p'w><--tenant><t><--service-principal>"
    assert ran.messages[-2:] == [words, "<vm><list>"]
    ran = await run_task("azure.cli.AzCLI", env=path, commands=["az vm list"])
    assert not any("login" in line for line in ran.messages)


async def test_terraform_applies_a_plan(run_task: RunTask) -> None:
    program("terraform")
    example = dict(read_yaml(REGISTRY.get_task("io.kestra.plugin.terraform.cli.TerraformCLI").declaration.example).data)
    del example["type"]
    ran = await run_task(
        "terraform.cli.TerraformCLI", **{**example, "env": {"TF_VAR_name": "it's me"}, "outputFiles": ["outputs.json"]}
    )
    assert ran.state == "SUCCESS", ran.lines
    assert set(ran.outputs["outputFiles"]) == {"outputs.json"}
    again = await run_task("terraform.cli.TerraformCLI", **{**example, "commands": ["terraform apply"]})
    assert again.state == "FAILED"  # it is not asked whether it may, since nobody is there to answer


@pytest.fixture
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


KEYS = {"accessKeyId": "test", "secretKeyId": "test", "region": "us-east-1"}


async def test_the_program_of_amazon_asks_a_service(run_task: RunTask, endpoint: str) -> None:
    aws = Path(program("aws")).parent
    ran = await run_task(
        "aws.cli.AwsCLI",
        **KEYS,
        endpointOverride=endpoint,
        env={"PATH": f"{aws}:/usr/bin:/bin"},
        commands=[
            "aws s3 mb s3://orders",
            "aws s3api list-buckets --query 'Buckets[].Name'",
            "aws sts get-caller-identity",
        ],
    )
    assert ran.state == "SUCCESS", ran.lines
    assert '    "orders"' in ran.messages


async def test_a_role_is_taken_on_before_the_lines(run_task: RunTask, endpoint: str) -> None:
    role = {"stsRoleArn": "arn:aws:iam::123456789012:role/reader", "stsEndpointOverride": endpoint}
    ran = await run_task(
        "aws.cli.AwsCLI",
        **KEYS,
        **role,
        commands=['echo "${AWS_ACCESS_KEY_ID%${AWS_ACCESS_KEY_ID#????}}"', 'test -n "$AWS_SESSION_TOKEN"'],
    )
    assert ran.state == "SUCCESS", ran.lines
    assert "ASIA" in ran.messages


async def test_the_program_takes_a_role_on_itself(run_task: RunTask) -> None:
    role = {"stsRoleArn": "arn:aws:iam::1:role/r", "stsRoleExternalId": "x", "stsCredentialSource": "ECS_CONTAINER"}
    ran = await run_task("aws.cli.AwsCLI", **role, commands=['cat "$AWS_CONFIG_FILE"'])
    profile = ["[default]", "role_arn = arn:aws:iam::1:role/r", "credential_source = EcsContainer", "external_id = x"]
    assert ran.messages[-5:] == [*profile, "duration_seconds = 900"]
    bad = await run_task("aws.cli.AwsCLI", **{**role, "stsRoleExternalId": "x\ny = z"}, commands=["true"])
    assert bad.state == "FAILED"


@pytest.mark.parametrize("name", NAMES)
def test_lines_are_checked_when_a_flow_is_saved(name: str) -> None:
    task = REGISTRY.get_task(f"io.kestra.plugin.{name}")
    found = check_properties(task, {**NEEDED.get(name, {}), "commands": ["echo {{ inputs.x }}", {"a": "b"}]})
    assert {(one.path, one.code) for one in found} >= {("commands[1]", "type")}
    assert any("pasted into the text of a program" in one.message for one in found)
