"""Changes as frames: what is shown of each, and who may see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from tiercel.api.live.ring import Frame
from tiercel.api.shapes.executions import light_execution_shape, task_run_shape
from tiercel.api.shapes.logs import log_shape
from tiercel.model.execution import Execution, TaskRun
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Resource
from tiercel.operations.noticeboard import Posted
from tiercel.operations.streams import Changed, ExecutionChanged, LogsWritten

TOPICS: dict[str, Resource] = {
    "executions": Resource.EXECUTION,
    "task-runs": Resource.EXECUTION,
    "logs": Resource.LOG,
    "flows": Resource.FLOW,
    "triggers": Resource.TRIGGER,
    "dashboards": Resource.DASHBOARD,
    "files": Resource.FILE,
    "notifications": Resource.EXECUTION,
}
"""What can be followed, and the right it needs."""

OF_EXECUTIONS = frozenset({"executions", "task-runs", "logs"})
"""What can be followed for one execution alone."""

_CHANGED = {
    "FLOW": ("flows", "flow"),
    "TRIGGER": ("triggers", "trigger"),
    "DASHBOARD": ("dashboards", "dashboard"),
    "FILE": ("files", "file"),
}
# Values may be large, and whoever shows them asks for them.
_LEFT_OUT = ("inputs", "outputs", "variables", "trigger")


def text_of(kind: str, value: Json) -> bytes:
    """Give what is sent of a frame after its id."""
    return b"event: " + kind.encode() + b"\ndata: " + msgspec.json.encode(value) + b"\n\n"


def execution_frames(change: ExecutionChanged) -> Iterator[Frame]:
    """Give a frame for the execution, and one for each of its task runs that changed or went."""
    execution = change.execution
    yield _frame("executions", "execution", execution, _header(execution))
    for run in change.task_runs:
        yield _frame("task-runs", "task-run", execution, _task_run(execution, run))
    for gone in change.removed:
        value: Json = {"id": gone, "executionId": execution.id, "version": execution.version, "deleted": True}
        yield _frame("task-runs", "task-run", execution, value)


def log_frames(change: LogsWritten) -> Iterator[Frame]:
    """Give a frame for the lines that were written together."""
    if change.entries:
        first = change.entries[0]
        value: dict[str, Json] = {"executionId": change.execution_id} if change.execution_id else {}
        value |= {"namespace": first.namespace, "flowId": first.flow_id}
        if first.trigger_id is not None and not change.execution_id:
            value["triggerId"] = first.trigger_id
        value["entries"] = [log_shape(entry) for entry in change.entries]
        yield Frame("logs", Resource.LOG, first.namespace, change.execution_id, text_of("log", value))


def changed_frames(change: Changed) -> Iterable[Frame]:
    """Give a frame for what somebody saved or deleted; none for what is no topic."""
    found = _CHANGED.get(change.resource)
    if found is None:
        return
    topic, kind = found
    # A path is written with a slash before it or without; one form is told, that of the routes of files.
    id_ = f"/{change.id.strip('/')}" if kind == "file" and change.id else change.id
    value: dict[str, Json] = {"namespace": change.namespace, "id": id_, "action": change.action}
    if change.author:
        value["author"] = change.author
    if change.revision is not None:
        value |= {"revision": change.revision, "version": change.revision}
    yield Frame(topic, Resource(change.resource), change.namespace, "", text_of(kind, value))


def notification_frame(posted: Posted) -> Frame:
    """Give a frame for a notification that is new or changed; its text is asked for with the list."""
    one = posted.notification
    value: Json = {"id": one.id, "type": one.type, "isNew": posted.is_new, "isRead": posted.is_read}
    text = text_of("notification", value)
    if one.namespace:
        return Frame("notifications", Resource.EXECUTION, one.namespace, "", text, posted.user_name)
    return Frame("notifications", Resource.INSTANCE, "", "", text, posted.user_name, Action.UPDATE)


def _header(execution: Execution) -> Json:
    shape = light_execution_shape(execution)
    return {name: value for name, value in shape.items() if name not in _LEFT_OUT}


def _task_run(execution: Execution, run: TaskRun) -> Json:
    shape = task_run_shape(execution, run)
    has_outputs = shape.pop("outputs", None) is not None
    return {**shape, "version": execution.version, "number": run.number, "hasOutputs": has_outputs}


def _frame(topic: str, kind: str, execution: Execution, value: Json) -> Frame:
    return Frame(topic, Resource.EXECUTION, execution.namespace, execution.id, text_of(kind, value))
