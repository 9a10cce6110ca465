"""Filters on text. Those that take any value work on the text it prints as when joined (``[1, a]``, ``{k=v}``)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions import expect, utf16
from tiercel.expressions.context import Context
from tiercel.expressions.library import Arguments, Filter
from tiercel.expressions.text import java_text
from tiercel.expressions.values import Value, is_map

_ELLIPSIS = "..."
_TRIMMED = "".join(map(chr, range(0x21)))
_SPACES = regex.compile(r"[ \t\n\r\f\x0b_]+")
_NOT_SLUG = regex.compile(r"[^A-Za-z0-9-]")
_LINE_BREAK = regex.compile(r"\r\n|\r|\n")
_DASHES = regex.compile(r"-{2,}")
_ESCAPES = {"single": ("'", "\\'"), "double": ('"', '\\"'), "shell": ("'", "'\\''")}


def _upper(_: Context, value: Value, __: Arguments) -> Value:
    return None if value is None else java_text(value).upper()


def _lower(_: Context, value: Value, __: Arguments) -> Value:
    return None if value is None else java_text(value).lower()


def _string(_: Context, value: Value, __: Arguments) -> Value:
    return None if value is None else java_text(value)


def _capitalize(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return None
    text = expect.text("capitalize", value)
    blank = text[: len(text) - len(text.lstrip())]
    return blank + _raise_first(text[len(blank) :])


def _title(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return None
    text = expect.text("title", value)
    return regex.sub(r"(?<!\S)\S", lambda match: _raise_first(match[0]), text)


def _trim(_: Context, value: Value, __: Arguments) -> Value:
    return None if value is None else expect.text("trim", value).strip(_TRIMMED)


def _abbreviate(_: Context, value: Value, arguments: Arguments) -> Value:
    if value is None:
        return None
    text = expect.text("abbreviate", value)
    length = expect.whole_number("abbreviate", arguments.get("length"))
    if length < 0:
        raise ExpressionError("evaluation", f"abbreviate cannot cut to {length} characters; give 0 or more")
    if utf16.length(text) < length:
        return text
    if length <= len(_ELLIPSIS):
        return utf16.cut(text, 0, length)
    return utf16.cut(text, 0, length - len(_ELLIPSIS)) + _ELLIPSIS


def _nl2br(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return None
    return expect.text("nl2br", value).replace("\r\n", "\n").replace("\n", "<br />")


def _indent(context: Context, value: Value, arguments: Arguments) -> Value:
    return None if value is None else _indented("indent", context, java_text(value), arguments)


def _nindent(context: Context, value: Value, arguments: Arguments) -> Value:
    if value is None:
        return None
    text = java_text(value)
    found = _LINE_BREAK.search(text)
    line_break = "\n" if found is None else found[0]
    return _indented("nindent", context, line_break + text, arguments) if text else ""


def _indented(name: str, context: Context, text: str, arguments: Arguments) -> str:
    amount = expect.whole_number(name, arguments.get("amount"))
    prefix = arguments.get("prefix")
    if amount < 0:
        raise ExpressionError("evaluation", f"{name} cannot indent by {amount}; give 0 or more")
    unit = " " if prefix is None else expect.text(name, prefix)
    breaks = text.count("\n") + text.count("\r")
    context.check_size(len(text) + breaks * amount * len(unit))
    return _LINE_BREAK.sub(lambda found: found[0] + unit * amount, text)


def _shell(_: Context, value: Value, __: Arguments) -> Value:
    return None if value is None else _escape(value, *_ESCAPES["shell"])


def _condense(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return None
    if not isinstance(value, str):
        raise ExpressionError("evaluation", f"condense can only be applied on strings, not on {expect.kind_of(value)}")
    return " ".join(value.split())


def _starts_with(_: Context, value: Value, arguments: Arguments) -> Value:
    return _compared("startsWith", value, arguments, str.startswith)


def _ends_with(_: Context, value: Value, arguments: Arguments) -> Value:
    return _compared("endsWith", value, arguments, str.endswith)


def _compared(name: str, value: Value, arguments: Arguments, compare: Callable[[str, str], bool]) -> bool:
    part = arguments["value"]
    if part is None:
        raise expect.refusal(name, "a value to look for", part)
    return value is not None and compare(java_text(value), java_text(part))


def _before(text: str, separator: str | None) -> str:
    return text if separator is None else text.partition(separator)[0] if separator else ""


def _before_last(text: str, separator: str | None) -> str:
    if not separator or separator not in text:
        return text
    return text.rpartition(separator)[0]


def _after(text: str, separator: str | None) -> str:
    if not separator:
        return "" if separator is None else text
    return text.partition(separator)[2]


def _after_last(text: str, separator: str | None) -> str:
    return text.rpartition(separator)[2] if separator and separator in text else ""


def _substring(name: str, take: Callable[[str, str | None], str]) -> Filter:
    def call(_: Context, value: Value, arguments: Arguments) -> Value:
        if value is None:
            return None
        separator = arguments["separator"]
        return take(java_text(value), None if separator is None else java_text(separator))

    return Filter(name, call, ("separator",), ("separator",))


def _slugify(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return None
    dashed = _SPACES.sub("-", java_text(value))
    plain = _NOT_SLUG.sub("", unicodedata.normalize("NFD", dashed))
    return _DASHES.sub("-", plain).strip("-").lower()


def _escape_char(_: Context, value: Value, arguments: Arguments) -> Value:
    if value is None:
        return None
    kind = arguments["type"]
    if not isinstance(kind, str) or kind.lower() not in _ESCAPES:
        raise ExpressionError("evaluation", f"escapeChar needs one of {', '.join(_ESCAPES)} as its type, not {kind!r}")
    return _escape(value, *_ESCAPES[kind.lower()])


def _escape(value: Value, character: str, escaped: str) -> Value:
    if value is None:
        return None
    if isinstance(value, list):
        return [_escape(item, character, escaped) for item in value]
    if is_map(value):
        return {key: _escape(item, character, escaped) for key, item in value.items()}  # type: ignore[attr-defined]  # a map
    return java_text(value).replace(character, escaped)


def _raise_first(text: str) -> str:
    raised = text[:1].title()
    return (raised if len(raised) == 1 else text[:1]) + text[1:]


FILTERS: tuple[Filter, ...] = (
    Filter("upper", _upper),
    Filter("lower", _lower),
    Filter("string", _string),
    Filter("capitalize", _capitalize),
    Filter("title", _title),
    Filter("trim", _trim),
    Filter("abbreviate", _abbreviate, ("length",)),
    Filter("sh", _shell),
    Filter("condense", _condense),
    Filter("nl2br", _nl2br),
    Filter("indent", _indent, ("amount", "prefix"), ("amount",)),
    Filter("nindent", _nindent, ("amount", "prefix"), ("amount",)),
    Filter("startsWith", _starts_with, ("value",), ("value",)),
    Filter("endsWith", _ends_with, ("value",), ("value",)),
    _substring("substringBefore", _before),
    _substring("substringBeforeLast", _before_last),
    _substring("substringAfter", _after),
    _substring("substringAfterLast", _after_last),
    Filter("slugify", _slugify),
    Filter("escapeChar", _escape_char, ("type",), ("type",)),
)
