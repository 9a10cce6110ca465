"""What a task says whose library is not installed: the extra, and the command that installs it."""

from __future__ import annotations

import shutil
import socket
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tiercel.errors import ExpressionError
from tiercel.operations.settings import ScriptSettings
from tiercel.plugins import TaskError
from tiercel.plugins.registry import Registry
from tiercel.testing.memory_host import MemoryHost

REGISTRY = Registry(["tiercel.tasks"], is_discovering=False)
KESTRA = "io.kestra.plugin"
DATA = {"from": "{{ data }}"}
# By extra: what it brings, and a task that needs it.
TASKS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "avro": ("fastavro", f"{KESTRA}.serdes.avro.AvroToIon", DATA),
    "aws": ("boto3", f"{KESTRA}.aws.s3.List", {"bucket": "b", "region": "eu-west-1"}),
    "azure": ("azure", f"{KESTRA}.azure.storage.blob.List", {"container": "c", "endpoint": "https://localhost"}),
    "docker": ("docker", f"{KESTRA}.docker.cli.ImageLs", {}),
    "duckdb": ("duckdb", f"{KESTRA}.jdbc.duckdb.Query", {"sql": "SELECT 1"}),
    "excel": ("openpyxl", f"{KESTRA}.serdes.excel.ExcelToIon", DATA),
    "gcp": ("google", f"{KESTRA}.gcp.gcs.List", {"from": "gs://b"}),
    "jsonata": ("jsonata", f"{KESTRA}.transform.jsonata.TransformValue", {"from": "1", "expression": "a"}),
    "mysql": ("pymysql", f"{KESTRA}.jdbc.mysql.Query", {"url": "jdbc:mysql://localhost/x", "sql": "SELECT 1"}),
    "parquet": ("pyarrow", f"{KESTRA}.serdes.parquet.ParquetToIon", DATA),
    "polars": ("polars", "io.tiercel.plugin.transform.Polars", {"tables": {"a": "{{ data }}"}, "sql": "SELECT 1"}),
    "postgres": (
        "psycopg",
        f"{KESTRA}.jdbc.postgresql.Query",
        {"url": "jdbc:postgresql://localhost/x", "sql": "SELECT 1"},
    ),
    "protobuf": (
        "google",
        f"{KESTRA}.serdes.protobuf.ProtobufToIon",
        {**DATA, "descriptorFile": "{{ data }}", "typeName": "a.B"},
    ),
    "redis": ("redis", f"{KESTRA}.redis.string.Get", {"url": "redis://localhost:1/0", "key": "k"}),
    "sftp": (
        "asyncssh",
        f"{KESTRA}.fs.sftp.List",
        {"host": "localhost", "from": "/", "username": "a"},
    ),
}


@pytest.fixture
def host(tmp_path: Path) -> Iterator[MemoryHost]:
    made = MemoryHost(tmp_path)
    made.variables["data"] = made.put("data.bin", b"x")
    address = tmp_path / "docker.sock"
    made.answers["settings.scripts"] = msgspec.to_builtins(ScriptSettings(docker_host=f"unix://{address}"))
    with socket.socket(socket.AF_UNIX) as engine:  # somebody listens: the library is needed only then
        engine.bind(str(address))
        engine.listen()
        yield made
        made.resources.close()


def hide(patch: pytest.MonkeyPatch, package: str, folder: Path) -> None:
    """Have a package look as if it were not there, to this process and to those it starts."""
    (folder / f"{package}.py").write_text(f"raise ModuleNotFoundError(\"No module named '{package}'\")\n")
    patch.syspath_prepend(folder)
    for name in [package, *(one for one in sys.modules if one.startswith(f"{package}."))]:
        patch.setitem(sys.modules, name, None)


@pytest.mark.parametrize("extra", TASKS)
def test_what_is_missing(host: MemoryHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, extra: str) -> None:
    package, type_, properties = TASKS[extra]
    hide(monkeypatch, package, tmp_path)
    with pytest.raises(TaskError) as failed:
        host.run(REGISTRY.get_task(type_), properties)
    assert f"pip install 'tiercel[{extra}]'" in str(failed.value)


def test_without_uv(host: MemoryHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setattr(shutil, "which", lambda _: None)
    host.answers["settings.scripts"] = msgspec.to_builtins(ScriptSettings(runner="process"))
    with pytest.raises(TaskError, match=r"pip install 'tiercel\[environments\]'"):
        host.run(REGISTRY.get_task(f"{KESTRA}.scripts.python.Script"), {"script": "1", "dependencies": ["a"]})


def test_without_calendars(host: MemoryHost, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    hide(monkeypatch, "holidays", tmp_path)
    with pytest.raises(ExpressionError, match=r"pip install 'tiercel\[holidays\]'"):
        host.render("{{ isPublicHoliday('2026-01-01', 'DE') }}", None, is_typed=False)


def test_no_extra_is_left_out() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    extras = set(project["project"]["optional-dependencies"])
    assert extras - {"all"} == {*TASKS, "environments", "holidays"}
