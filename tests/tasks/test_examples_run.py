"""The example of each type is run by the real engine, where that needs nothing from outside."""

from __future__ import annotations

import asyncio
import re
import shutil
import sqlite3
import textwrap
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import yaml

from tasks.web_server import WebServer
from tiercel.cli.wiring import open_installation
from tiercel.model.types import TypeKind
from tiercel.operations.actor import LOCAL
from tiercel.operations.executions import get_execution
from tiercel.operations.flows import save_flow
from tiercel.operations.logs import LogFilter, list_logs
from tiercel.operations.settings import LocalFileSettings, Settings
from tiercel.operations.starting import StartRequest, run_execution
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.registry import Registry

_KESTRA = "io.kestra.plugin."
_HOOKS = ("DISCORD", "GOOGLE_CHAT", "SLACK", "SQUADCAST", "TEAMS", "ZULIP")

NOT_RUN = {
    "ai": "a model",
    "airbyte": "a server",
    "aws.cli": "a service",
    "aws.ecr": "a registry",
    "aws.eventbridge": "a bus",
    "aws.lambda": "a function",
    "aws.s3": "a bucket",
    "aws.sns": "a topic",
    "aws.sqs": "a queue",
    "azure.cli": "an account",
    "azure.storage": "an account",
    "cloudquery": "a program",
    "core.execution.Resume": "an execution that waits",
    "core.flow.Approval": "somebody who decides",
    "core.flow.Pause": "somebody who resumes it",
    "core.flow.Template": "a template, and the setting that allows them",
    "core.metric.Publish": "a figure of another task",
    "databricks": "a workspace",
    "dbt": "a program",
    "dlt": "a library",
    "docker": "an engine",
    "email": "a server",
    "fivetran": "an account",
    "fs.ftp": "a server",
    "fs.ftps": "a server",
    "fs.sftp": "a server",
    "fs.ssh": "a server",
    "gcp.cli": "an account",
    "gcp.gcs": "a bucket",
    "fs.tcp": "a server",
    "fs.udp": "a server",
    "git": "a repository",
    "hightouch": "an account",
    "jdbc.clickhouse": "a program",
    "jdbc.mariadb": "a server",
    "jdbc.mysql": "a server",
    "jdbc.postgresql": "a server",
    "jdbc.snowflake": "an account",
    "openai": "an account",
    "opsgenie": "an account",
    "pagerduty": "an account",
    "redis": "a server",
    "scripts.bun": "an interpreter",
    "scripts.deno": "an interpreter",
    "scripts.go": "a compiler",
    "scripts.julia": "an interpreter",
    "scripts.powershell": "an interpreter",
    "sentry": "an account",
    "sqlmesh": "a program",
    "telegram": "an account",
    "terraform": "a program",
    "zenduty": "an account",
}
"""What an example needs, by the type, or the group, that it is of; the tests of the group use its types with that."""

OTHER_ENDS = {"core.execution.Exit": "WARNING", "core.flow.AllowFailure": "WARNING"}
"""Examples that do not end well, as they are meant to."""

INTERPRETERS = {"lua": "lua", "node": "node", "perl": "perl", "php": "php", "r": "Rscript", "ruby": "ruby"}
FILES = {
    "CsvToIon": "a,b\n1,2\n",
    "JsonToIon": '[{"id": 1}]',
    "JsonToJsonl": '[{"id": 1}]',
    "JsonToYaml": '{"id": 1}',
    "XmlToIon": "<rows><row>1</row></rows>",
    "YamlToIon": "- id: 1\n",
    "YamlToJson": "id: 1\n",
    "jdbc.duckdb.Queries": "customer,total\nana,3\n",
    "jdbc.duckdb.Query": "customer,total\nana,3\n",
    "transform.jsonata.TransformItems": '{"first": "a", "last": "b", "orders": [{"amount": 2}]}\n',
    "ToonToJson": "id: 1\n",
    "transform.Aggregate": '{"customer": 1, "country": "FR", "amount": 3}\n',
    "transform.Filter": '{"total": 300, "country": "FR"}\n',
    "transform.Map": '{"customer": {"id": 1}, "createdAt": "2026-01-31T12:00:00Z", "items": [{"price": 2}]}\n',
    "transform.Select": '{"id": 1, "amount": 300, "active": true, "name": "ana"}\n',
    "transform.Unnest": '{"items": [{"sku": "a"}]}\n',
    "io.tiercel.plugin.transform.Polars": '{"id": 1, "name": "ana", "customer": 1, "amount": 3}\n',
}
"""What is in the file an example begins with; a row where nothing else is said."""

