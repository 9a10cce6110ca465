"""JSON values as jq sees them: their kinds, their order, arithmetic, text forms and paths."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import TypeAlias

from tiercel.expressions.context import Context
from tiercel.expressions.json_text import read_json
from tiercel.expressions.text import json_string, to_json
from tiercel.expressions.values import Duration, Float32, Value

Path: TypeAlias = tuple[Value, ...]
_LARGEST = "1.7976931348623157e+308"
_WHOLE_LIMIT = 2.0**63
_MOST_SHOWN = 30


class JqError(Exception):
    """A failure a program can catch; it carries a value."""

    def __init__(self, value: Value) -> None:
        self.value = value
        super().__init__(value if isinstance(value, str) else text_of(value))


def from_value(value: Value, context: Context) -> Value:
    """Make a JSON value of any value: dates become text, keys text; entries of maps that are null are left out."""
    if value is None or isinstance(value, (bool, int, float, Decimal)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Duration):
        return Decimal(to_json(value, context.dialect)).normalize()
    if isinstance(value, list):
        return [from_value(item, context) for item in value]
    if isinstance(value, Mapping):
        return {str(key): from_value(item, context) for key, item in value.items() if item is not None}
    return read_json(to_json(value, context.dialect))


def kind(value: Value) -> str:
    """Name the type of a value as jq does."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float, Decimal)):
        return "number"
    return "string" if isinstance(value, str) else "array" if isinstance(value, list) else "object"


def is_true(value: Value) -> bool:
    """Tell whether a condition holds: all but null and false do."""
    return value is not None and value is not False


def order(value: Value) -> tuple[object, ...]:
    """Give a key that sorts as jq does: null, false, true, numbers, text, arrays, objects."""
    match value:
        case None:
            return (0,)
        case bool():
            return (2,) if value else (1,)
        case int() | float() | Decimal():
            return (3, -math.inf, 0) if value != value else (3, value, 1)  # noqa: PLR0124 (NaN sorts first)
        case str():
            return (4, value)
        case list():
            return (5, [order(item) for item in value])
        case _:
            entries = sorted(mapping(value).items())
            return (6, [key for key, _ in entries], [order(item) for _, item in entries])


def mapping(value: Value) -> dict[str, Value]:
    """Take an object."""
    if not isinstance(value, dict):
        raise JqError(f"{describe(value)} is no object")
    return value


def number(name: str, value: Value) -> float | Decimal:
    """Take a number."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise JqError(f"{name} needs a number, not {describe(value)}")
    return value


def text(name: str, value: Value) -> str:
    """Take a text."""
    if not isinstance(value, str):
        raise JqError(f"{name} needs a string, not {describe(value)}")
    return value


def array(name: str, value: Value) -> list[Value]:
    """Take an array."""
    if not isinstance(value, list):
        raise JqError(f"{name} needs an array, not {describe(value)}")
    return value


def describe(value: Value) -> str:
    """Name a value in messages."""
    shown = text_of(value)
    return f"{kind(value)} ({shown})" if len(shown) <= _MOST_SHOWN else f"{kind(value)} ({shown[:_MOST_SHOWN]}...)"


def text_of(value: Value) -> str:
    """Write a value as ``tojson`` does: whole numbers without a fraction."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return _float_text(value)
        case int() | Decimal():
            return str(value)
        case str():
            return json_string(value)
        case list():
            return f"[{','.join(map(text_of, value))}]"
        case _:
            return "{" + ",".join(f"{json_string(key)}:{text_of(item)}" for key, item in mapping(value).items()) + "}"


def plain_text(value: Value) -> str:
    """Write a value as ``tostring`` does: text stays as it is."""
    return value if isinstance(value, str) else text_of(value)


def normal(value: float | Decimal) -> float | Decimal:
    """Give a whole result of arithmetic without a fraction."""
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE_LIMIT:
        return int(value)
    return value


def calculate(context: Context, operator: str, left: Value, right: Value) -> Value:
    """Apply ``+ - * / %`` or a comparison.

    Raises:
        JqError: The operator does not apply to such values.
    """
    compare = _COMPARISONS.get(operator)
    if compare is not None:
        if _is_nan(left) or _is_nan(right):  # less than any number, and equal to none
            return operator == "!=" or (operator in {"<", "<="} and _is_nan(left))
        return compare(order(left), order(right))
    if is_number(left) and is_number(right):
        return _arithmetic(operator, left, right)  # type: ignore[arg-type]  # both are numbers
    apply = {"+": _plus, "-": _minus, "*": _times, "/": _over}.get(operator)
    result = ... if apply is None else apply(context, left, right)
    if result is ...:
        raise JqError(f"{describe(left)} and {describe(right)} do not go with {operator}")
    return result


def is_number(value: Value) -> bool:
    """Tell whether a value is a number."""
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _is_nan(value: Value) -> bool:
    return isinstance(value, float) and math.isnan(value)


def get(value: Value, key: Value) -> Value:
    """Look up a key, an index or (with a map of start and end) a slice; what is not there is null."""
    match value, key:
        case None, str() | int() | float() | None:
            return None
        case dict(), str():
            return value.get(key)
        case list(), int() | float() if not isinstance(key, bool):
            index = int(key) if math.isfinite(key) and key == int(key) else len(value)
            index += len(value) if index < 0 else 0
            return value[index] if 0 <= index < len(value) else None
        case list() | str() | None, dict():
            return None if value is None else value[_slice(value, key)]
        case list(), list():
            return [index for index in range(len(value)) if key and value[index : index + len(key)] == key]
        case _:
            pass
    raise JqError(f"cannot index {kind(value)} with {kind(key) if not isinstance(key, str) else json_string(key)}")


