"""What running tasks may ask the platform to clear away or count."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping

from tiercel.model.json import Json
from tiercel.operations import flow_search, kv, namespace_files, purging
from tiercel.operations.platform_request import Request, micros_of
from tiercel.repository.purging import Scope


async def purge_kv(request: Request) -> Json:
    """Remove keys of a namespace; gives how many."""
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


async def purge_files(request: Request) -> Json:
    """Remove old revisions of files of a namespace; gives how many."""
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


async def purge_executions(request: Request) -> Json:
    """Remove executions that are over, and count what went."""
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


async def count_executions(request: Request) -> Json:
    """Count the executions of each flow that is named or lies in a namespace that is."""
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


async def purge_logs(request: Request) -> Json:
    """Remove log lines; gives how many were of executions and how many were not."""
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


async def purge_revisions(request: Request) -> Json:
    """Remove old revisions of flows; gives how many."""
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


async def purge_storage(request: Request) -> Json:
    """Remove files of executions that exist no more, or count them."""
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
