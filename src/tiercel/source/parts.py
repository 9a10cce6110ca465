"""Checking one part of a flow by itself, as an editor asks while somebody types."""

from __future__ import annotations

from collections.abc import Callable

from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from tiercel.errors import InvalidError, Violation
from tiercel.model.flow import Input
from tiercel.model.json import Json
from tiercel.model.types import Types
from tiercel.source.checks import check_tasks
from tiercel.source.fields import Field
from tiercel.source.flow_parts import CHECKS, OUTPUTS, PLUGIN_DEFAULTS, SLAS, read_conditions
from tiercel.source.input_fields import read_inputs
from tiercel.source.limits import CONCURRENCY
from tiercel.source.paths import Path
from tiercel.source.plugin_defaults import check_defaults
from tiercel.source.reader import Document
from tiercel.source.report import Report
from tiercel.source.retries import retry
from tiercel.source.scope import Scope
from tiercel.source.tasks import read_tasks
from tiercel.source.triggers import read_triggers


def check_part(part: str, document: Document, types: Types) -> list[Violation]:
    """What is wrong with one part; paths begin with its name and place, such as ``task[0].message``.

    Args:
        part: ``task``, ``trigger``, ``condition``, ``input``, ``output``, ``retry``, ``sla``, ``check``,
            ``concurrency`` or ``pluginDefault``.
        document: The part alone, as read.
        types: Those of the installation.

    Raises:
        InvalidError: There is no such part.
    """
    reader = _PARTS.get(part)
    if reader is None:
        raise InvalidError(f"{part!r} is not a part of a flow; the parts are {', '.join(_PARTS)}")
    if document.violations:
        return document.violations
    wrapped = _wrap(part, document)
    scope = Scope(Report(wrapped), types)
    reader(wrapped.data[part], (part,), scope)
    return scope.report.listed()


def declare_inputs(raw: Json, types: Types) -> tuple[Input, ...]:
    """Read declared inputs that are not those of a flow, such as ``onResume`` of a Pause.

    Raises:
        InvalidError: They are not valid.
    """
    scope = Scope(Report(Document("")), types)
    inputs = read_inputs(raw, (), scope)
    if scope.report.has_errors:
        raise InvalidError(scope.report.listed())
    return inputs


def _wrap(part: str, document: Document) -> Document:
    """The part as the only entry of a list under its name, where the readers of lists can find it."""
    root = None
    if document.root is not None:
        entries = SequenceNode("", [document.root], document.root.start_mark, document.root.end_mark)
        root = MappingNode("", [(ScalarNode("", part, document.root.start_mark), entries)])
    return Document(document.text, {part: [document.data]}, [], root)


def _task(raw: Json, path: Path, scope: Scope) -> None:
    read_tasks(raw, path, scope)
    check_tasks(None, scope)


def _plugin_default(raw: Json, path: Path, scope: Scope) -> None:
    entries = PLUGIN_DEFAULTS.read(raw, (), path[0], scope.report)
    if isinstance(entries, tuple) and not scope.report.has_errors:
        check_defaults(entries, path, scope)


def _list(field: Field) -> Callable[[Json, Path, Scope], None]:
    def read(raw: Json, path: Path, scope: Scope) -> None:
        field.read(raw, (), path[0], scope.report)

    return read


def _single(field: Field) -> Callable[[Json, Path, Scope], None]:
    def read(raw: Json, path: Path, scope: Scope) -> None:
        field.read(raw[0], path, 0, scope.report)

    return read


_PARTS: dict[str, Callable[[Json, Path, Scope], object]] = {
    "task": _task,
    "trigger": read_triggers,
    "condition": read_conditions,
    "input": read_inputs,
    "output": _list(OUTPUTS),
    "retry": _single(retry()),
    "sla": _list(SLAS),
    "check": _list(CHECKS),
    "concurrency": _single(CONCURRENCY),
    "pluginDefault": _plugin_default,
}
