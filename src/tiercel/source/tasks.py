"""Tasks as written to task definitions: common properties by one table, the type's own by its facts, then children."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from tiercel.model.flow import TaskDefinition, TaskKind
from tiercel.model.json import Json
from tiercel.model.types import BranchShape, TypeFacts, TypeKind
from tiercel.source.dags import check_dependencies
from tiercel.source.expand import expand_control
from tiercel.source.fields import INVALID, Fields, items_of, mapping, note_use, read_fields, text
from tiercel.source.inline import names_io_function
from tiercel.source.paths import Path
from tiercel.source.scope import Scope
from tiercel.source.task_fields import COMMON_FIELDS

_EVERY_FLOWABLE = {"errors": BranchShape.LIST, "finally": BranchShape.LIST}
_DAG_FIELDS: Fields = {"task": mapping().required(), "dependsOn": items_of(text())}
_LIKELY_BRANCHES = ("tasks", "errors", "finally", "then", "else")


def read_tasks(raw: Json, path: Path, scope: Scope, *, is_required: bool = False) -> tuple[TaskDefinition, ...]:
    """Read a list of tasks; those that cannot be read are reported and left out."""
    if raw is None or (isinstance(raw, list) and not raw):
        if is_required:
            scope.report.error(path, "must not be empty", "empty", "Add at least one task")
        return ()
    if not isinstance(raw, list):
        scope.report.error(path, "must be a list of tasks", "wrong-kind", "Start each task with a dash")
        return ()
    tasks = [read_task(entry, (*path, index), scope) for index, entry in enumerate(raw)]
    return tuple(task for task in tasks if task is not None)


def read_task(raw: Json, path: Path, scope: Scope, depends_on: tuple[str, ...] = ()) -> TaskDefinition | None:
    """Read one task and all tasks within it; None (reported) when it is no task."""
    report = scope.report
    if not isinstance(raw, dict):
        report.error(path, "must be a task: a map with id and type", "wrong-kind")
        return None
    facts = scope.find_type(raw, path, TypeKind.TASK)
    if facts is None:
        _read_around_unknown(raw, path, scope)
        return None
    shapes = {**_EVERY_FLOWABLE, **facts.branches} if facts.task_kind is TaskKind.FLOWABLE else facts.branches
    common, own = _split(raw, path, facts, shapes, scope)
    for violation in facts.check(own):
        report.adopt(path, violation, raw)
    _check_runner(own, path, scope)
    branches = _read_branches(raw, path, facts, shapes, scope)
    if not isinstance(common.get("id"), str):
        return None
    task = expand_control(_build(common, own, facts, raw["type"], branches, depends_on))
    scope.add_task(task, path)
    return task


def _check_runner(own: dict[str, Json], path: Path, scope: Scope) -> None:
    """Check a task runner that is written out: it stands where no task may, and has a type of its own."""
    written = own.get("taskRunner")
    if not isinstance(written, dict):
        return
    at = (*path, "taskRunner")
    facts = scope.find_type(written, at, TypeKind.RUNNER)
    if facts is None:
        return
    for key in written:
        if key != "type" and key not in facts.properties:
            scope.report.unknown(at, key, tuple(facts.properties))
    for violation in facts.check({key: value for key, value in written.items() if key != "type"}):
        scope.report.adopt(at, violation, written)


def _split(
    raw: dict[str, Json], path: Path, facts: TypeFacts, shapes: Mapping[str, BranchShape], scope: Scope
) -> tuple[dict[str, Json], dict[str, Json]]:
    """Common properties, read, and the type's own as written; branches are in neither."""
    report = scope.report
    common: dict[str, Json] = {}
    own: dict[str, Json] = {}
    for key, value in raw.items():
        if key in shapes:
            continue
        is_own = key in facts.properties
        if is_own:
            own[key] = value
            scope.note_property(key, path, facts)
        known = COMMON_FIELDS.get(key)
        if known is not None:
            note_use(known, path, key, report)
            if value is not None:
                common[known.legacy_of or key] = known.read(value, path, key, report)
        elif not is_own:
            report.unknown(path, key, (*facts.properties, *shapes, *COMMON_FIELDS))
    if "id" not in common:
        report.missing(path, "id")
    return {key: value for key, value in common.items() if value is not INVALID}, own


