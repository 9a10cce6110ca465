"""What running tasks may ask of the platform, by name: `call` carries it out with the rights of the caller's flow.

Arguments and answers are plain data, so that a caller may sit at the other end of a pipe.
"""

from __future__ import annotations

import asyncio
import fnmatch
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from tiercel.errors import InvalidError, NotFoundError
from tiercel.model.json import Json
from tiercel.model.log import LogEntry, LogLevel
from tiercel.operations import (
    flow_search,
    kv,
    logs,
    namespace_files,
    namespaces,
    platform_flows,
    purging,
    replaying,
    triggers,
)
from tiercel.operations.actor import EVERYTHING, Actor
from tiercel.operations.environment import Environment
from tiercel.repository.purging import Scope

_MICROSECOND = timedelta(microseconds=1)


class Caller(Struct, frozen=True):
    """The run on whose behalf something is done."""

    namespace: str
    flow_id: str
    execution_id: str
    task_run_id: str | None = None


class Request(Struct, frozen=True):
    """One call."""

    environment: Environment
    caller: Caller
    arguments: Mapping[str, Json]

    @property
    def actor(self) -> Actor:
        """Who acts: the flow."""
        name = f"flow {self.caller.namespace}.{self.caller.flow_id}"
        return Actor(name=name, permissions=EVERYTHING, is_system=True, client="system")

    @property
    def namespace(self) -> str:
        """The namespace it is about: that of the caller unless another is named."""
        return str(self.arguments.get("namespace") or self.caller.namespace)

    def text(self, name: str) -> str:
        """Give a text that must be there.

        Raises:
            InvalidError: It is not.
        """
        value = self.arguments.get(name)
        if not isinstance(value, str):
            raise InvalidError(f"{name} must be a text, not {value!r}")
        return value


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


async def _purge_kv(request: Request) -> Json:
    arguments = request.arguments
    pattern = str(arguments.get("key_pattern") or "*")
    if arguments.get("target") == "version":
        return 0  # only the last version of a value is kept
    return await kv.purge(
        request.environment,
        request.actor,
        request.namespace,
        lambda key: fnmatch.fnmatchcase(key, pattern),
        is_expired_only=bool(arguments.get("expired_only", True)),
    )


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


async def _purge_files(request: Request) -> Json:
    arguments = request.arguments
    before = arguments.get("before")
    keep = arguments.get("keep_amount")
    return await namespace_files.purge_revisions(
        request.environment,
        request.actor,
        request.namespace,
        pattern=str(arguments.get("pattern") or "*"),
        before=micros_of(before) if before else None,
        keep=int(keep) if keep is not None else None,
    )


async def _purge_executions(request: Request) -> Json:
    arguments = request.arguments
    purged = await purging.purge_executions(
        request.environment,
        request.actor,
        _scope(arguments),
        states=arguments.get("states") or (),
        parts=purging.Parts(
            execution=bool(arguments.get("purge_execution", True)),
            logs=bool(arguments.get("purge_log", True)),
            metrics=bool(arguments.get("purge_metric", True)),
            files=bool(arguments.get("purge_storage", True)),
        ),
        batch_size=int(arguments.get("batch_size") or 100),
    )
    return {
        "executionsCount": purged.executions,
        "logsCount": purged.logs,
        "metricsCount": purged.metrics,
        "storagesCount": purged.files,
        "taskOutputsCount": purged.task_outputs,
        "executionOutputsCount": purged.execution_outputs,
    }


async def _count_executions(request: Request) -> Json:
    arguments = request.arguments
    wanted = [(str(flow["namespace"]), str(flow["flowId"])) for flow in arguments.get("flows") or ()]
    for namespace in arguments.get("namespaces") or ():
        listed = await flow_search.list_flows(request.environment, request.actor, str(namespace))
        wanted += [(flow.stored.namespace, flow.stored.id) for flow in listed]
    found: list[Json] = []
    for namespace, flow_id in dict.fromkeys(wanted):
        scope = _scope({**arguments, "namespace": namespace, "flow_id": flow_id})
        count = await purging.count_executions(request.environment, request.actor, scope, arguments.get("states") or ())
        found.append({"namespace": namespace, "flowId": flow_id, "count": count})
    return found


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