DOWNLOAD = {"id": "download", "from": "{{ outputs.rows.uri }}"}
ROWS = {"id": "rows", "type": "core.storage.Write", "content": '{"id": 1}\n'}
DESCRIPTOR = "\n'\n\x01o\x12\x07company\"\x19\n\x05Order\x12\x10\n\x08order_id\x18\x01 \x01(\x03"
"""A message ``company.Order`` with an integer, as Protocol Buffers describe it."""

BEFORE: dict[str, list[dict[str, Any]]] = {
    "compress.ArchiveDecompress": [
        ROWS,
        {
            **DOWNLOAD,
            "type": "compress.ArchiveCompress",
            "algorithm": "ZIP",
            "from": {"a.csv": "{{ outputs.rows.uri }}"},
        },
    ],
    "compress.FileDecompress": [ROWS, {**DOWNLOAD, "type": "compress.FileCompress", "compression": "GZIP"}],
    "compress.FileDecrypt": [
        ROWS,
        {**DOWNLOAD, "type": "compress.FileEncrypt", "password": "{{ secret('FILE_PASSWORD') }}"},
    ],
    "core.kv.Get": [{"id": "put", "type": "core.kv.Set", "key": "last_run", "value": "1"}],
    "core.kv.Put": [{"id": "settings", "type": "core.http.Request", "uri": "https://example.com/settings"}],
    "core.state.Set": [
        {"id": "load", "type": "scripts.shell.Script", "script": """echo '::{"outputs": {"last_id": 7}}::'"""}
    ],
    "jdbc.sqlite.Query": [{"id": "download", "type": "core.http.Download", "uri": "https://example.com/shop.db"}],
    "serdes.avro.AvroToIon": [
        ROWS,
        {
            **DOWNLOAD,
            "type": "serdes.avro.IonToAvro",
            "schema": '{"type": "record", "name": "R", "fields": [{"name": "id", "type": "long"}]}',
        },
    ],
    "serdes.excel.ExcelToIon": [ROWS, {**DOWNLOAD, "type": "serdes.excel.IonToExcel", "sheetsTitle": "Orders"}],
    "serdes.protobuf.ProtobufToIon": [
        {"id": "download", "type": "core.storage.Write", "content": "\x02\x08\x01"},
        {"id": "descriptor", "type": "core.storage.Write", "content": DESCRIPTOR},
    ],
    "serdes.parquet.ParquetToIon": [
        ROWS,
        {
            **DOWNLOAD,
            "type": "serdes.parquet.IonToParquet",
            "schema": '{"type": "record", "name": "R", "fields": [{"name": "id", "type": "long"}]}',
        },
    ],
}
"""Tasks that make what an example begins with, where one file is not enough."""

TASK = "tasks: [{id: a, type: io.kestra.plugin.core.log.Log, message: a}]\n"
FLOWS = (
    f"id: load\nnamespace: company.team\ninputs: [{{id: day, type: STRING}}]\n{TASK}",
    f"id: load_batch\nnamespace: company.team\ninputs: [{{id: file, type: FILE}}]\n{TASK}",
)
"""Flows that examples start."""

TRIGGERS = "triggers: [{id: nightly, type: io.kestra.plugin.core.trigger.Schedule, cron: 0 0 1 1 *}]\n"
EVENTS = b'data: {"choices": [{"delta": {"content": "a"}}]}\n\n'
NUMBERS = ("count", "size")
TEXTS = ("color", "name", "names", "day", "customer", "text", "prompt")
TASKS = [
    plugin
    for plugin in Registry(["tiercel.tasks"], is_discovering=False).list_classes(TypeKind.TASK)
    if not plugin.declaration.is_internal
]


def short(plugin: type[Plugin]) -> str:
    return plugin.declaration.type.removeprefix(_KESTRA)


def needs(name: str) -> str:
    """Say what an example needs that is not here; nothing when it can be run."""
    language = name.split(".")[1] if name.startswith("scripts.") else ""
    if language in INTERPRETERS and shutil.which(INTERPRETERS[language]) is None:
        return "an interpreter"
    return next((why for start, why in NOT_RUN.items() if f"{name}.".startswith(f"{start}.")), "")


