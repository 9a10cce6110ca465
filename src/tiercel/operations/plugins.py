"""The types that flows can name, their documentation and schemas."""

from __future__ import annotations

from msgspec import Struct

from tiercel import __version__
from tiercel.errors import NotFoundError
from tiercel.model.json import Json
from tiercel.model.types import TypeFacts, TypeKind
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.flow_bundles import CheckedText
from tiercel.source import check_part, read_yaml
from tiercel.source.dashboards import dashboard_schema
from tiercel.source.input_fields import TYPES, input_schema
from tiercel.source.schema import flow_schema, task_schema

_KINDS = {"task": TypeKind.TASK, "trigger": TypeKind.TRIGGER}


class TypeDocumentation(Struct, frozen=True):
    """What is told of one type.

    Attributes:
        properties: The JSON Schema of a task, trigger, ... of that type.
        versions: Those that are here, the highest first.
    """

    facts: TypeFacts
    properties: dict[str, Json]
    versions: tuple[str, ...]


@operation(Resource.PLUGIN, Action.READ)
async def list_types(environment: Environment, actor: Actor, kind: TypeKind | None = None) -> list[TypeFacts]:
    """Give every type, in order of name."""
    del actor
    return list(environment.types.list_types(kind))


@operation(Resource.PLUGIN, Action.READ)
async def list_input_types(environment: Environment, actor: Actor) -> list[str]:
    """Name the types of inputs."""
    del environment, actor
    return list(TYPES)


@operation(Resource.PLUGIN, Action.READ)
async def get_documentation(
    environment: Environment, actor: Actor, name: str, version: str | None = None
) -> TypeDocumentation:
    """Give what is told of a type, by its name or an alias, and of one of its versions where there are several.

    Raises:
        NotFoundError: There is no such type.
    """
    del actor
    facts = environment.types.find_type(name)
    if facts is not None and facts.versions and version is not None:
        facts = environment.types.find_type(f"{facts.type}@{version}")
    if facts is None:
        raise NotFoundError("type", name if version is None else f"{name} in version {version}")
    return TypeDocumentation(facts, task_schema(facts), facts.versions or (__version__,))


@operation(Resource.INSTANCE, Action.READ)
async def list_problems(environment: Environment, actor: Actor) -> list[str]:
    """Say which plugins could not be loaded, or loaded again after a change, and which exporters fail, and why."""
    del actor
    environment.types.list_types()
    return [*environment.types.problems, *environment.exports.problems]


@operation(Resource.PLUGIN, Action.READ)
async def get_schema(environment: Environment, actor: Actor, kind: str) -> dict[str, Json]:
    """Give the JSON Schema of a ``flow``, or of any ``task`` or ``trigger``.

    Raises:
        NotFoundError: There is no schema of that kind.
    """
    del actor
    if kind == "dashboard":
        return dashboard_schema(environment.types)
    schema = flow_schema(environment.types)
    if kind.lower() == "flow":
        return schema
    wanted = _KINDS.get(kind.lower())
    if wanted is None:
        raise NotFoundError("schema", kind)
    return {
        "$schema": schema["$schema"],
        "$ref": f"#/definitions/{wanted.value}",
        "definitions": schema["definitions"],
    }


@operation(Resource.PLUGIN, Action.READ)
async def get_input_schema(environment: Environment, actor: Actor, kind: str) -> dict[str, Json]:
    """Give the JSON Schema of an input of one type.

    Raises:
        NotFoundError: There is no such type.
    """
    del environment, actor
    if kind not in TYPES:
        raise NotFoundError("input type", kind)
    return input_schema(kind)


@operation(Resource.FLOW, Action.READ)
async def check_one_part(environment: Environment, actor: Actor, text: str, part: str) -> CheckedText:
    """Check one part of a flow (``task``, ``trigger``, ``input``, ...) by itself.

    Raises:
        InvalidError: There is no such part.
    """
    del actor
    violations = check_part(part, read_yaml(text), environment.types)
    return CheckedText(name="", flow_id="", namespace="", violations=tuple(violations))