def _read_branches(
    raw: dict[str, Json], path: Path, facts: TypeFacts, shapes: Mapping[str, BranchShape], scope: Scope
) -> dict[str, tuple[TaskDefinition, ...]]:
    branches: dict[str, tuple[TaskDefinition, ...]] = {}
    for key, value in raw.items():
        shape = shapes.get(key)
        if shape is None:
            continue
        scope.note_property(key, path, facts)
        branches.update(_read_branch(key, value, shape, (*path, key), scope))
    for key in facts.required_branches:
        if not raw.get(key):
            scope.report.error((*path, key), "must not be empty", "empty", f"Add at least one task to {key}")
    return branches


def _read_branch(
    key: str, value: Json, shape: BranchShape, path: Path, scope: Scope
) -> Iterator[tuple[str, tuple[TaskDefinition, ...]]]:
    """The lists of tasks a property holds, by the names they have in a definition."""
    if value is None:
        return
    match shape:
        case BranchShape.LIST:
            yield key, read_tasks(value, path, scope)
        case BranchShape.SINGLE if isinstance(value, list) and len(value) == 1:
            yield key, read_tasks(value, path, scope)
        case BranchShape.SINGLE:
            task = read_task(value, path, scope)
            yield key, () if task is None else (task,)
        case BranchShape.DAG:
            yield key, _read_dag(value, path, scope)
        case BranchShape.MAP:
            if not isinstance(value, dict):
                scope.report.error(path, "must be a map of lists of tasks", "wrong-kind")
                return
            for name, tasks in value.items():
                if tasks is None:
                    scope.report.error((*path, name), "must be a list of tasks", "empty", "Add tasks or an empty list")
                yield f"{key}.{name}", read_tasks(tasks, (*path, name), scope)
        case _ as never:
            assert_never(never)


def _read_dag(raw: Json, path: Path, scope: Scope) -> tuple[TaskDefinition, ...]:
    if not isinstance(raw, list):
        scope.report.error(path, "must be a list of task and dependsOn", "wrong-kind")
        return ()
    tasks: list[TaskDefinition] = []
    for index, entry in enumerate(raw):
        at = (*path, index)
        values = read_fields(entry, at, _DAG_FIELDS, scope.report)
        if values and "task" in values:
            task = read_task(values["task"], (*at, "task"), scope, values.get("dependsOn", ()))
            if task is not None:
                tasks.append(task)
    if len(tasks) == len(raw):
        check_dependencies(tasks, path, scope.report)
    return tuple(tasks)


def _read_around_unknown(raw: dict[str, Json], path: Path, scope: Scope) -> None:
    """Report what can be said of a task whose type is unknown, and of tasks that seem to be within it."""
    for key, known in COMMON_FIELDS.items():
        if raw.get(key) is not None and key != "type":
            known.read(raw[key], path, key, scope.report)
    for key in _LIKELY_BRANCHES:
        if isinstance(raw.get(key), list):
            for index, entry in enumerate(raw[key]):
                if isinstance(entry, dict) and "type" in entry:
                    read_task(entry, (*path, key, index), scope)


def _build(
    common: dict[str, Json],
    own: dict[str, Json],
    facts: TypeFacts,
    declared_type: str,
    branches: dict[str, tuple[TaskDefinition, ...]],
    depends_on: tuple[str, ...],
) -> TaskDefinition:
    leaves_pass = common.get("timeout") or common.get("taskCache") or common.get("logToFile")
    return TaskDefinition(
        id=common["id"],
        type=facts.type,
        declared_type=declared_type,
        kind=facts.task_kind,
        control=facts.control,
        is_inline=facts.is_inline and not leaves_pass and not names_io_function(own),
        properties=own,
        branches=branches,
        depends_on=depends_on,
        run_if=common["runIf"] or " " if "runIf" in common else "",
        timeout=common.get("timeout"),
        retry=common.get("retry"),
        is_disabled=common.get("disabled", False),
        allow_failure=common.get("allowFailure", False),
        allow_warning=common.get("allowWarning", False),
        log_level=common.get("logLevel"),
        log_to_file=common.get("logToFile", False),
        cache=common.get("taskCache"),
        description=common.get("description"),
        version=common.get("version"),
    )
