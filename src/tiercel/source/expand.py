"""Flowables that are written as one task and run as several."""

from __future__ import annotations

from msgspec.structs import replace

from tiercel.model.flow import TaskDefinition, TaskKind

_SPLIT_PROPERTIES = ("items", "batch")


def expand_control(task: TaskDefinition) -> TaskDefinition:
    """Give a ForEachItem its three steps: split the file, start an execution for each batch, merge the outputs."""
    if task.control != "foreach_item":
        return task
    own = task.properties
    split = {name: own[name] for name in _SPLIT_PROPERTIES if name in own}
    items = {name: value for name, value in own.items() if name not in _SPLIT_PROPERTIES}
    runnable, executable = TaskKind.RUNNABLE, TaskKind.EXECUTABLE
    steps = (
        _step(task, "split", "ForEachItemSplit", runnable, split),
        _step(task, "items", "ForEachItemExecutable", executable, items),
        _step(task, "merge", "ForEachItemMergeOutputs", runnable, {}),
    )
    return replace(task, branches={"tasks": steps, **task.branches})


def _step(
    task: TaskDefinition, suffix: str, name: str, kind: TaskKind, properties: dict[str, object]
) -> TaskDefinition:
    type_name = f"{task.type}${name}"
    control = "foreach_item_items" if kind is TaskKind.EXECUTABLE else ""
    return TaskDefinition(
        id=f"{task.id}_{suffix}",
        type=type_name,
        declared_type=type_name,
        kind=kind,
        control=control,
        properties=properties,
    )
