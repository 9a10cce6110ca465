"""The composition root: makes the parts of an installation, joins them, and takes them apart in order."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tiercel.cli.keys import encryption_key_of, find_secrets_key, make_secrets_key
from tiercel.cli.storing import open_storage
from tiercel.executor.executor import Executor, Parts
from tiercel.executor.ports import staff_of
from tiercel.executor.stream import Stream
from tiercel.operations.actor import LOCAL, Actor
from tiercel.operations.environment import Environment
from tiercel.operations.exporting import Exports
from tiercel.operations.fittings import make_fittings
from tiercel.operations.ids import id_source
from tiercel.operations.namespaces import load_namespaces
from tiercel.operations.notifications import tell_failures
from tiercel.operations.secret_store import load_secrets, watch_secrets
from tiercel.operations.secrets import Secrets
from tiercel.operations.settings import Settings
from tiercel.operations.slots import Pools
from tiercel.plugins.registry import Registry
from tiercel.plugins.seams import LogExporter, SecretProvider
from tiercel.repository.sqlite.database import SqliteDatabase
from tiercel.scheduler.scheduler import Scheduler
from tiercel.worker.worker import Worker

RELOAD_SECONDS = 0.5
_log = logging.getLogger("tiercel")

Application = Callable[[Any, Any, Any], Awaitable[None]]
"""An ASGI application; named here so that a one-off run need not load what HTTP needs."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that runs in this process, except what listens."""

    environment: Environment
    executor: Executor
    registry: Registry

    def application(self, *, is_open: bool, everybody: Actor = LOCAL) -> Application:
        """Make the HTTP application.

        Args:
            is_open: Whoever asks is let in; only for addresses that nobody else can reach.
            everybody: Whom those who are let in so are taken for.
        """
        from tiercel.api.app import create_app  # noqa: PLC0415 (a one-off run has no use for HTTP)
        from tiercel.api.authentication import Credentials  # noqa: PLC0415 (the same)
        from tiercel.api.gate import Everybody  # noqa: PLC0415 (the same)

        server = self.environment.settings.server
        own = (server.host, urlsplit(server.url).hostname or server.host)
        return create_app(self.environment, Everybody(everybody) if is_open else Credentials(self.environment), own)


@asynccontextmanager
async def open_installation(
    settings: Settings,
    variables: Mapping[str, str],
    *,
    is_durable: bool = True,
    is_discovering: bool = True,
    is_scheduling: bool = True,
) -> AsyncIterator[Installation]:
    """Open database, storage, executor, worker and scheduler on the home folder, and close them in order.

    Args:
        settings: Of the installation.
        variables: The process environment.
        is_durable: False for what nobody will miss after a power cut.
        is_discovering: Plugins are looked for among installed packages too.
        is_scheduling: Schedules fire.

    Raises:
        ConflictError: Another process has the home folder.
        UnavailableError: The database or the storage cannot be opened.
        InvalidError: A setting has a value that cannot be used.
    """
    home = home_of(settings)
    registry = open_registry(settings, is_discovering=is_discovering)
    _finish_restore(home)
    keep = partial(_back_up, settings, home)
    database = SqliteDatabase.open(home, is_durable=is_durable, is_searchable=is_durable, before_migration=keep)
    try:
        executor, environment = _join(settings, variables, registry, database)
        await asyncio.to_thread(registry.prepare)
        environment = _fitted(environment, registry)
        worker = Worker(environment, registry, home / "work")
        environment = replace(environment, outside=worker.outside, pollster=worker.polls)
        await worker.open(executor)
        if is_scheduling:  # a one-off run looks for an engine when a script comes, and most have none
            worker.choose_runner()
        try:
            await load_secrets(environment, find_secrets_key(settings, home))
            await load_namespaces(environment)
            environment.exports.open(environment.streams)
            await executor.open(staff_of(environment, worker, worker.load_outputs))
            async with _scheduling(environment, executor, worker, is_wanted=is_scheduling):
                yield Installation(environment, executor, registry)
        finally:
            worker.close()
            await executor.close()
            executor.stream.close()
            await environment.exports.close()
            environment.secrets.close()
    finally:
        await database.close()


@asynccontextmanager
async def _scheduling(
    environment: Environment, executor: Executor, worker: Worker, *, is_wanted: bool
) -> AsyncIterator[None]:
    if not is_wanted:
        yield
        return
    scheduler = Scheduler(environment, executor, worker.polls, worker.listeners)
    await scheduler.open()
    try:
        async with _telling(environment):
            yield
    finally:
        await scheduler.close()


