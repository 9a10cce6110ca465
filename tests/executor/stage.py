"""A whole installation without HTTP: SQLite, local storage, executor and worker, joined as the server joins them."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from tiercel.executor.executor import Executor, Parts
from tiercel.executor.ports import staff_of
from tiercel.executor.stream import Stream
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.flow import Flow
from tiercel.model.json import Json
from tiercel.model.log import LogEntry
from tiercel.operations import flows
from tiercel.operations.actor import LOCAL
from tiercel.operations.environment import Environment
from tiercel.operations.ids import id_source
from tiercel.operations.secrets import Secrets
from tiercel.operations.settings import Settings
from tiercel.operations.starting import StartRequest, prepare_execution
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.registry import Registry
from tiercel.repository.executions import get_execution
from tiercel.repository.logs import list_execution_logs
from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.repository.task_runs import list_task_runs
from tiercel.storage.local import open_local_storage
from tiercel.worker.worker import Worker


def clock() -> int:
    """Microseconds since 1970."""
    return time.time_ns() // 1000


@dataclass
class Stage:
    """What a test works with."""

    environment: Environment
    executor: Executor
    registry: Registry

    async def save(self, source: str) -> Flow:
        """Store a flow."""
        saved = await flows.save_flow(self.environment, LOCAL, source)
        return await flows.load_flow(self.environment, (saved.stored.namespace, saved.stored.id))

    async def prepare(self, flow: Flow, **inputs: Json) -> Execution:
        """Make an execution without starting it."""
        request = StartRequest(namespace=flow.namespace, flow_id=flow.id, inputs=inputs)
        return await prepare_execution(self.environment, request)

    async def run(self, source: str, **inputs: Json) -> Execution:
        """Store a flow, run it once, wait for its end."""
        flow = await self.save(source)
        return await self.executor.run(await self.prepare(flow, **inputs))

    async def start(self, source: str, **inputs: Json) -> Execution:
        """Store a flow and start it."""
        execution = await self.prepare(await self.save(source), **inputs)
        await self.executor.start(execution)
        return execution

    async def stored(self, execution_id: str) -> Execution:
        """An execution as the database has it."""
        return await self.environment.database.read(lambda connection: get_execution(connection, execution_id))

    async def task_runs(self, execution_id: str) -> list[TaskRun]:
        """Its task runs as the database has them."""
        return await self.environment.database.read(lambda connection: list_task_runs(connection, execution_id))

    async def logs(self, execution_id: str) -> list[LogEntry]:
        """Its lines as the database has them."""
        found = await self.environment.database.read(lambda connection: list_execution_logs(connection, execution_id))
        return [entry for _, entry in found]


@asynccontextmanager
async def open_stage(
    home: Path,
    *,
    settings: Settings | None = None,
    secrets: dict[str, str] | None = None,
    is_durable: bool = False,
    plugins: Sequence[type[Plugin]] = (),
    residents: int = 2_000,
) -> AsyncIterator[Stage]:
    """Open everything on a folder; close it in order."""
    settings = settings or Settings(home=str(home))
    registry = Registry(("tiercel.tasks",), is_discovering=False)
    for plugin in plugins:
        registry.add(plugin)
    database = SqliteDatabase.open(home, is_durable=is_durable)
    new_id = id_source(clock)
    stream = Stream()
    executor = Executor(
        Parts(database=database, clock=clock, new_id=new_id, name=new_id(), stream=stream, residents=residents)
    )
    environment = Environment(
        database=database,
        storage=open_local_storage(home / "storage"),
        types=registry,
        transport=executor,
        streams=stream,
        clock=clock,
        new_id=new_id,
        settings=settings,
        secrets=Secrets(secrets or {}),
        encryption_key=b"0123456789abcdef0123456789abcdef",
    )
    worker = Worker(environment, registry, home / "work")
    environment = replace(environment, outside=worker.outside)
    try:
        await worker.open(executor)
        await executor.open(staff_of(environment, worker, worker.load_outputs))
        yield Stage(environment, executor, registry)
        await executor.close()
    finally:
        worker.close()
        await database.close()
