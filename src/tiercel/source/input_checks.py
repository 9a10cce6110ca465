"""What is wrong between the properties of a declared input, and between inputs."""

from __future__ import annotations

from tiercel.model.dialect import Dialect
from tiercel.model.flow import Flow, Input
from tiercel.source.dags import find_circle
from tiercel.source.inputs import check_choice, has_template, offered_values
from tiercel.source.json_schemas import check_schema
from tiercel.source.paths import Path
from tiercel.source.report import Report
from tiercel.source.scope import Scope
from tiercel.source.typing import type_value

_NO_ITEMS = {"ARRAY": ("ARRAY",), "MULTISELECT": ("ARRAY", "MULTISELECT")}
_FILE_DEFAULTS = ("file://", "nsfile://")
_BOUNDS = ("after", "before", "min", "max")


def check_inputs(flow: Flow, scope: Scope) -> None:
    """Report inputs that can never work."""
    paths = dict(scope.ids["input"])
    for item in flow.inputs:
        path = paths.get(item.id, ("inputs",))[:-1] or ("inputs",)
        _check_defaults(item, path, flow.dialect, scope.report)
        _check_choices(item, path, scope.report)
        _check_bounds(item, path, scope.report)
        for name in item.depends_on:
            if name not in paths:
                at = (*path, "dependsOn", "inputs")
                hint = scope.report.suggest(name, paths)
                scope.report.error(at, f"There is no input {name} to depend on", "unknown-dependency", hint)
    _check_nesting(flow, paths, scope.report)
    circle = find_circle({item.id: item.depends_on for item in flow.inputs})
    if circle:
        at = (*paths.get(circle[0], ("inputs", ""))[:-1], "dependsOn")
        message = f"Inputs depend on one another in a circle: {' -> '.join(circle)}"
        scope.report.error(at, message, "cyclic-dependency", "Remove one of these dependencies")


def _check_nesting(flow: Flow, paths: dict[str, Path], report: Report) -> None:
    """An input ``a`` has no place beside ``a.b``, which makes ``a`` a map."""
    for item in flow.inputs:
        parents = [item.id[:position] for position, letter in enumerate(item.id) if letter == "."]
        for parent in parents:
            if parent in paths and not any(other.id == parent and other.type == "FORM" for other in flow.inputs):
                message = f"Input {parent} conflicts with {item.id}: one cannot be nested under the other"
                report_it = report.error if flow.dialect is Dialect.V2_0 else report.warn
                report_it(paths[parent], message, "nesting", "Rename one of them")


def _check_defaults(item: Input, path: Path, dialect: Dialect, report: Report) -> None:
    if not item.has_defaults:
        return
    at = (*path, "defaults")
    if not item.is_required:
        hint = "Remove required: false, or the default"
        report.error(at, "An input with a default cannot be optional", "optional-default", hint)
    if item.prefill is not None:
        report.error(at, "An input has either defaults or prefill, not both", "default-and-prefill", "Remove one")
    if has_template(item.defaults):
        return
    if item.type == "FILE":
        if not str(item.defaults).startswith(_FILE_DEFAULTS):
            message = "inputs of type FILE only take the URI of a file as default"
            report.error(at, message, "bad-default", "Write it as nsfile:///path or file:///path")
        return
    try:
        value = type_value(item.type, item.defaults, item.options, dialect=dialect, encrypt=str)
        if not item.options.get("expression"):
            check_choice(item, value, offered_values(item))
    except ValueError as error:
        if dialect is Dialect.V2_0:
            report.error(at, f"The default is not valid: {error}", "bad-default")
        else:
            report.warn(at, f"The default is not valid, so a start without a value fails: {error}", "bad-default")


def _check_choices(item: Input, path: Path, report: Report) -> None:
    refused = _NO_ITEMS.get(item.type, ())
    if item.options.get("itemType") in refused:
        message = f"`itemType` cannot be `{item.options['itemType']}`"
        report.error((*path, "itemType"), message, "bad-item-type", "Use the type of a single value")
    if item.type in ("SELECT", "MULTISELECT"):
        if not item.options.get("values") and not item.options.get("expression"):
            report.error((*path, "values"), "must have values or an expression", "no-values", "Add values")
        elif item.options.get("values") and item.options.get("expression"):
            report.warn((*path, "values"), "The expression is used, values are not", "no-effect", "Remove one")


def _check_bounds(item: Input, path: Path, report: Report) -> None:
    schema = item.options.get("jsonSchema")
    if schema is not None:
        try:
            check_schema(schema, is_schema_alone=True)
        except ValueError as error:
            report.error((*path, "jsonSchema"), str(error), "bad-schema")
    for name in _BOUNDS:
        bound = item.options.get(name)
        if bound is None:
            continue
        try:
            type_value(item.type, bound)
        except ValueError as error:
            report.error((*path, name), str(error), "bad-bound")