async def _purge_logs(request: Request) -> Json:
    arguments = request.arguments
    counts = {"executionLogsCount": 0, "nonExecutionLogsCount": 0}
    kinds = (
        ("executionLogsCount", bool(arguments.get("purge_execution_logs", True))),
        ("nonExecutionLogsCount", bool(arguments.get("purge_non_execution_logs", True))),
    )
    for name, is_wanted in kinds:
        if is_wanted:
            counts[name] = await purging.purge_logs(
                request.environment,
                request.actor,
                _scope(arguments),
                execution_id=arguments.get("execution_id"),
                levels=arguments.get("levels") or (),
                of_executions=name == "executionLogsCount",
                batch_size=arguments.get("batch_size"),
            )
    return counts


async def _purge_revisions(request: Request) -> Json:
    arguments = request.arguments
    before = arguments.get("before")
    return await purging.purge_revisions(
        request.environment,
        request.actor,
        request.namespace,
        flow_id=arguments.get("flow_id"),
        pattern=arguments.get("flow_pattern"),
        before=micros_of(before) if before else None,
        keep=arguments.get("keep_amount"),
    )


async def _purge_storage(request: Request) -> Json:
    arguments = request.arguments
    is_dry_run = bool(arguments.get("is_dry_run", True))
    found = await purging.purge_storage(request.environment, request.actor, _scope(arguments), is_dry_run=is_dry_run)
    return {"scannedCount": found.scanned, "purgedCount": found.purged, "deletedFilesCount": found.files}


def _scope(arguments: Mapping[str, Json]) -> Scope:
    start, end = arguments.get("start_date"), arguments.get("end_date")
    return Scope(
        namespace=arguments.get("namespace"),
        flow_id=arguments.get("flow_id"),
        start=micros_of(start) if start else None,
        end=micros_of(end) if end else None,
    )


async def _toggle_trigger(request: Request) -> Json:
    key = (request.namespace, request.text("flow_id"), request.text("trigger_id"))
    is_disabled = not request.arguments.get("is_enabled", False)
    changed = await triggers.set_disabled(request.environment, request.actor, key, is_disabled=is_disabled)
    return not changed.is_disabled


def _line(entry: LogEntry) -> dict[str, Json]:
    """A log line as the API shows it."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=entry.at)
    line: dict[str, Json] = {
        "namespace": entry.namespace,
        "flowId": entry.flow_id,
        "taskId": entry.task_id,
        "executionId": entry.execution_id,
        "taskRunId": entry.task_run_id,
        "attemptNumber": entry.attempt_number,
        "triggerId": entry.trigger_id,
        "timestamp": moment.isoformat().replace("+00:00", "Z"),
        "level": entry.level.value,
        "thread": entry.thread,
        "message": entry.message,
    }
    return {name: value for name, value in line.items() if value is not None}


def micros_of(text: str) -> int:
    """Read a date or date-time, UTC when it has no offset.

    Raises:
        InvalidError: It is none.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidError(f"'{text}' is no date such as 2026-01-31T12:00:00Z") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // _MICROSECOND


OPERATIONS: Mapping[str, Carried] = {
    "secrets.get": _get_secret,
    "kv.get": _get_kv,
    "kv.set": _set_kv,
    "kv.delete": _delete_kv,
    "kv.list": _list_kv,
    "kv.purge": _purge_kv,
    "namespaces.list": _list_namespaces,
    "namespaces.exists": _has_namespace,
    "namespace_files.list": _list_files,
    "namespace_files.delete": _delete_file,
    "namespace_files.purge": _purge_files,
    "storage.purge": _purge_storage,
    "executions.purge": _purge_executions,
    "executions.count": _count_executions,
    "executions.resume": _resume_execution,
    "executions.get": _get_execution,
    "flows.list": _list_sources,
    "flows.save": _save_source,
    "flows.delete": _delete_flow,
    "logs.list": _list_logs,
    "logs.purge": _purge_logs,
    "flows.purge_revisions": _purge_revisions,
    "triggers.toggle": _toggle_trigger,
}
