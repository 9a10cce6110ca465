"""What ids, namespaces, labels and patterns may look like."""

from __future__ import annotations

import re

import regex

from tiercel.expressions.patterns import compile_foreign
from tiercel.model.json import Json
from tiercel.source.fields import INVALID, Field, as_text
from tiercel.source.paths import Path
from tiercel.source.report import Report

FLOW_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")
NAMESPACE = re.compile(r"[a-z0-9][a-z0-9._-]*")
TASK_ID = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*")
INPUT_ID = re.compile(r"[a-zA-Z0-9][.a-zA-Z0-9_-]*")
_LABEL_KEY = regex.compile(r"\p{Ll}[\p{L}0-9._-]*")
SYSTEM_PREFIX = "system."
_READ_ONLY = "system.readOnly"
_RESERVED_FLOW_IDS = frozenset(
    {
        "pause",
        "resume",
        "force-run",
        "change-status",
        "kill",
        "executions",
        "search",
        "source",
        "disable",
        "enable",
    }
)


def identifier(pattern: re.Pattern[str], shape: str, maximum: int) -> Field:
    """A text that must match the whole pattern."""

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        here = (*path, key)
        name = as_text(value, here, report)
        if not isinstance(name, str):
            return INVALID
        if not pattern.fullmatch(name):
            report.error(here, f"{name!r} {_problem(name, pattern)}", "bad-id", shape)
            return INVALID
        if len(name) > maximum:
            report.error(here, f"must have at most {maximum} characters", "too-long")
            return INVALID
        return name

    schema = {"type": "string", "pattern": f"^{pattern.pattern}$", "minLength": 1, "maxLength": maximum}
    return Field(read, schema)


def _problem(name: str, pattern: re.Pattern[str]) -> str:
    """Which characters are wrong; an ``a`` before each tells those that may stand anywhere but first."""
    wrong = dict.fromkeys(character for character in name if not pattern.fullmatch(f"a{character}"))
    if wrong:
        return f"must not contain {', '.join(map(repr, wrong))}"
    return f"must not begin with {name[0]!r}" if name else "must not be empty"


def flow_id() -> Field:
    """The id of a flow; words that are parts of addresses are better not used."""
    plain = identifier(FLOW_ID, "Use letters, digits, dot, dash and underscore, and begin with a letter or digit", 100)

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        name = plain.read(value, path, key, report)
        if name in _RESERVED_FLOW_IDS:
            report.warn((*path, key), f"{name!r} is a word of the API's addresses", "reserved-id", "Choose another id")
        return name

    return Field(read, plain.schema)


def namespace() -> Field:
    """A namespace."""
    shape = "Use lower-case letters, digits, dot, dash and underscore, and begin with a letter or digit"
    return identifier(NAMESPACE, shape, 150)


def task_id() -> Field:
    """The id of a task or trigger."""
    return identifier(TASK_ID, "Use letters, digits, dash and underscore, and begin with a letter or digit", 256)


def input_id() -> Field:
    """The id of an input or output; dots nest."""
    return identifier(INPUT_ID, "Use letters, digits, dot, dash and underscore, and begin with a letter or digit", 256)


def label_pairs(*, is_flow: bool = False) -> Field:
    """Labels as a map or as a list of key and value, read to pairs in order.

    Args:
        is_flow: Labels of a flow: their keys are checked more strictly.
    """

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        here = (*path, key)
        pairs: list[tuple[str, str]] = []
        for name, content, at in _entries(value, here, report):
            label = "" if content is None else as_text(content, at, report)
            if not isinstance(label, str):
                continue
            if _is_label(name, label, at, report, is_flow=is_flow):
                pairs.append((name, label))
        return tuple(pairs)

    pair = {
        "type": "object",
        "properties": {"key": {"type": "string"}, "value": {}},
        "required": ["key", "value"],
        "additionalProperties": False,
    }
    return Field(read, {"oneOf": [{"type": "object"}, {"type": "array", "items": pair}]})


def _entries(value: Json, path: Path, report: Report) -> list[tuple[str, Json, Path]]:
    if isinstance(value, dict):
        return [(name, content, (*path, name)) for name, content in value.items()]
    if not isinstance(value, list):
        report.error(path, "must be a map, or a list of key and value", "wrong-kind")
        return []
    entries: list[tuple[str, Json, Path]] = []
    for index, pair in enumerate(value):
        at = (*path, index)
        if not isinstance(pair, dict) or not isinstance(pair.get("key"), str) or set(pair) - {"key", "value"}:
            report.error(at, "must be a label: a map of key and value", "wrong-kind", "Write {key: name, value: text}")
        else:
            entries.append((pair["key"], pair.get("value"), (*at, "value")))
    return entries


def _is_label(name: str, label: str, at: Path, report: Report, *, is_flow: bool) -> bool:
    if name.startswith(SYSTEM_PREFIX) and name != _READ_ONLY:
        message = f"System labels can only be set by the system itself, offending label: {name}={label}"
        report.error(at, message, "system-label", "Use another prefix")
    elif is_flow and not _LABEL_KEY.fullmatch(name):
        hint = "Begin with a lower-case letter; then letters, digits, dot, dash and underscore"
        report.error(at, f"{name!r} is not a label key", "bad-label", hint)
    elif is_flow and not label:
        report.error(at, f"The label {name} must not be empty", "bad-label", "Give it a value")
    else:
        return True
    return False


def compile_pattern(text: str) -> str | None:
    """Why ``text`` is no regular expression; None when it is one."""
    try:
        compile_foreign(text)
    except regex.error as error:
        return str(error)
    return None
