"""Rules that no single part of a flow can check: ids that repeat, inputs that depend in circles, calls to itself."""

from __future__ import annotations

from collections.abc import Iterator

from tiercel.model.dialect import Dialect
from tiercel.model.flow import Flow, TaskDefinition, TaskKind
from tiercel.model.json import Json
from tiercel.source.identifiers import label_pairs
from tiercel.source.input_checks import check_inputs
from tiercel.source.paths import Path
from tiercel.source.references import check_dashes
from tiercel.source.scope import Declared, Scope

# Tasks that change their own execution: a WorkingDirectory, which runs as one piece of work, cannot hold them.
_CHANGE_EXECUTION = frozenset(
    f"io.kestra.plugin.core.execution.{name}" for name in ("Exit", "Labels", "SetVariables", "UnsetVariables")
)
FLOW_TRIGGER = "io.kestra.plugin.core.trigger.Flow"
_CHOICES_OF_FLOWS = ("dependsOn", "preconditions")
_CALLS = frozenset({"subflow", "foreach_item"})


def check_flow(flow: Flow, scope: Scope) -> None:
    """Report what is wrong between the parts of a flow."""
    _check_ids(scope)
    check_inputs(flow, scope)
    check_tasks(flow, scope)
    _check_schedules(flow, scope)
    _check_flow_triggers(scope)
    check_dashes(flow, scope)


def check_tasks(flow: Flow | None, scope: Scope) -> None:
    """Report tasks that cannot work where they stand; ``flow`` is None when a task is checked by itself."""
    for declared in scope.tasks:
        _check_task(declared, flow, scope)


def _check_ids(scope: Scope) -> None:
    """One violation for all ids that repeat, at the first of them; the others are named by line."""
    found: list[tuple[Path, str]] = []
    for kind, entries in scope.ids.items():
        seen: set[str] = set()
        repeated: dict[str, list[Path]] = {}
        for name, path in entries:
            if name in seen:
                repeated.setdefault(name, []).append(path)
            seen.add(name)
        if repeated:
            lines = sorted(scope.report.line(path) for paths in repeated.values() for path in paths)
            where = f" (line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))})"
            message = f"Duplicate {kind} with name [{', '.join(repeated)}]{where}"
            found.append((next(iter(repeated.values()))[0], message))
    if found:
        message = "; ".join(message for _, message in found)
        scope.report.error(found[0][0], message, "duplicate-id", "Give each its own id")


def _check_task(declared: Declared, flow: Flow | None, scope: Scope) -> None:
    task, path = declared.task, declared.path
    if flow is not None and task.control in _CALLS and _is_call_of(task, flow):
        message = "Recursive call to flow: a flow cannot call itself"
        scope.report.error((*path, "flowId"), message, "self-call", "Call another flow")
    if task.control in _CALLS and isinstance(task.properties.get("labels"), dict | list):
        label_pairs().read(task.properties["labels"], path, "labels", scope.report)
    if task.control == "working_directory":
        for child, at in _children(task, path):
            if child.kind is not TaskKind.RUNNABLE or child.type in _CHANGE_EXECUTION:
                message = "Only runnable tasks are allowed as children of a WorkingDirectory task"
                scope.report.error(at, message, "not-runnable", f"Move {child.id} out of it")
    if task.control == "if" and task.properties.get("condition") is None:
        _check_condition(task, path, flow, scope)
    if task.control == "switch" and not any(name == "defaults" or name.startswith("cases.") for name in task.branches):
        message = "No task defined, neither cases nor defaults have any"
        scope.report.error((*path, "cases"), message, "empty", "Add a case or defaults")
    if task.kind is TaskKind.FLOWABLE and task.timeout is not None and task.control not in ("pause", "approval"):
        scope.report.warn((*path, "timeout"), "timeout has no effect on this task", "no-effect", of_key=True)


def _check_condition(task: TaskDefinition, path: Path, flow: Flow | None, scope: Scope) -> None:
    """An If must have a condition; 1.3 stores one that is written as null and takes it as false."""
    if "condition" in task.properties and (flow is None or flow.dialect is Dialect.V1_3):
        scope.report.warn((*path, "condition"), "A condition that is null is false", "null-condition")
    else:
        scope.report.missing(path, "condition")


def _children(task: TaskDefinition, path: Path) -> Iterator[tuple[TaskDefinition, Path]]:
    for index, child in enumerate(task.branches.get("tasks", ())):
        yield child, (*path, "tasks", index)


def _is_call_of(task: TaskDefinition, flow: Flow) -> bool:
    return task.properties.get("flowId") == flow.id and task.properties.get("namespace") == flow.namespace


def _check_flow_triggers(scope: Scope) -> None:
    """A trigger that chooses no flow listens to all of them, which is seldom meant."""
    for trigger, path in scope.triggers:
        chooses = trigger.conditions or trigger.when or any(trigger.properties.get(key) for key in _CHOICES_OF_FLOWS)
        if trigger.type == FLOW_TRIGGER and not chooses:
            message = "This flow will be triggered for every execution of every flow"
            scope.report.warn((*path, "type"), message, "listens-to-all", "Name the flows under dependsOn")


def _check_schedules(flow: Flow, scope: Scope) -> None:
    """A schedule must give every input that has no default; 1.3 lets it pass, and each slot fails."""
    needed = [item.id for item in flow.inputs if item.is_required and not item.has_defaults and item.type != "FORM"]
    if not needed:
        return
    for trigger, path in scope.triggers:
        if "cron" not in trigger.properties:
            continue
        given: Json = trigger.properties.get("inputs") or {}
        missing = [
            name for name in needed if not isinstance(given, dict) or not {name, name.split(".")[0]} & given.keys()
        ]
        if not missing:
            continue
        message = f"The schedule gives no value for the required input {', '.join(missing)}"
        hint = "Add them under inputs of the trigger, or give them defaults"
        if flow.dialect is Dialect.V2_0:
            scope.report.error((*path, "inputs"), message, "schedule-input", hint)
        else:
            scope.report.warn((*path, "inputs"), message, "schedule-input", hint)