def source(plugin: type[Plugin], number: int) -> str:
    """Write a flow around an example, with the tasks whose outputs it reads before it."""
    name = short(plugin)
    example = textwrap.dedent(plugin.declaration.example).strip().replace("trigger.executionId", "execution.id")
    file = FILES.get(name) or FILES.get(name.rpartition(".")[2], '{"id": 1, "customer_id": 2, "amount": 300}\n')
    before = BEFORE.get(name) or [*_outputs_of(example, file)]
    flow = {
        "id": f"example{number}",
        "namespace": "company.team",
        "inputs": [
            *({"id": name, "type": "INT", "defaults": 3} for name in NUMBERS),
            *({"id": name, "type": "STRING", "defaults": "x"} for name in TEXTS),
        ],
        "tasks": [{**task, "type": f"{_KESTRA}{task['type']}"} for task in before],
    }
    written = yaml.safe_dump(flow, sort_keys=False).replace("tasks: []", "tasks:")
    own = textwrap.indent(example, "  ")
    return f"{written}- id: example\n{own}\n{TRIGGERS if name == 'core.trigger.Toggle' else ''}"


def _outputs_of(example: str, file: str) -> Iterator[dict[str, Any]]:
    for name, output in sorted(set(re.findall(r"outputs\.(\w+)\.(\w+)", example))):
        if f"id: {name}" in example:
            continue
        if output == "uri":
            yield {"id": name, "type": "core.storage.Write", "content": file}
        elif output == "value":
            yield {"id": name, "type": "core.debug.Return", "format": "0"}


def database(folder: Path) -> bytes:
    """Make a database file with one table."""
    with closing(sqlite3.connect(folder / "shop.db")) as connection:
        connection.execute("CREATE TABLE orders (id INTEGER, total REAL, customer TEXT)")
    return (folder / "shop.db").read_bytes()


async def run_all(home: Path, url: str) -> dict[str, str]:
    found: dict[str, str] = {}
    inbox = home / "srv" / "inbox"
    settings = Settings(home=str(home), local_files=LocalFileSettings(allowed_paths=(str(home / "srv"),)))
    secrets = {f"SECRET_{name}_WEBHOOK": f"{url}/hook" for name in _HOOKS}
    variables = {**secrets, "SECRET_FILE_PASSWORD": "a long password", "SECRET_API_TOKEN": "a token"}
    async with open_installation(settings, variables, is_durable=False, is_scheduling=False) as installation:
        environment = installation.environment
        for flow in FLOWS:
            await save_flow(environment, LOCAL, flow)
        for number, plugin in enumerate(TASKS):
            if needs(short(plugin)):
                continue
            inbox.mkdir(parents=True, exist_ok=True)
            (inbox / "today.csv").write_text("a,b\n1,2\n")
            text = source(plugin, number).replace("https://example.com", url).replace("/srv/", f"{home}/srv/")
            stored = (await save_flow(environment, LOCAL, text)).stored
            request = StartRequest(namespace=stored.namespace, flow_id=stored.id, inputs={})
            ended = await asyncio.wait_for(run_execution(environment, LOCAL, request), 60)
            execution = (await get_execution(environment, LOCAL, ended.execution.id)).execution
            lines = await list_logs(environment, LOCAL, execution.id, LogFilter())
            wanted = OTHER_ENDS.get(short(plugin), "SUCCESS")
            said = "; ".join(line.message for line in lines if line.level in {"ERROR", "WARN"})
            found[short(plugin)] = "" if execution.state == wanted else f"{execution.state}: {said}"
    return found


def test_examples_run(tmp_path: Path) -> None:
    with WebServer() as server:
        server.answers["/shop.db"] = (200, {}, database(tmp_path))
        server.answers["/completions"] = (200, {"Content-Type": "text/event-stream"}, EVENTS)
        server.answers["/hook"] = (200, {"Content-Type": "text/plain"}, b"ok")
        found = asyncio.run(run_all(tmp_path / "home", server.url))
    assert {name: problem for name, problem in found.items() if problem} == {}
    assert len(found) > 110


def test_nothing_is_left_out_that_is_not_there() -> None:
    names = {short(plugin) for plugin in TASKS}
    assert [start for start in NOT_RUN if not any(f"{name}.".startswith(f"{start}.") for name in names)] == []
    assert OTHER_ENDS.keys() <= names
