"""Flows and what validation says about them."""

from __future__ import annotations

from tiercel.api.errors import violation_shape
from tiercel.api.shapes.executions import labels_shape
from tiercel.api.shapes.inputs import input_shape
from tiercel.api.shapes.times import instant
from tiercel.api.tenancy import TENANT
from tiercel.model.flow import ConcurrencyBehavior, Flow, TaskDefinition
from tiercel.model.json import Json
from tiercel.operations.flow_bundles import CheckedText
from tiercel.operations.flows import SavedFlow
from tiercel.operations.source_search import SourceMatches

_BRANCHES = ("tasks", "errors", "finally", "afterExecution", "listeners")


def flow_shape(saved: SavedFlow, *, with_source: bool = False) -> dict[str, Json]:
    """Give a flow as its document says, with what the server knows beside it."""
    stored = saved.stored
    shape: dict[str, Json] = {name: value for name, value in saved.document.items() if value is not None}
    shape |= {
        "id": stored.id,
        "namespace": stored.namespace,
        "revision": stored.revision,
        "updated": instant(stored.created_at),
        "disabled": stored.is_disabled,
        "draft": stored.is_draft,
        "deleted": stored.is_deleted,
        "dialect": stored.dialect,
    }
    if stored.labels or "labels" in shape:
        shape["labels"] = labels_shape(stored.labels)
    if "tenantId" in shape:
        shape["tenantId"] = TENANT  # whatever its text says
    shape.setdefault("tasks", [])
    concurrency = shape.get("concurrency")
    if isinstance(concurrency, dict):
        shape["concurrency"] = {"behavior": ConcurrencyBehavior.QUEUE, **concurrency}  # readers of 2.0 want it said
    if isinstance(shape.get("checks"), list):
        shape["checks"] = [_check_shape(check) for check in shape["checks"]]
    if with_source:
        shape["source"] = stored.source
    if stored.author:
        shape["author"] = stored.author
    if stored.origin:
        shape["origin"] = stored.origin
    if saved.warnings:
        shape["issues"] = [violation_shape(violation) for violation in saved.warnings]
    return shape


def _check_shape(check: Json) -> Json:
    """Give a check with its condition by the names of both versions."""
    if not isinstance(check, dict):
        return check
    wanted = check.get("when", check.get("condition"))
    return check if wanted is None else {**check, "when": wanted, "condition": wanted}


def task_shape(saved: SavedFlow, task_id: str) -> dict[str, Json] | None:
    """Find a task anywhere in the document."""
    for name in _BRANCHES:
        found = _find_task(saved.document.get(name), task_id)
        if found is not None:
            return found
    return None


def source_match_shape(found: SourceMatches) -> dict[str, Json]:
    """Give a flow with the lines of its source that hold what was looked for, as both versions name them."""
    flow = {"namespace": found.flow.namespace, "id": found.flow.id, "revision": found.flow.revision}
    lines: list[Json] = [
        {"line": match.line, "column": match.column, "snippet": match.text, "content": match.text}
        for match in found.matches
    ]
    return {**flow, "editable": True, "matches": lines, "model": flow, "fragments": [one.text for one in found.matches]}


def validation_shape(index: int, checked: CheckedText) -> dict[str, Json]:
    """Give what is wrong with one text; ``constraints`` is there only when it is not valid."""
    errors = [violation for violation in checked.violations if violation.is_error]
    warnings = [violation for violation in checked.violations if not violation.is_error]
    shape: dict[str, Json] = {
        "index": index,
        "outdated": checked.is_outdated,
        "deprecationPaths": [found.path for found in warnings if found.code.startswith("deprecated")],
        "warnings": [str(found) for found in warnings if not found.code.startswith("deprecated")],
        "infos": [],
        "issues": [
            violation_shape(found) | {"severity": "error" if found.is_error else "warning"}
            for found in checked.violations
        ],
    }
    if checked.name:
        shape["filename"] = checked.name
    if checked.flow_id:
        shape |= {"flow": checked.flow_id, "namespace": checked.namespace}
    if errors:
        shape["constraints"] = "\n".join(_sentence(found.path, found.message) for found in errors)
    if checked.dialect is not None:
        shape["dialect"] = checked.dialect
    return shape


def _sentence(path: str, message: str) -> str:
    return f"{path}: {message}" if path else message


def _find_task(value: Json, task_id: str) -> dict[str, Json] | None:
    if isinstance(value, dict):
        if value.get("id") == task_id and "type" in value:
            return value
        children = list(value.values())
    elif isinstance(value, list):
        children = value
    else:
        return None
    return next((found for child in children if (found := _find_task(child, task_id)) is not None), None)


def flow_for_execution_shape(flow: Flow) -> dict[str, Json]:
    """Give a flow with the names and types of its tasks, without what they are told."""
    shape: dict[str, Json] = {
        "id": flow.id,
        "namespace": flow.namespace,
        "revision": flow.revision,
        "disabled": flow.is_disabled,
        "draft": flow.is_draft,
        "deleted": False,
        "labels": labels_shape(flow.labels),
        "inputs": [input_shape(declared) for declared in flow.inputs],
        "outputs": [{"id": output.id, "type": output.type, "value": output.value} for output in flow.outputs],
        "tasks": [_trimmed(task) for task in flow.tasks],
        "triggers": [{"id": trigger.id, "type": trigger.type} for trigger in flow.triggers],
    }
    for name, tasks in (("errors", flow.errors), ("finally", flow.finally_), ("afterExecution", flow.after_execution)):
        if tasks:
            shape[name] = [_trimmed(task) for task in tasks]
    if flow.description is not None:
        shape["description"] = flow.description
    return shape


def _trimmed(task: TaskDefinition) -> dict[str, Json]:
    shape: dict[str, Json] = {"id": task.id, "type": task.type}
    children = [_trimmed(child) for branch in task.branches.values() for child in branch]
    if children:
        shape["tasks"] = children
    return shape
