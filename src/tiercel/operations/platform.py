"""What running tasks may ask of the platform, by name: `call` carries it out with the rights of the caller's flow.

Arguments and answers are plain data, so that a caller may sit at the other end of a pipe.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from tiercel.errors import NotFoundError
from tiercel.model.json import Json
from tiercel.model.log import LogEntry, LogLevel
from tiercel.model.moments import moment_at
from tiercel.operations import (
    kv,
    logs,
    namespace_files,
    namespaces,
    platform_flows,
    platform_purges,
    replaying,
    triggers,
)
from tiercel.operations.environment import Environment
from tiercel.operations.platform_request import Caller, Request

Carried = Callable[[Request], Awaitable[Json]]


async def call(environment: Environment, caller: Caller, operation: str, arguments: Mapping[str, Json]) -> Json:
    """Carry out an operation of the platform.

    Raises:
        NotFoundError: There is no such operation, or what it is about does not exist.
        TiercelError: It cannot be done; the message is for the author of the flow.
    """
    carry_out = OPERATIONS.get(operation)
    if carry_out is None:
        raise NotFoundError("operation", operation)
    return await carry_out(Request(environment, caller, arguments))


async def _get_secret(request: Request) -> Json:
    name = request.text("name")
    value = await asyncio.to_thread(request.environment.secrets.fetch, name, request.caller.namespace)
    if value is None:
        raise NotFoundError("secret", name)
    return value


async def _get_kv(request: Request) -> Json:
    entry = await kv.find_value(request.environment, request.actor, request.namespace, request.text("key"))
    if entry is None:
        return None
    return {"type": entry.type, "value": entry.value, "revision": entry.revision, "description": entry.description}


async def _set_kv(request: Request) -> Json:
    arguments = request.arguments
    seconds = arguments.get("ttl_seconds")
    wanted = kv.KvValue(
        value=arguments.get("value"),
        type=arguments.get("type"),
        ttl=timedelta(seconds=seconds) if seconds is not None else None,
        description=arguments.get("description"),
        is_overwriting=bool(arguments.get("overwrite", True)),
        keeps_metadata=bool(arguments.get("keeps_metadata", False)),
    )
    entry = await kv.set_value(request.environment, request.actor, request.namespace, request.text("key"), wanted)
    return entry.revision


async def _delete_kv(request: Request) -> Json:
    return await kv.delete_value(request.environment, request.actor, request.namespace, request.text("key"))


async def _list_kv(request: Request) -> Json:
    prefix = str(request.arguments.get("prefix") or "")
    return await kv.list_keys(request.environment, request.actor, request.namespace, prefix)


async def _list_namespaces(request: Request) -> Json:
    return await namespaces.list_namespaces(request.environment, request.actor)


async def _has_namespace(request: Request) -> Json:
    return await namespaces.has_namespace(request.environment, request.actor, request.namespace)


async def _list_files(request: Request) -> Json:
    found = await namespace_files.list_files(request.environment, request.actor, request.namespace)
    return [f"/{file.path}" for file in found if not file.is_directory]


async def _delete_file(request: Request) -> Json:
    path = request.text("path")
    gone = await namespace_files.delete_files(request.environment, request.actor, request.namespace, path)
    if request.arguments.get("with_empty_folders", True):
        await namespace_files.delete_empty_parents(request.environment, request.actor, request.namespace, path)
    return len(gone)


async def _resume_execution(request: Request) -> Json:
    inputs = request.arguments.get("inputs") or {}
    await replaying.resume(request.environment, request.actor, request.text("execution_id"), inputs)
    return None


async def _get_execution(request: Request) -> Json:
    return await platform_flows.describe_execution(request.environment, request.actor, request.text("execution_id"))


async def _list_sources(request: Request) -> Json:
    is_deep = bool(request.arguments.get("with_children"))
    return await platform_flows.list_sources(
        request.environment, request.actor, request.namespace, with_children=is_deep
    )


async def _save_source(request: Request) -> Json:
    is_checked_only = bool(request.arguments.get("is_checked_only"))
    return await platform_flows.save_source(
        request.environment, request.actor, request.text("source"), is_checked_only=is_checked_only
    )


async def _delete_flow(request: Request) -> Json:
    return await platform_flows.delete(request.environment, request.actor, request.namespace, request.text("flow_id"))


async def _list_logs(request: Request) -> Json:
    arguments = request.arguments
    task_ids = frozenset(map(str, arguments.get("task_ids") or ()))
    page = await logs.list_page(
        request.environment,
        request.actor,
        request.text("execution_id"),
        after=int(arguments.get("after") or 0),
        lowest=LogLevel(str(arguments.get("level") or LogLevel.TRACE)),
    )
    items = [_line(entry) for entry in page.entries if not task_ids or entry.task_id in task_ids]
    return {"items": items, "next": page.next}


async def _toggle_trigger(request: Request) -> Json:
    key = (request.namespace, request.text("flow_id"), request.text("trigger_id"))
    is_disabled = not request.arguments.get("is_enabled", False)
    changed = await triggers.set_disabled(request.environment, request.actor, key, is_disabled=is_disabled)
    return not changed.is_disabled


def _line(entry: LogEntry) -> dict[str, Json]:
    """A log line as the API shows it."""
    line: dict[str, Json] = {
        "namespace": entry.namespace,
        "flowId": entry.flow_id,
        "taskId": entry.task_id,
        "executionId": entry.execution_id,
        "taskRunId": entry.task_run_id,
        "attemptNumber": entry.attempt_number,
        "triggerId": entry.trigger_id,
        "timestamp": moment_at(entry.at).isoformat().replace("+00:00", "Z"),
        "level": entry.level.value,
        "thread": entry.thread,
        "message": entry.message,
    }
    return {name: value for name, value in line.items() if value is not None}


OPERATIONS: Mapping[str, Carried] = {
    "secrets.get": _get_secret,
    "kv.get": _get_kv,
    "kv.set": _set_kv,
    "kv.delete": _delete_kv,
    "kv.list": _list_kv,
    "kv.purge": platform_purges.purge_kv,
    "namespaces.list": _list_namespaces,
    "namespaces.exists": _has_namespace,
    "namespace_files.list": _list_files,
    "namespace_files.delete": _delete_file,
    "namespace_files.purge": platform_purges.purge_files,
    "storage.purge": platform_purges.purge_storage,
    "executions.purge": platform_purges.purge_executions,
    "executions.count": platform_purges.count_executions,
    "executions.resume": _resume_execution,
    "executions.get": _get_execution,
    "flows.list": _list_sources,
    "flows.save": _save_source,
    "flows.delete": _delete_flow,
    "logs.list": _list_logs,
    "logs.purge": platform_purges.purge_logs,
    "flows.purge_revisions": platform_purges.purge_revisions,
    "triggers.toggle": _toggle_trigger,
}
