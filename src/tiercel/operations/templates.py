"""Templates of 1.x: lists of tasks that flows run in place. They are kept as YAML texts among the files.

A flow that names a template is put together each time it is read, so that it always runs the template as it is now.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from tiercel import source as reading
from tiercel.errors import ConflictError, InvalidError, NotFoundError, Violation
from tiercel.model.dialect import Dialect
from tiercel.model.flow import Flow, TaskDefinition
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.parsing import plugin_defaults
from tiercel.source.plugin_defaults import LayeredDefaults
from tiercel.storage.paths import check_path, namespace_directory

CONTROL = "template"
_FOLDER = "_templates"
_KNOWN = frozenset({"id", "namespace", "description", "tasks", "errors", "deleted"})
_DEEPEST = 5


class StoredTemplate(Struct, frozen=True):
    """A template: ``source`` is the YAML, ``document`` what it says."""

    namespace: str
    id: str
    source: str
    document: dict[str, Json]


@operation(Resource.FLOW, Action.UPDATE)
async def save_template(environment: Environment, actor: Actor, source: str) -> StoredTemplate:
    """Store a template, in place of the one of that name if there is one.

    Raises:
        InvalidError: Everything that is wrong with the source.
        ConflictError: Templates are not switched on.
    """
    _require_on(environment)
    template = read_template(source)
    actor.require(Resource.FLOW, Action.UPDATE, template.namespace)
    _tasks_of(environment, template, None)
    path = _path(template.namespace, template.id)
    await asyncio.to_thread(environment.storage.put, path, source.encode())
    return template


@operation(Resource.FLOW, Action.READ)
async def get_template(environment: Environment, actor: Actor, namespace: str, template_id: str) -> StoredTemplate:
    """Give a template.

    Raises:
        NotFoundError: There is none of that name.
    """
    actor.require(Resource.FLOW, Action.READ, namespace)
    found = await _find(environment, namespace, template_id)
    if found is None:
        raise NotFoundError("template", f"{namespace}.{template_id}")
    return found


@operation(Resource.FLOW, Action.READ)
async def list_templates(environment: Environment, actor: Actor, namespace: str) -> list[StoredTemplate]:
    """Give the templates of exactly one namespace, in order of id."""
    actor.require(Resource.FLOW, Action.READ, namespace)
    storage, folder = environment.storage, f"{namespace_directory(namespace)}/{_FOLDER}"
    paths = await asyncio.to_thread(lambda: sorted(file.path for file in storage.walk(folder)))
    return [read_template((await asyncio.to_thread(storage.read, path)).decode()) for path in paths]


@operation(Resource.FLOW, Action.DELETE)
async def delete_template(environment: Environment, actor: Actor, namespace: str, template_id: str) -> None:
    """Remove a template.

    Raises:
        NotFoundError: There is none of that name.
    """
    actor.require(Resource.FLOW, Action.DELETE, namespace)
    if not await asyncio.to_thread(environment.storage.delete, _path(namespace, template_id)):
        raise NotFoundError("template", f"{namespace}.{template_id}")


def named_templates(flow: Flow) -> list[TaskDefinition]:
    """Give the tasks of a flow that name a template."""
    roots = (*flow.tasks, *flow.errors, *flow.finally_, *flow.after_execution)
    listened = (task for listener in flow.listeners for task in listener.tasks)
    return [task for task in _walk((*roots, *listened)) if task.control == CONTROL]


async def with_templates(environment: Environment, flow: Flow) -> Flow:
    """Give a flow with the tasks of its templates in place; a missing template leaves its task without any."""
    return replace(
        flow,
        tasks=await _expanded(environment, flow, flow.tasks, 0),
        errors=await _expanded(environment, flow, flow.errors, 0),
        finally_=await _expanded(environment, flow, flow.finally_, 0),
        after_execution=await _expanded(environment, flow, flow.after_execution, 0),
        listeners=tuple(
            [replace(one, tasks=await _expanded(environment, flow, one.tasks, 0)) for one in flow.listeners]
        ),
    )


def read_template(source: str) -> StoredTemplate:
    """Read a template; its tasks are not looked at.

    Raises:
        InvalidError: It is none.
    """
    document = reading.read_yaml(source)
    if document.violations:
        raise InvalidError(document.violations)
    data = document.data
    if not isinstance(data, dict):
        raise InvalidError("A template is a map with id, namespace and tasks")
    wrong = [
        Violation(f'Unrecognized field "{name}"', path=name, code="unknown-property")
        for name in data
        if name not in _KNOWN
    ]
    wrong += [
        Violation("must not be null", path=name, code="required")
        for name in ("id", "namespace", "tasks")
        if data.get(name) is None
    ]
    if wrong:
        raise InvalidError(wrong)
    return StoredTemplate(str(data["namespace"]), str(data["id"]), source, data)


async def _expanded(
    environment: Environment, flow: Flow, tasks: tuple[TaskDefinition, ...], depth: int
) -> tuple[TaskDefinition, ...]:
    if depth > _DEEPEST:
        return tasks
    found: list[TaskDefinition] = []
    for task in tasks:
        branches = {name: await _expanded(environment, flow, branch, depth) for name, branch in task.branches.items()}
        if task.control == CONTROL:
            own = task.properties
            template = await _find(environment, str(own.get("namespace")), str(own.get("templateId")))
            if template is not None:
                inner = _tasks_of(environment, template, flow)
                branches["tasks"] = await _expanded(environment, flow, inner.tasks, depth + 1)
                errors = await _expanded(environment, flow, inner.errors, depth + 1)
                branches["errors"] = (*branches.get("errors", ()), *errors)
        found.append(replace(task, branches=branches))
    return tuple(found)


def _tasks_of(environment: Environment, template: StoredTemplate, flow: Flow | None) -> Flow:
    """Read the tasks of a template as those of a flow, with the defaults of the flow that runs it."""
    document = {name: value for name, value in template.document.items() if name != "deleted"}
    below, own = plugin_defaults(environment), flow.plugin_defaults if flow is not None else ()
    defaults = LayeredDefaults(lambda namespace: [*below.layers(flow.namespace if flow else namespace), own])
    parsed = reading.parse_stored(json.dumps(document), environment.types, Dialect.V1_3, 1, defaults)
    if parsed.flow is None:
        raise InvalidError(parsed.errors)
    return parsed.flow


async def _find(environment: Environment, namespace: str, template_id: str) -> StoredTemplate | None:
    try:
        found = await asyncio.to_thread(environment.storage.read, _path(namespace, template_id))
    except (NotFoundError, InvalidError):  # a name that cannot be one has no template
        return None
    return read_template(found.decode())


def _path(namespace: str, template_id: str) -> str:
    return check_path(f"{namespace_directory(namespace)}/{_FOLDER}/{template_id}.yml")


def _walk(tasks: tuple[TaskDefinition, ...]) -> Iterator[TaskDefinition]:
    for task in tasks:
        yield task
        for branch in task.branches.values():
            yield from _walk(branch)


def _require_on(environment: Environment) -> None:
    if not environment.settings.templates.enabled:
        raise ConflictError("Templates are switched off; set templates.enabled")
