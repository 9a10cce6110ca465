"""jq's functions of values: each takes the input and the values of its arguments and gives one result."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import TypeAlias

from tiercel.errors import ExpressionError
from tiercel.expressions.context import Context
from tiercel.expressions.jq.regexes import capture, is_found, matches, split_by
from tiercel.expressions.jq.values import (
    JqError,
    array,
    calculate,
    describe,
    get,
    is_number,
    is_true,
    kind,
    mapping,
    normal,
    number,
    order,
    plain_text,
    put,
    remove,
    text,
    text_of,
)
from tiercel.expressions.json_text import read_json
from tiercel.expressions.values import Value

ValueFunction: TypeAlias = Callable[..., Value]
_ROUNDING = frozenset({"floor", "ceil", "round"})
_KEY_NAMES = ("key", "Key", "name", "Name")


def _length(_: Context, value: Value) -> Value:
    if value is None:
        return 0
    if is_number(value):
        return abs(number("length", value))
    if isinstance(value, (str, list, dict)):
        return len(value)
    raise JqError(f"{describe(value)} has no length")


def _keys(_: Context, value: Value) -> Value:
    return list(range(len(value))) if isinstance(value, list) else sorted(mapping(value))


def _keys_unsorted(_: Context, value: Value) -> Value:
    return list(range(len(value))) if isinstance(value, list) else list(mapping(value))


def _has(_: Context, value: Value, key: Value) -> Value:
    if isinstance(value, dict) and isinstance(key, str):
        return key in value
    if isinstance(value, list) and is_number(key):
        return 0 <= number("has", key) < len(value)
    raise JqError(f"{kind(value)} cannot have the key {describe(key)}")


def _contains(context: Context, value: Value, other: Value) -> Value:
    context.spend(1)
    match value, other:
        case dict(), dict():
            return all(key in value and _contains(context, value[key], item) for key, item in other.items())
        case list(), list():
            return all(any(_same_kind_contains(context, item, wanted) for item in value) for wanted in other)
        case str(), str():
            return other in value
        case _:
            pass
    if kind(value) != kind(other):
        raise JqError(f"{describe(value)} and {describe(other)} cannot contain each other")
    return order(value) == order(other)


def _same_kind_contains(context: Context, value: Value, other: Value) -> bool:
    return kind(value) == kind(other) and bool(_contains(context, value, other))


def _add(context: Context, value: Value) -> Value:
    total: Value = None
    for item in value.values() if isinstance(value, dict) else array("add", value):
        total = calculate(context, "+", total, item)
    return total


def _any(_: Context, value: Value) -> Value:
    return any(map(is_true, value.values() if isinstance(value, dict) else array("any", value)))


def _all(_: Context, value: Value) -> Value:
    return all(map(is_true, value.values() if isinstance(value, dict) else array("all", value)))


def _flatten(context: Context, value: Value, depth: Value = math.inf) -> Value:
    if number("flatten", depth) < 0:
        raise JqError("flatten: the depth must not be negative")
    items = list(value.values()) if isinstance(value, dict) else array("flatten", value)
    return list(_flat(context, items, number("flatten", depth)))


def _flat(context: Context, items: Iterable[Value], depth: object) -> Iterable[Value]:
    for item in items:
        context.spend(1)
        if isinstance(item, list) and depth:
            yield from _flat(context, item, depth - 1)  # type: ignore[operator]  # a number
        else:
            yield item


def _sort(_: Context, value: Value) -> Value:
    return sorted(array("sort", value), key=order)


def _unique(_: Context, value: Value) -> Value:
    found: list[Value] = []
    for item in sorted(array("unique", value), key=order):
        if not found or order(found[-1]) != order(item):
            found.append(item)
    return found


def _reverse(_: Context, value: Value) -> Value:
    return [] if value is None else array("reverse", value)[::-1]


def _to_number(_: Context, value: Value) -> Value:
    if is_number(value):
        return value
    try:
        found = read_json(text("tonumber", value).strip())
    except ExpressionError:
        found = None
    if not is_number(found):
        raise JqError(f"{describe(value)} cannot be parsed as a number")
    return normal(number("tonumber", found))


def _from_json(_: Context, value: Value) -> Value:
    try:
        return read_json(text("fromjson", value))
    except ExpressionError as error:
        raise JqError(error.message) from None


def _join(context: Context, value: Value, separator: Value) -> Value:
    parts = []
    for item in array("join", value):
        if isinstance(item, (list, dict)):
            raise JqError(f"{describe(item)} cannot be joined")
        parts.append("" if item is None else plain_text(item))
    between = text("join", separator) if len(parts) > 1 else ""
    context.check_size(sum(map(len, parts)) + len(between) * len(parts))
    return between.join(parts)


def _split(context: Context, value: Value, separator: Value) -> Value:
    return calculate(context, "/", text("split", value), text("split", separator))


def _implode(_: Context, value: Value) -> Value:
    try:
        return "".join(chr(int(number("implode", code))) for code in array("implode", value))
    except (ValueError, OverflowError):
        raise JqError("implode: a number is no code of a character") from None


def _to_entries(_: Context, value: Value) -> Value:
    pairs = enumerate(value) if isinstance(value, list) else mapping(value).items()
    return [{"key": key, "value": item} for key, item in pairs]


def _from_entries(_: Context, value: Value) -> Value:
    made: dict[str, Value] = {}
    for entry in array("from_entries", value):
        found = mapping(entry)
        key = next((found[name] for name in _KEY_NAMES if found.get(name) is not None), None)
        if not isinstance(key, str):
            raise JqError(f"{describe(key)} cannot be the key of an object")
        made[key] = next((found[name] for name in ("value", "Value") if name in found), None)
    return made


def _indices(_: Context, value: Value, wanted: Value) -> Value:
    if value is None:
        return None
    if isinstance(value, str):
        part = text("indices", wanted)
        return [index for index in range(len(value)) if part and value.startswith(part, index)]
    items = array("indices", value)
    if isinstance(wanted, list):
        size = len(wanted)
        return [index for index in range(len(items)) if size and order(items[index : index + size]) == order(wanted)]
    return [index for index, item in enumerate(items) if order(item) == order(wanted)]


def _first_index(context: Context, value: Value, wanted: Value) -> Value:
    found = _indices(context, value, wanted)
    return found[0] if isinstance(found, list) and found else None


def _last_index(context: Context, value: Value, wanted: Value) -> Value:
    found = _indices(context, value, wanted)
    return found[-1] if isinstance(found, list) and found else None


def _get_path(_: Context, value: Value, path: Value) -> Value:
    for key in array("getpath", path):
        value = get(value, key)
    return value


def _set_path(_: Context, value: Value, path: Value, new: Value) -> Value:
    return put(value, tuple(array("setpath", path)), new)


def _del_paths(_: Context, value: Value, paths: Value) -> Value:
    return remove(value, [tuple(array("delpaths", path)) for path in array("delpaths", paths)])


def _starts_with(_: Context, value: Value, part: Value) -> Value:
    return text("startswith", value).startswith(text("startswith", part))


def _ends_with(_: Context, value: Value, part: Value) -> Value:
    return text("endswith", value).endswith(text("endswith", part))


def _without_prefix(_: Context, value: Value, part: Value) -> Value:
    return value.removeprefix(part) if isinstance(value, str) and isinstance(part, str) else value


def _without_suffix(_: Context, value: Value, part: Value) -> Value:
    return value.removesuffix(part) if isinstance(value, str) and isinstance(part, str) else value


def _transpose(_: Context, value: Value) -> Value:
    rows = list(value.values()) if isinstance(value, dict) else array("transpose", value)
    lists = [array("transpose", row) for row in rows]
    longest = max(map(len, lists), default=0)
    return [[row[index] if index < len(row) else None for row in lists] for index in range(longest)]


def _error(_: Context, value: Value, *messages: Value) -> Value:
    raise JqError(messages[0] if messages else value)


def _case(shift: int, first: str, last: str) -> ValueFunction:
    def change(_: Context, value: Value) -> Value:
        return "".join(
            chr(ord(character) + shift) if first <= character <= last else character
            for character in text("ascii case", value)
        )

    return change


def _math(name: str, apply: Callable[[float], float]) -> tuple[str, ValueFunction]:
    def call(_: Context, value: Value) -> Value:
        try:
            given = float(number(name, value))
            return float(apply(given)) if math.isfinite(given) or name not in _ROUNDING else given
        except (ValueError, OverflowError):
            return math.nan

    return f"{name}/0", call


def _math_2(name: str, apply: Callable[[float, float], float]) -> tuple[str, ValueFunction]:
    def call(_: Context, __: Value, left: Value, right: Value) -> Value:
        try:
            return normal(float(apply(float(number(name, left)), float(number(name, right)))))
        except (ValueError, OverflowError):
            return math.nan

    return f"{name}/2", call


VALUE_FUNCTIONS: dict[str, ValueFunction] = {
    "length/0": _length,
    "utf8bytelength/0": lambda _, value: len(text("utf8bytelength", value).encode()),
    "not/0": lambda _, value: not is_true(value),
    "keys/0": _keys,
    "keys_unsorted/0": _keys_unsorted,
    "has/1": _has,
    "in/1": lambda context, value, holder: _has(context, holder, value),
    "contains/1": _contains,
    "inside/1": lambda context, value, holder: _contains(context, holder, value),
    "add/0": _add,
    "any/0": _any,
    "all/0": _all,
    "flatten/0": _flatten,
    "flatten/1": _flatten,
    "sort/0": _sort,
    "unique/0": _unique,
    "min/0": lambda _, value: min(array("min", value), key=order, default=None),
    "max/0": lambda _, value: max(reversed(array("max", value)), key=order, default=None),
    "reverse/0": _reverse,
    "type/0": lambda _, value: kind(value),
    "tostring/0": lambda _, value: plain_text(value),
    "tonumber/0": _to_number,
    "tojson/0": lambda _, value: text_of(value),
    "fromjson/0": _from_json,
    "ascii_downcase/0": _case(32, "A", "Z"),
    "ascii_upcase/0": _case(-32, "a", "z"),
    "explode/0": lambda _, value: [ord(character) for character in text("explode", value)],
    "implode/0": _implode,
    "split/1": _split,
    "join/1": _join,
    "startswith/1": _starts_with,
    "endswith/1": _ends_with,
    "ltrimstr/1": _without_prefix,
    "rtrimstr/1": _without_suffix,
    "to_entries/0": _to_entries,
    "from_entries/0": _from_entries,
    "indices/1": _indices,
    "_indices/1": _indices,
    "index/1": _first_index,
    "rindex/1": _last_index,
    "getpath/1": _get_path,
    "setpath/2": _set_path,
    "delpaths/1": _del_paths,
    "transpose/0": _transpose,
    "error/0": _error,
    "error/1": _error,
    "test/1": is_found,
    "test/2": is_found,
    "_match/2": matches,
    "_match/1": matches,
    "_capture/1": capture,
    "_capture/2": capture,
    "split/2": split_by,
    "nan/0": lambda _, __: math.nan,
    "infinite/0": lambda _, __: math.inf,
    "isnan/0": lambda _, value: math.isnan(float(number("isnan", value))),
    "isinfinite/0": lambda _, value: math.isinf(float(number("isinfinite", value))),
    "isnormal/0": lambda _, value: math.isfinite(float(number("isnormal", value))) and value != 0,
    **dict(
        (
            _math("floor", math.floor),
            _math("ceil", math.ceil),
            _math("round", lambda value: math.floor(abs(value) + 0.5) * math.copysign(1, value)),
            _math("sqrt", math.sqrt),
            _math("cbrt", math.cbrt),
            _math("exp", math.exp),
            _math("exp2", lambda value: 2.0**value),
            _math("exp10", lambda value: 10.0**value),
            _math("log", math.log),
            _math("log2", math.log2),
            _math("log10", math.log10),
            _math("sin", math.sin),
            _math("cos", math.cos),
            _math("tan", math.tan),
            _math("asin", math.asin),
            _math("acos", math.acos),
            _math("atan", math.atan),
            _math_2("pow", math.pow),
            _math_2("atan2", math.atan2),
            _math_2("fmin", min),
            _math_2("fmax", max),
        )
    ),
}
