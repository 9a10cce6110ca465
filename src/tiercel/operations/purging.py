"""Removing what is old: executions, log lines, revisions of flows, files that no execution owns any more."""

from __future__ import annotations

import asyncio
import fnmatch
from collections.abc import Iterator, Sequence
from functools import partial

from msgspec import Struct

from tiercel.model.log import LogLevel
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.repository import executions, flows, logs, purging as repository
from tiercel.repository.connection import Connection
from tiercel.repository.purging import Ended, Scope
from tiercel.storage import paths
from tiercel.storage.protocol import StoredFile

_LOOKED_UP_AT_ONCE = 500
_LOGS_AT_ONCE = 10_000


class Parts(Struct, frozen=True, kw_only=True):
    """What of an execution is removed."""

    execution: bool = True
    logs: bool = True
    metrics: bool = True
    files: bool = True


class Purged(Struct, kw_only=True):
    """How many were removed of each."""

    executions: int = 0
    logs: int = 0
    metrics: int = 0
    files: int = 0
    task_outputs: int = 0
    execution_outputs: int = 0


class PurgedFiles(Struct, kw_only=True):
    """How many directories of executions were seen, how many of them were nobody's, how many files those held."""

    scanned: int = 0
    purged: int = 0
    files: int = 0


@operation(Resource.EXECUTION, Action.DELETE)
async def purge_executions(
    environment: Environment, actor: Actor, scope: Scope, *, states: Sequence[str], parts: Parts, batch_size: int
) -> Purged:
    """Remove executions that are over, batch by batch, and count what went.

    Args:
        environment: Of the installation.
        actor: Who asks.
        scope: Which executions: those that began and ended within its times.
        states: Only those in one of these; all when empty.
        parts: What of them is removed.
        batch_size: How many at once.
    """
    purged = Purged()
    after = ""
    while True:
        found = await environment.database.read(
            partial(repository.list_ended, scope=scope, states=states, after=after, limit=max(1, batch_size))
        )
        if not found:
            return purged
        after = found[-1].id
        allowed = [one for one in found if actor.may(Resource.EXECUTION, Action.DELETE, one.namespace)]
        await _purge(environment, allowed, parts, purged)


async def _purge(environment: Environment, found: Sequence[Ended], parts: Parts, purged: Purged) -> None:
    ids = [one.id for one in found]

    def delete(connection: Connection) -> Purged:
        gone = Purged()
        if parts.logs:
            gone.logs = logs.delete_execution_logs(connection, ids)
        if parts.metrics:
            gone.metrics = logs.delete_execution_metrics(connection, ids)
        if parts.execution:
            gone.task_outputs, gone.execution_outputs = repository.count_outputs(connection, ids)
            gone.executions = executions.delete_executions(connection, ids)
        return gone

    if parts.execution:
        await environment.transport.discard(ids)
    gone = await environment.database.write(delete)
    for name in gone.__struct_fields__:
        setattr(purged, name, getattr(purged, name) + getattr(gone, name))
    if parts.files:
        for one in found:
            directory = paths.execution_directory(one.namespace, one.flow_id, one.id)
            purged.files += len(await asyncio.to_thread(environment.storage.delete_prefix, directory))


@operation(Resource.EXECUTION, Action.READ)
async def count_executions(environment: Environment, actor: Actor, scope: Scope, states: Sequence[str]) -> int:
    """Count the executions that began within the scope."""
    actor.require(Resource.EXECUTION, Action.READ, scope.namespace)
    return await environment.database.read(lambda connection: repository.count_executions(connection, scope, states))


@operation(Resource.LOG, Action.DELETE)
async def purge_logs(  # noqa: PLR0913 (each is a part of the request)
    environment: Environment,
    actor: Actor,
    scope: Scope,
    *,
    execution_id: str | None,
    levels: Sequence[str],
    of_executions: bool,
    batch_size: int | None = None,
) -> int:
    """Remove lines, batch by batch: those of executions, or all others; gives how many there were."""
    actor.require(Resource.LOG, Action.DELETE, scope.namespace)
    ranks = [LogLevel(level).rank for level in levels]
    limit = batch_size or _LOGS_AT_ONCE
    total = 0
    while True:
        count = await environment.database.write(
            lambda connection: repository.delete_old_logs(
                connection, scope, execution_id=execution_id, ranks=ranks, of_executions=of_executions, limit=limit
            )
        )
        total += count
        if count < limit:
            return total


@operation(Resource.FLOW, Action.DELETE)
async def purge_revisions(  # noqa: PLR0913 (each is a part of the request)
    environment: Environment,
    actor: Actor,
    namespace: str,
    *,
    flow_id: str | None = None,
    pattern: str | None = None,
    before: int | None = None,
    keep: int | None = None,
) -> int:
    """Remove old revisions of the flows of a namespace; gives how many.

    The latest one stays, and so do those that executions still run.

    Args:
        environment: Of the installation.
        actor: Who asks.
        namespace: Whose flows.
        flow_id: Only this one.
        pattern: Only ids that fit, with ``*`` and ``?``.
        before: Only revisions made before this time, in microseconds.
        keep: So many of the newest stay.
    """
    actor.require(Resource.FLOW, Action.DELETE, namespace)

    def purge(connection: Connection) -> int:
        count = 0
        for flow in flows.list_namespace_flows(connection, namespace):
            if flow_id not in {None, flow.id} or not fnmatch.fnmatchcase(flow.id, pattern or "*"):
                continue
            old = flows.list_revisions(connection, namespace, flow.id)[: -max(1, keep or 1)]
            needed = repository.list_open_revisions(connection, namespace, flow.id)
            numbers = [
                one.revision
                for one in old
                if one.revision not in needed and (before is None or one.created_at < before)
            ]
            count += flows.delete_revisions(connection, namespace, flow.id, numbers)
        return count

    return await environment.database.write(purge)


@operation(Resource.FILE, Action.DELETE)
async def purge_storage(environment: Environment, actor: Actor, scope: Scope, *, is_dry_run: bool) -> PurgedFiles:
    """Remove the files of executions that exist no more; the times of the scope are those of the files."""
    actor.require(Resource.FILE, Action.DELETE, scope.namespace)
    directory = "/"
    if scope.namespace is not None:
        directory = paths.namespace_directory(scope.namespace)
        if scope.flow_id is not None:
            directory = paths.flow_directory(scope.namespace, scope.flow_id)
    owners = await asyncio.to_thread(_files_by_execution, environment.storage.walk(directory), scope)
    ids = sorted(owners)
    existing: set[str] = set()
    for start in range(0, len(ids), _LOOKED_UP_AT_ONCE):
        part = ids[start : start + _LOOKED_UP_AT_ONCE]
        existing |= await environment.database.read(partial(repository.list_existing, execution_ids=part))
    orphans = [owners[id_] for id_ in ids if id_ not in existing]
    if not is_dry_run:
        for file in (file for files in orphans for file in files):
            await asyncio.to_thread(environment.storage.delete, file)
    files = 0 if is_dry_run else sum(map(len, orphans))
    return PurgedFiles(scanned=len(owners), purged=len(orphans), files=files)


def _files_by_execution(files: Iterator[StoredFile], scope: Scope) -> dict[str, list[str]]:
    """The files of each execution within the times of the scope."""
    found: dict[str, list[str]] = {}
    for file in files:
        owner = paths.execution_of(file.path)
        is_meant = (scope.start is None or file.modified_at >= scope.start) and (
            scope.end is None or file.modified_at <= scope.end
        )
        if owner is not None and is_meant:
            found.setdefault(owner, []).append(file.path)
    return found
