"""What running tasks may ask of the platform about flows and executions; `platform` names the operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from tiercel.errors import InvalidError, NotFoundError
from tiercel.model.execution import TaskRun
from tiercel.model.json import Json
from tiercel.model.moments import moment_at
from tiercel.model.state import State
from tiercel.operations import executions, flow_search, flows
from tiercel.operations.actor import Actor
from tiercel.operations.environment import Environment
from tiercel.operations.parsing import parse
from tiercel.plugins.coerce import duration_text


async def describe_execution(environment: Environment, actor: Actor, execution_id: str) -> Json:
    """Give what a message about an execution tells."""
    found = await executions.get_execution(environment, actor, execution_id)
    execution = found.execution
    begun, last = execution.history[0][1], execution.history[-1][1]
    url = environment.settings.server.url.rstrip("/")
    path = f"/ui/main/executions/{execution.namespace}/{execution.flow_id}/{execution.id}"
    return {
        "id": execution.id,
        "namespace": execution.namespace,
        "flowId": execution.flow_id,
        "flowRevision": execution.revision,
        "state": str(execution.state),
        "startDate": _moment(begun),
        "endDate": _moment(last) if execution.is_over else None,
        "duration": duration_text(timedelta(microseconds=last - begun)),
        "labels": dict(execution.labels),
        "error": execution.error,
        "firstFailed": _task_run(_first_failed(found.task_runs)),
        "lastTask": _task_run(found.task_runs[-1] if found.task_runs else None),
        "link": f"{url}{path}" if url else None,
    }


async def list_sources(environment: Environment, actor: Actor, namespace: str, *, with_children: bool) -> list[Json]:
    """Give the flows of a namespace, and of those below it when asked for, in order."""
    names = [namespace]
    if with_children:
        known = await flow_search.list_namespaces(environment, actor)
        names += [name for name in known if name.startswith(f"{namespace}.")]
    found: list[Json] = []
    for name in names:
        for flow in await flow_search.list_flows(environment, actor, name):
            stored = flow.stored
            found.append({"namespace": stored.namespace, "id": stored.id, "source": stored.source})
    return found


async def save_source(environment: Environment, actor: Actor, source: str, *, is_checked_only: bool) -> Json:
    """Save a flow, or only say what is wrong with it; errors are the answer, so that others are still saved."""
    try:
        if not is_checked_only:
            await flows.save_flow(environment, actor, source)
            return {"errors": []}
        parsed = parse(environment, source)
    except InvalidError as error:
        return {"errors": [violation.message for violation in error.violations]}
    return {"errors": [] if parsed.flow is not None else [violation.message for violation in parsed.errors]}


async def delete(environment: Environment, actor: Actor, namespace: str, flow_id: str) -> bool:
    """Delete a flow; tells whether there was one."""
    try:
        await flows.delete_flow(environment, actor, (namespace, flow_id))
    except NotFoundError:
        return False
    return True


def _first_failed(task_runs: Sequence[TaskRun]) -> TaskRun | None:
    inner = {run.parent_id for run in task_runs}
    failed = [run for run in task_runs if run.state is State.FAILED]
    return next((run for run in failed if run.id not in inner), failed[0] if failed else None)


def _task_run(run: TaskRun | None) -> Mapping[str, Json] | None:
    return None if run is None else {"id": run.id, "taskId": run.task_id, "state": str(run.state)}


def _moment(microseconds: int) -> str:
    return moment_at(microseconds).isoformat(timespec="milliseconds").replace("+00:00", "Z")