def put(value: Value, path: Path, new: Value) -> Value:
    """Give a copy with the value at a path replaced; what is missing on the way is made."""
    if not path:
        return new
    key, rest = path[0], path[1:]
    inner = put(get(value, key), rest, new)
    match value, key:
        case ((None | dict()), str()):
            return {**(value or {}), key: inner}
        case ((None | list()), int() | float()) if not isinstance(key, bool):
            return _with_item(list(value or []), math.floor(key), inner)
        case ((None | list()), dict()):
            copy = list(value or [])
            copy[_slice(copy, key)] = array("a slice", inner)
            return copy
        case _:
            pass
    raise JqError(f"cannot set {describe(key)} in {kind(value)}")


def remove(value: Value, paths: list[Path]) -> Value:
    """Give a copy without what is at the paths."""
    for path in sorted(paths, key=lambda path: order(list(path)), reverse=True):
        value = _without(value, path)
    return value


def _without(value: Value, path: Path) -> Value:
    if not path or value is None:
        return None
    key, rest = path[0], path[1:]
    if rest:
        inner = get(value, key)
        return value if inner is None else put(value, (key,), _without(inner, rest))
    if isinstance(value, dict) and isinstance(key, str):
        return {name: item for name, item in value.items() if name != key}
    if isinstance(value, list) and (is_number(key) or isinstance(key, dict)):
        copy = list(value)
        index = _slice(copy, key) if isinstance(key, dict) else _item_slice(copy, key)
        del copy[index]
        return copy
    raise JqError(f"cannot delete {describe(key)} from {kind(value)}")


def _item_slice(items: list[Value], key: Value) -> slice:
    index = math.floor(number("an index", key))
    index += len(items) if index < 0 else 0
    return slice(index, index + 1) if index >= 0 else slice(0, 0)


def _with_item(items: list[Value], index: int, new: Value) -> list[Value]:
    index += len(items) if index < 0 else 0
    if index < 0:
        raise JqError("an index is before the beginning of the array")
    if index > 100_000 + len(items):
        raise JqError(f"the index {index} is far beyond the end of the array")
    items.extend([None] * (index + 1 - len(items)))
    items[index] = new
    return items


def _slice(value: list[Value] | str, key: dict[str, Value]) -> slice:
    start, end = key.get("start"), key.get("end")
    first = 0 if start is None else math.floor(number("a slice", start))
    last = len(value) if end is None else math.ceil(number("a slice", end))
    first += len(value) if first < 0 else 0
    last += len(value) if last < 0 else 0
    return slice(max(first, 0), max(last, first, 0))


def _plus(context: Context, left: Value, right: Value) -> Value:
    if left is None or right is None:
        return right if left is None else left
    if isinstance(left, str) and isinstance(right, str):
        context.check_size(len(left) + len(right))
        return left + right
    if isinstance(left, list) and isinstance(right, list):
        context.spend(len(left) + len(right))
        return left + right
    if isinstance(left, dict) and isinstance(right, dict):
        context.spend(len(left) + len(right))
        return {**left, **right}
    return ...


def _minus(context: Context, left: Value, right: Value) -> Value:
    if not (isinstance(left, list) and isinstance(right, list)):
        return ...
    context.spend(len(left) * len(right))
    excluded = [order(item) for item in right]
    return [item for item in left if order(item) not in excluded]


def _times(context: Context, left: Value, right: Value) -> Value:
    if isinstance(left, str) and is_number(right):
        return _repeated(context, left, number("*", right))
    if isinstance(left, dict) and isinstance(right, dict):
        return _merged(left, right)
    return ...


def _over(_: Context, left: Value, right: Value) -> Value:
    if not (isinstance(left, str) and isinstance(right, str)):
        return ...
    return list(left.split(right)) if right else list(left)


def _arithmetic(operator: str, left: float | Decimal, right: float | Decimal) -> Value:
    if isinstance(left, (Decimal, Float32)):
        left = float(left)
    if isinstance(right, (Decimal, Float32)):
        right = float(right)
    if operator in "/%" and (right == 0 or (operator == "%" and int(right) == 0)):
        raise JqError(f"{describe(left)} cannot be divided by zero")
    match operator:
        case "+":
            return normal(left + right)
        case "-":
            return normal(left - right)
        case "*":
            return normal(left * right)
        case "/":
            exact = isinstance(left, int) and isinstance(right, int) and left % right == 0
            return left // right if exact else normal(left / right)
        case _:
            return int(math.copysign(abs(int(left)) % abs(int(right)), left))


def _repeated(context: Context, part: str, times: float | Decimal) -> Value:
    count = math.ceil(times)
    if count <= 0:
        return None
    context.check_size(len(part) * count)
    return part * count


def _merged(left: dict[str, Value], right: dict[str, Value]) -> dict[str, Value]:
    merged = dict(left)
    for key, item in right.items():
        old = merged.get(key)
        merged[key] = _merged(old, item) if isinstance(old, dict) and isinstance(item, dict) else item
    return merged


def _float_text(value: float) -> str:
    if math.isnan(value):
        return "null"
    if math.isinf(value):
        return _LARGEST if value > 0 else f"-{_LARGEST}"
    if value.is_integer() and abs(value) < 1e17:  # noqa: PLR2004 (above, the exponent is shorter)
        return str(int(value))
    return repr(float(value))


_COMPARISONS = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
