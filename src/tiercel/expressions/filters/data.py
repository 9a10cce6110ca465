"""Filters that turn values into text of a data format and back, and query them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tiercel.expressions import expect
from tiercel.expressions.context import Context
from tiercel.expressions.ion_text import write_ion
from tiercel.expressions.java_format import format_text
from tiercel.expressions.json_text import read_json
from tiercel.expressions.library import Arguments, Filter
from tiercel.expressions.number_text import BigInteger
from tiercel.expressions.text import java_text, to_json
from tiercel.expressions.values import EnumName, Float32, OrderedSet, Uri, Value, is_map, is_text
from tiercel.expressions.yaml_text import write_yaml

_INT_BITS, _LONG_BITS = 31, 63
# The names flows know the kinds by.
_CLASS_NAMES: dict[type, str] = {
    bool: "java.lang.Boolean",
    str: "java.lang.String",
    float: "java.lang.Double",
    Float32: "java.lang.Float",
    Decimal: "java.math.BigDecimal",
    list: "java.util.ArrayList",
    OrderedSet: "java.util.LinkedHashSet",
    date: "java.time.LocalDate",
    Uri: "java.net.URI",
    EnumName: "java.lang.Enum",
}


def _to_json(context: Context, value: Value, _: Arguments) -> Value:
    return to_json(value, context.dialect)


def _to_ion(_: Context, value: Value, __: Arguments) -> Value:
    return write_ion(value)


def _yaml(context: Context, value: Value, _: Arguments) -> Value:
    return write_yaml(value, context.dialect)


def _jq(context: Context, value: Value, arguments: Arguments) -> Value:
    from tiercel.expressions.jq import run_jq  # noqa: PLC0415 (a third of the package to load, and few query)
    from tiercel.expressions.jq.values import from_value  # noqa: PLC0415 (the same)

    program = expect.needed_text("jq", arguments, "expression")
    if value is None:
        return None
    if isinstance(value, str) and is_text(value):
        return run_jq(context, program, read_json(value) if value.strip() else None)
    return run_jq(context, program, from_value(value, context))


def _format(context: Context, value: Value, arguments: Arguments) -> Value:
    return None if value is None else format_text(context, java_text(value), list(arguments.values()))


def _class_name(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return None
    if isinstance(value, BigInteger):
        return "java.math.BigInteger"
    if isinstance(value, int) and not isinstance(value, bool):
        return _integer_class(value)
    if is_map(value):
        return "java.util.LinkedHashMap"
    return _CLASS_NAMES.get(type(value), f"java.time.{type(value).__name__}")


def _integer_class(value: int) -> str:
    bits = value.bit_length() if value >= 0 else (value + 1).bit_length()
    if bits <= _INT_BITS:
        return "java.lang.Integer"
    return "java.lang.Long" if bits <= _LONG_BITS else "java.math.BigInteger"


FILTERS: tuple[Filter, ...] = (
    Filter("toJson", _to_json),
    Filter("json", _to_json),
    Filter("toIon", _to_ion),
    Filter("yaml", _yaml),
    Filter("jq", _jq, ("expression",), ("expression",)),
    Filter("format", _format, tuple(f"value{number}" for number in range(1, 21))),
    Filter("className", _class_name),
)
