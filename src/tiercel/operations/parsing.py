"""Parsing as this installation does it: its types, its defaults, its limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tiercel.errors import Violation
from tiercel.model.dialect import DialectSetting
from tiercel.model.flow import Flow, PluginDefault
from tiercel.model.json import Json
from tiercel.operations.environment import Environment
from tiercel.operations.settings import Settings
from tiercel.source import Limits, Parsed, parse_flow, read_yaml
from tiercel.source.plugin_defaults import LayeredDefaults

_TEMPLATE_TYPES = ("io.kestra.plugin.core.flow.Template", "io.kestra.core.tasks.flows.Template")
_NO_TASKS = frozenset({"pluginDefaults", "taskDefaults", "inputs", "outputs", "triggers"})
_UNLIMITED = Limits(size_bytes=64 * 1024 * 1024)  # what is stored was within the limit of its day


def parse(
    environment: Environment,
    source: str,
    dialect: DialectSetting | None = None,
    *,
    revision: int = 0,
    previous: Flow | None = None,
) -> Parsed:
    """Parse a flow; every problem at once is in its violations.

    Args:
        environment: Of the installation.
        source: The text.
        dialect: What it is to be read as; None = the setting of the installation.
        revision: Of a stored text.
        previous: The revision before, to warn of expressions whose meaning changes.
    """
    parsed = parse_flow(
        source,
        environment.types,
        dialect or environment.settings.dialect,
        revision=revision,
        previous=previous,
        plugin_defaults=plugin_defaults(environment),
        limits=Limits(size_bytes=environment.settings.source_limit_bytes),
        is_checking_expressions=True,
    )
    return parsed if environment.settings.templates.enabled else _without_templates(parsed)


def _without_templates(parsed: Parsed) -> Parsed:
    """Refuse a flow that names templates, which this installation has not switched on."""
    data = parsed.document.data
    lists = {name: value for name, value in data.items() if name not in _NO_TASKS} if isinstance(data, dict) else {}
    hint = "Use a Subflow, or set templates.enabled"
    refused = [
        Violation("Templates are switched off", path=path, code="templates-off", hint=hint)
        for path, task in _tasks_in(lists)
        if task["type"] in _TEMPLATE_TYPES
    ]
    return replace(parsed, flow=None, violations=[*parsed.violations, *refused]) if refused else parsed


def _tasks_in(value: Json, path: str = "") -> Iterator[tuple[str, dict[str, Json]]]:
    if isinstance(value, dict):
        if "type" in value:
            yield path, value
        for name, inner in value.items():
            yield from _tasks_in(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _tasks_in(inner, f"{path}[{index}]")


def plugin_defaults(environment: Environment) -> LayeredDefaults:
    """Give what holds for a flow besides its own: what the installation sets, then the defaults of its namespaces.

    What configures a plugin is weakest; of it only what the type has as a property is a default.
    """
    configured, own = _configured(environment.settings), _of_installation(environment)
    return LayeredDefaults(lambda namespace: [configured, own, *environment.namespaces.defaults_of(namespace)])


def configuration_of(settings: Settings, name: str) -> dict[str, Json]:
    """Give what the installation configures for a type; entries that come later win."""
    found: dict[str, Json] = {}
    for entry in _configured(settings):
        if entry.type == name:
            found |= entry.values
    return found


def _configured(settings: Settings) -> tuple[PluginDefault, ...]:
    return tuple(
        PluginDefault(type=str(entry["type"]), values=values, is_forced=False)
        for entry in settings.plugins.configurations
        if isinstance(values := entry.get("values") or {}, dict) and entry.get("type")
    )


def _of_installation(environment: Environment) -> tuple[PluginDefault, ...]:
    return tuple(
        PluginDefault(
            type=str(entry["type"]), values=entry.get("values") or {}, is_forced=bool(entry.get("forced", False))
        )
        for entry in environment.settings.plugins.defaults
    )


def document_of(source: str) -> dict[str, Json]:
    """Give the document of a stored source for showing it; empty when it can no longer be read."""
    data = read_yaml(source, _UNLIMITED).data
    return data if isinstance(data, dict) else {}