async def reload_plugins(installation: Installation) -> None:
    """Take what changes in the plugins folder, without end; flows are read again with what is new."""
    told: list[str] = []
    registry = installation.registry
    while True:
        try:
            is_changed = await asyncio.to_thread(registry.refresh)
        except OSError as error:
            _log.warning("the plugins folder cannot be read: %s", error)
            is_changed = False
        if is_changed:
            installation.environment.flows.forget_all()
            for problem in registry.problems:
                if problem not in told:
                    _log.warning("%s", problem)
            told = registry.problems
        await asyncio.sleep(RELOAD_SECONDS)


@asynccontextmanager
async def _telling(environment: Environment) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(work) for work in (tell_failures(environment), watch_secrets(environment))]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        environment.noticeboard.close()
        await environment.plugin_jobs.close()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def open_at_rest(settings: Settings, variables: Mapping[str, str]) -> AsyncIterator[Installation]:
    """Open the data of an installation for a command that changes it, while nothing runs there.

    Raises:
        ConflictError: A server has the home folder.
        UnavailableError: The database or the storage cannot be opened.
    """
    registry = Registry(())
    home = home_of(settings)
    _finish_restore(home)
    database = SqliteDatabase.open(home, before_migration=partial(_back_up, settings, home))
    try:
        executor, environment = _join(settings, variables, registry, database)
        yield Installation(environment, executor, registry)
    finally:
        await database.close()


def _join(
    settings: Settings, variables: Mapping[str, str], registry: Registry, database: SqliteDatabase
) -> tuple[Executor, Environment]:
    new_id = id_source(clock)
    stream = Stream()
    parts = Parts(
        database=database,
        clock=clock,
        new_id=new_id,
        name=new_id(),
        shards=settings.executor.shards,
        stream=stream,
    )
    executor = Executor(parts)
    environment = Environment(
        database=database,
        storage=open_storage(settings, home_of(settings)),
        types=registry,
        transport=executor,
        streams=stream,
        clock=clock,
        new_id=new_id,
        settings=settings,
        secrets=Secrets.from_process_environment(variables),
        envs=envs_of(settings, variables),
        pools=Pools(settings.pools),
        encryption_key=encryption_key_of(settings),
        secrets_key=partial(make_secrets_key, settings, home_of(settings)),
    )
    return executor, environment


def _fitted(environment: Environment, registry: Registry) -> Environment:
    """Make the secret providers and log exporters that the settings name.

    Raises:
        InvalidError: One of them cannot be made.
    """
    settings = environment.settings
    if settings.secrets.providers:
        named = make_fittings("secrets.providers", settings.secrets.providers, SecretProvider, registry.find_class)
        environment.secrets.use(named)
    if not settings.logs.exporters:
        return environment
    exporters = make_fittings("logs.exporters", settings.logs.exporters, LogExporter, registry.find_class)
    return replace(environment, exports=Exports(exporters))


def _finish_restore(home: Path) -> None:
    if (home / "restore.json").exists():
        from tiercel.cli.backup.restoring import finish_restore  # noqa: PLC0415 (only after a crash)

        finish_restore(home)


def _back_up(settings: Settings, home: Path, version: str) -> None:
    from tiercel.cli.backup.making import back_up_before_migration  # noqa: PLC0415 (only before a migration)

    back_up_before_migration(settings, home, version)


def clock() -> int:
    """Give microseconds since 1970."""
    return time.time_ns() // 1000


def open_registry(settings: Settings, *, is_discovering: bool = True) -> Registry:
    """Find the plugins: the built-in ones, those of installed packages, those of the plugins folder."""
    folder = Path(settings.plugins.folder).expanduser() if settings.plugins.folder else home_of(settings) / "plugins"
    packages = folder / ".packages"
    if packages.is_dir() and str(packages) not in sys.path:
        sys.path.append(str(packages))  # behind everything else, so that nothing of the server is replaced
    environments = settings.plugins.environments
    return Registry(
        ("tiercel.tasks",),
        folders=[folder],
        environments=Path(environments).expanduser() if environments else home_of(settings) / "environments",
        is_discovering=is_discovering,
    )


def home_of(settings: Settings) -> Path:
    """Give the folder of the data."""
    return Path(settings.home).expanduser()


def envs_of(settings: Settings, variables: Mapping[str, str]) -> dict[str, str]:
    """Give the variable ``envs`` of expressions."""
    prefix = settings.variables.environment_prefix
    return {name[len(prefix) :].lower(): value for name, value in variables.items() if name.startswith(prefix)}
