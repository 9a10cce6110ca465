from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sql.servers import Server, mariadb_server, postgres_server
from tiercel.testing.memory_host import MemoryHost

Run = Callable[..., Any]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Server]:
    with mariadb_server() as server:
        yield server


@pytest.fixture
def host(tmp_path: Path) -> MemoryHost:
    directory = tmp_path / "work"
    directory.mkdir()
    host = MemoryHost(directory)
    host.answers["settings.sql"] = {"allowed_paths": [], "duckdb_is_open": False}
    return host


@pytest.fixture
def run(host: MemoryHost) -> Run:
    def run_task(name: str, **properties: Any) -> Any:
        plugin = host.registry.get_task(f"io.kestra.plugin.jdbc.{name}")
        return host.run(plugin, {key.removesuffix("_"): value for key, value in properties.items()})

    return run_task


@pytest.fixture
def ask(run: Run, postgres: Server) -> Run:
    def ask_postgres(sql: str, kind: str = "Query", **properties: Any) -> Any:
        return run(f"postgresql.{kind}", sql=sql, **postgres.login, **properties)

    return ask_postgres


@pytest.fixture
def ask_mariadb(run: Run, mariadb: Server) -> Run:
    def ask(sql: str, kind: str = "mariadb.Query", **properties: Any) -> Any:
        login = {**mariadb.login, "url": mariadb.login["url"].replace("mariadb", kind.partition(".")[0])}
        return run(kind, sql=sql, **login, **properties)

    return ask
