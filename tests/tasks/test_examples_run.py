"""The example of each type is run by the real engine, where that needs nothing from outside."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import textwrap
from pathlib import Path

from tiercel.cli.wiring import open_installation
from tiercel.model.types import TypeKind
from tiercel.operations.actor import LOCAL
from tiercel.operations.executions import get_execution
from tiercel.operations.flows import save_flow
from tiercel.operations.logs import LogFilter, list_logs
from tiercel.operations.settings import Settings
from tiercel.operations.starting import StartRequest, run_execution
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.registry import Registry

_KESTRA = "io.kestra.plugin."
GROUPS = tuple(f"{_KESTRA}{name}." for name in ("compress", "core", "jdbc.sqlite", "scripts", "serdes"))
"""Groups of which every example is run, but for those below."""

NOT_RUN = {
    "compress.ArchiveDecompress": "an archive",
    "compress.FileDecompress": "a compressed file",
    "compress.FileDecrypt": "an encrypted file and its password",
    "compress.FileEncrypt": "a password",
    "core.execution.Resume": "an execution that waits",
    "core.flow.Approval": "somebody who decides",
    "core.flow.ForEachItem": "another flow",
    "core.flow.LoopUntil": "a server",
    "core.flow.Pause": "somebody who resumes it",
    "core.flow.Subflow": "another flow",
    "core.flow.Template": "a template, and the setting that allows them",
    "core.http": "a server",
    "core.kv.Get": "a key",
    "core.kv.Put": "an answer of a server",
    "core.metric.Publish": "a figure of another task",
    "core.state.Set": "a variable of a script",
    "core.trigger.Toggle": "a trigger",
    "jdbc.sqlite.Query": "a database file",
    "scripts.bun": "an interpreter",
    "scripts.deno": "an interpreter",
    "scripts.go": "a compiler",
    "scripts.julia": "an interpreter",
    "scripts.lua.Commands": "a file of the user",
    "scripts.node.Commands": "a file of the user",
    "scripts.perl.Commands": "a file of the user",
    "scripts.php.Commands": "a file of the user",
    "scripts.powershell": "an interpreter",
    "scripts.python": "packages",
    "scripts.r.Commands": "a file of the user",
    "scripts.ruby.Commands": "a file of the user",
    "serdes.avro.AvroToIon": "an Avro file",
    "serdes.excel.ExcelToIon": "an Excel file",
    "serdes.parquet.ParquetToIon": "a Parquet file",
}
"""What an example needs, by the type, or the group, that it is of."""

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
}
"""What is in the file an example begins with; a row where nothing else is said."""

NUMBERS = ("count", "size")
TEXTS = ("color", "name", "names", "day", "customer", "text", "prompt")
TASKS = [
    plugin
    for plugin in Registry(["tiercel.tasks"], is_discovering=False).list_classes(TypeKind.TASK)
    if plugin.declaration.type.startswith(GROUPS) and not plugin.declaration.is_internal
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
    example = textwrap.dedent(plugin.declaration.example).strip()
    file = FILES.get(short(plugin).rpartition(".")[2], '{"id": 1, "customer_id": 2, "amount": 300}\n')
    before = []
    for name, output in sorted(set(re.findall(r"outputs\.(\w+)\.(\w+)", example))):
        if f"id: {name}" in example:
            continue
        if output == "uri":
            before.append([f"id: {name}", f"type: {_KESTRA}core.storage.Write", f"content: {json.dumps(file)}"])
        elif output == "value":
            before.append([f"id: {name}", f"type: {_KESTRA}core.debug.Return", "format: '0'"])
    tasks = "\n".join("  - " + "\n    ".join(lines) for lines in before)
    inputs = [
        *(f"{{id: {name}, type: INT, defaults: 3}}" for name in NUMBERS),
        *(f"{{id: {name}, type: STRING, defaults: x}}" for name in TEXTS),
    ]
    listed = "\n".join(f"  - {one}" for one in inputs)
    own = textwrap.indent(example, "    ")
    return f"id: example{number}\nnamespace: company.team\ninputs:\n{listed}\ntasks:\n{tasks}\n  - id: example\n{own}\n"


async def run_all(home: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    async with open_installation(Settings(home=str(home)), {}, is_durable=False, is_scheduling=False) as installation:
        environment = installation.environment
        for number, plugin in enumerate(TASKS):
            if needs(short(plugin)):
                continue
            stored = (await save_flow(environment, LOCAL, source(plugin, number))).stored
            request = StartRequest(namespace=stored.namespace, flow_id=stored.id, inputs={})
            ended = await asyncio.wait_for(run_execution(environment, LOCAL, request), 60)
            execution = (await get_execution(environment, LOCAL, ended.execution.id)).execution
            lines = await list_logs(environment, LOCAL, execution.id, LogFilter())
            wanted = OTHER_ENDS.get(short(plugin), "SUCCESS")
            said = "; ".join(line.message for line in lines if line.level in {"ERROR", "WARN"})
            found[short(plugin)] = "" if execution.state == wanted else f"{execution.state}: {said}"
    return found


def test_examples_run(tmp_path: Path) -> None:
    found = asyncio.run(run_all(tmp_path))
    assert {name: problem for name, problem in found.items() if problem} == {}
    assert len(found) > 50


def test_nothing_is_left_out_that_is_not_there() -> None:
    names = {short(plugin) for plugin in TASKS}
    assert [start for start in NOT_RUN if not any(f"{name}.".startswith(f"{start}.") for name in names)] == []
    assert OTHER_ENDS.keys() <= names
