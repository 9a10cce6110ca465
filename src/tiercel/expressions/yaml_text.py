"""YAML as the filter and the function of that name write and read it.

Written: block style, lists one space in, text quoted only where it would read as something else. Read: the scalars of
YAML 1.1 (``yes`` is true, ``012`` is 10), the first document, the last of repeated keys; anchors stay unresolved names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import StringIO

import regex
import yaml
from yaml.emitter import Emitter
from yaml.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from tiercel.errors import ExpressionError
from tiercel.expressions.context import Context
from tiercel.expressions.iso_text import own_zone_text
from tiercel.expressions.text import java_text, to_json
from tiercel.expressions.values import Duration, Value
from tiercel.model.dialect import Dialect

_RESERVED = frozenset(
    text
    for word in ("false", "true", "null", "no", "yes", "on", "off", "n", "y")
    for text in (word, word.capitalize(), word.upper())
) | {"~"}
_QUOTABLE = regex.compile(r"[\[\]{},]|(?:^|(?<=[ \t]))#|:(?:$|(?=[ \t]))")
_OCTAL_LIKE = regex.compile(r"0[0-9]+")
_HEX_ESCAPE = regex.compile(r"\\(?:\\|x\w{2}|u\w{4}|U\w{8})")
_LONGEST_SIMPLE_KEY = 128
_TRUE = regex.compile(r"true|True|TRUE|yes|Yes|YES|on|On|ON")
_FALSE = regex.compile(r"false|False|FALSE|no|No|NO|off|Off|OFF")
_NULL = regex.compile(r"~|null|Null|NULL|")
_INTEGER = regex.compile(r"[-+]?(?:0b[01_]+|0x[0-9A-Fa-f_]+|0[0-7_]+|0|[1-9][0-9_]*)")
_FLOAT = regex.compile(
    r"[-+]?(?!0[0-9_]+$)[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+]?[0-9]+)?"
)
_RESOLVED_TAGS = frozenset({"int", "float", "bool"})
_SPECIAL_FLOATS = regex.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def write_yaml(value: Value, dialect: Dialect) -> str:
    """Write a value as YAML."""
    if value is None:
        return "null"
    if value == "":
        return '--- ""\n'
    lines = StringIO()
    _write(value, lines, 0, "", dialect)
    return lines.getvalue()


def read_yaml(context: Context, text: str) -> Value:
    """Read the first document of a YAML text; each node is a step of the budget.

    Raises:
        ExpressionError: It is malformed or has no content.
    """
    try:
        reader = _Reader(context, text)
        for event in reader:
            if isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent, AliasEvent)):
                return reader.value(event)
    except yaml.YAMLError as error:
        raise ExpressionError("evaluation", f"not YAML: {error}") from None
    except RecursionError:
        raise ExpressionError("budget", "the YAML text is nested too deep") from None
    raise ExpressionError("evaluation", "the YAML text has no content")


def _write(value: Value, lines: StringIO, indent: int, lead: str, dialect: Dialect) -> None:
    """Write one value after what is already on the line; ``lead`` separates a value from it."""
    if isinstance(value, Mapping) and value:
        _write_map(value, lines, indent, lead, dialect)
    elif isinstance(value, list) and value:
        _write_list(value, lines, indent, lead, dialect)
    else:
        lines.write(f"{lead}{_scalar(value, indent, dialect)}\n")


def _write_map(value: Mapping[Value, Value], lines: StringIO, indent: int, lead: str, dialect: Dialect) -> None:
    if lead:
        lines.write("\n")
    for key, item in value.items():
        name = java_text(key)
        is_simple = "\n" not in name and len(name) <= _LONGEST_SIMPLE_KEY
        lines.write(f"{' ' * indent}{_key(name)}:" if is_simple else f"{' ' * indent}? {_key(name)}\n{' ' * indent}:")
        nested = indent if isinstance(item, list) and item else indent + 2
        _write(item, lines, nested, " ", dialect)


def _write_list(value: list[Value], lines: StringIO, indent: int, lead: str, dialect: Dialect) -> None:
    if lead:
        lines.write("\n")
    for item in value:
        lines.write(f"{' ' * indent} -")
        _write(item, lines, indent + 2, " ", dialect)


def _scalar(value: Value, indent: int, dialect: Dialect) -> str:
    if isinstance(value, (list, Mapping)):
        return "[]" if isinstance(value, list) else "{}"
    if isinstance(value, str):
        return _text(value, indent)
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return java_text(value)
    if isinstance(value, Duration):
        return to_json(value, dialect)
    return _text(own_zone_text(value, zone_name=False), indent)


def _key(text: str) -> str:
    if not text or text in _RESERVED or text[0] in "~+-.0123456789":
        return _styled(text, '"', 0, is_key=True)
    return _styled(text, "", 0, is_key=True)


def _text(text: str, indent: int) -> str:
    if not text:
        return '""'
    if "\n" in text:
        return _styled(text, "|", max(indent, 2))
    if _OCTAL_LIKE.fullmatch(text):
        return f"'{text}'"
    return _styled(text, '"' if text in _RESERVED or text[0] == "~" or _QUOTABLE.search(text) else "", indent)


def _styled(text: str, style: str, indent: int, *, is_key: bool = False) -> str:
    """Write text in a style, or the nearest one that can hold it."""
    stream = StringIO()
    emitter = Emitter(stream, width=2**31, allow_unicode=True)
    emitter.indent = indent
    emitter.column = 1  # no line may be broken before the first character
    analysis = emitter.analyze_scalar(text)
    if style == "" and not (analysis.allow_block_plain and not (is_key and analysis.multiline)):
        style = "'"
    if style == "|" and not analysis.allow_block:
        style = "'"
    if style == "'" and (not analysis.allow_single_quoted or (is_key and analysis.multiline)):
        style = '"'
    if style == "|":
        emitter.write_literal(text)
    elif style == "'":
        emitter.write_single_quoted(text, split=False)
    elif style == '"':
        emitter.write_double_quoted(text, split=False)
        return _HEX_ESCAPE.sub(lambda found: found[0][:2] + found[0][2:].lower(), stream.getvalue().removeprefix(" "))
    else:
        return text
    return stream.getvalue().removeprefix(" ").removesuffix("\n")


class _Reader:
    """The events of a text, and the values they make."""

    def __init__(self, context: Context, text: str) -> None:
        self._context = context
        self._text = text
        self._events = yaml.parse(text, Loader=yaml.CSafeLoader)

    def __iter__(self) -> Iterator[Event]:
        for event in self._events:
            self._context.spend(1)
            if isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent)):
                self._refuse_tab(event)
            yield event

    def value(self, event: Event) -> Value:
        """Make the value that begins with an event."""
        if isinstance(event, ScalarEvent):
            return _resolve(event)
        if isinstance(event, AliasEvent):
            return event.anchor
        return self._list() if isinstance(event, SequenceStartEvent) else self._map()

    def _list(self) -> Value:
        found: list[Value] = []
        for item in self:
            if isinstance(item, SequenceEndEvent):
                break
            found.append(self.value(item))
        return found

    def _map(self) -> Value:
        entries: dict[Value, Value] = {}
        for key in self:
            if isinstance(key, MappingEndEvent):
                break
            if not isinstance(key, (ScalarEvent, AliasEvent)):
                raise ExpressionError("evaluation", "not YAML that can be read: a key must be text")
            name = key.value if isinstance(key, ScalarEvent) else key.anchor
            entries[name] = self.value(next(iter(self)))
        return entries

    def _refuse_tab(self, event: Event) -> None:
        """Refuse a tab before a value, which the library lets pass and flows were told is wrong."""
        mark = event.start_mark
        if mark is not None and mark.index and self._text[mark.index - 1] == "\t":
            line = mark.line + 1
            raise ExpressionError("evaluation", f"not YAML: a tab stands before a value in line {line}; use spaces")


def _resolve(event: ScalarEvent) -> Value:
    text, tag = event.value, (event.tag or "").rpartition(":")[2]
    if tag == "null":
        return None
    if (tag and tag not in _RESOLVED_TAGS) or (not tag and event.style):
        return text
    value = _implicit(text)
    return float(value) if tag == "float" and isinstance(value, int) else value


def _implicit(text: str) -> Value:
    if _NULL.fullmatch(text):
        return None
    if _TRUE.fullmatch(text) or _FALSE.fullmatch(text):
        return _TRUE.fullmatch(text) is not None
    if _INTEGER.fullmatch(text) and any(character.isdigit() for character in text):
        return _integer(text.replace("_", ""))
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    if _SPECIAL_FLOATS.fullmatch(text):
        raise ExpressionError("evaluation", f"not YAML that can be read: {text} is not a number")
    return text


def _integer(text: str) -> int:
    sign = -1 if text[0] == "-" else 1
    digits = text.lstrip("+-")
    if digits[:2] in {"0b", "0x"}:
        return sign * int(digits[2:], 2 if digits[1] == "b" else 16)
    return sign * int(digits, 8 if digits[0] == "0" and len(digits) > 1 else 10)
