"""From a plugin class to the facts the rest of the system reads."""

from __future__ import annotations

from functools import partial
from inspect import cleandoc
from typing import get_type_hints

from pydantic import BaseModel

from tiercel.errors import PluginError
from tiercel.model.types import TypeFacts
from tiercel.plugins.check import check_properties
from tiercel.plugins.docs import split_docstring
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.schema import model_schema, properties_schema
from tiercel.plugins.shapes import property_shapes


def type_facts(plugin: type[Plugin]) -> TypeFacts:
    """Give the facts of a class that has a ``type``.

    Raises:
        PluginError: Its properties cannot be read.
    """
    declaration = plugin.declaration
    if not declaration.type:
        raise PluginError(f"{plugin.__name__} declares no type")
    documentation = split_docstring(plugin)
    outputs = outputs_model(plugin)
    return TypeFacts(
        type=declaration.type,
        kind=declaration.kind,
        check=partial(check_properties, plugin),
        schema=partial(properties_schema, plugin),
        properties=frozenset(property_shapes(plugin)) | frozenset(declaration.branches),
        task_kind=declaration.task_kind,
        control=declaration.control,
        is_inline=declaration.is_inline,
        aliases=frozenset(declaration.aliases),
        branches=declaration.branches,
        required_branches=declaration.required_branches,
        dialects=declaration.dialects,
        properties_2_0_only=declaration.new_properties,
        deprecated_properties=declaration.deprecated_properties,
        outputs=output_names(outputs),
        is_deprecated=declaration.is_deprecated,
        title=documentation.title,
        text=documentation.text,
        example=cleandoc(declaration.example),
        outputs_schema=None if outputs is None else partial(model_schema, outputs, is_rendered=False),
        icon=declaration.icon,
    )


def output_names(model: type[BaseModel] | None) -> frozenset[str]:
    """Give the names of a type's outputs, when they are fixed."""
    return frozenset(info.alias or name for name, info in model.model_fields.items()) if model else frozenset()


def outputs_model(plugin: type[Plugin]) -> type[BaseModel] | None:
    """Give the model of a type's outputs: the one it names, or what ``run`` is declared to return."""
    if plugin.declaration.outputs is not None:
        return plugin.declaration.outputs
    run = plugin.__dict__.get("run")
    returned = get_type_hints(run).get("return") if run is not None else None
    return returned if isinstance(returned, type) and issubclass(returned, BaseModel) else None
