"""What the operators do to values.

Whole numbers within 64 bits wrap around as 64-bit numbers do; larger ones keep any size up to `_MAX_BITS`. Divisions of
whole numbers cut towards zero. Equality is loose between kinds of number at the top, strict inside lists and maps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Context as DecimalContext, Decimal
from operator import add as plus, ge, gt, le, lt, mul as times, sub as minus

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions.context import Context
from tiercel.expressions.text import java_text
from tiercel.expressions.values import EnumName, Float32, OrderedSet, Uri, Value, is_number, is_text
from tiercel.model.dialect import Dialect

_MAX_BITS = 4096
_DECIMALS = DecimalContext(prec=34)
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_NUMERIC_TEXT = regex.compile(r"[-+]?\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|[-+]?\.\d+(?:[eE][-+]?\d+)?")
_EXACT: dict[str, Callable[..., float]] = {"+": plus, "-": minus, "*": times}
_OF_DECIMALS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _DECIMALS.add,
    "-": _DECIMALS.subtract,
    "*": _DECIMALS.multiply,
    "/": _DECIMALS.divide,
    "%": _DECIMALS.remainder,
}
_COMPARISONS: dict[str, Callable[..., bool]] = {"<": lt, ">": gt, "<=": le, ">=": ge}


def add(context: Context, left: Value, right: Value) -> Value:
    """``+``: a sum; text joined when either side is text; a list extended by a list or by anything else."""
    if left.__class__ is int and right.__class__ is int:
        total = left + right
        return total if _SMALLEST <= total <= _LARGEST else _calculate("+", left, right, context)
    if is_text(left) or is_text(right):
        joined = java_text(left) + java_text(right)
        context.check_size(len(joined))
        return joined
    if isinstance(left, list) and not isinstance(left, OrderedSet):
        added = right if isinstance(right, list) else [right]
        context.spend(len(left) + len(added))
        return [*left, *added]
    return _calculate("+", left, right, context)


def subtract(context: Context, left: Value, right: Value) -> Value:
    """``-``: a difference; from a list the first equal element, or all elements of a list, are taken away."""
    if isinstance(left, list) and not isinstance(left, OrderedSet):
        context.spend(len(left))
        if isinstance(right, list):
            return [item for item in left if not _contains_one(right, item)]
        index = next((index for index, item in enumerate(left) if deep_equal(item, right)), len(left))
        return left[:index] + left[index + 1 :]
    return _calculate("-", left, right, context)


def calculate(context: Context, operator: str, left: Value, right: Value) -> Value:
    """``*``, ``/`` and ``%``."""
    return _calculate(operator, left, right, context)


def negate(context: Context, value: Value) -> Value:
    """``-value``."""
    return _calculate("*", value, -1, context)


def affirm(context: Context, value: Value) -> Value:
    """``+value``."""
    return _calculate("*", value, 1, context)


def concatenate(context: Context, *values: Value) -> str:
    """``~``: the values joined as text; null is nothing."""
    text = "".join([value if value.__class__ is str else "" if value is None else java_text(value) for value in values])
    context.check_size(len(text))
    return text


def equal(left: Value, right: Value) -> bool:
    """``==``: numbers by value whatever their kind, all else by kind and content."""
    if left.__class__ is right.__class__ and left.__class__ in _PLAIN:
        return left == right
    if is_number(left) and is_number(right):
        left, right = _comparable(left, right)
        return bool(left == right)
    if isinstance(left, EnumName) or isinstance(right, EnumName):
        return isinstance(left, str) and isinstance(right, str) and str(left) == str(right)
    return deep_equal(left, right)


def deep_equal(left: Value, right: Value) -> bool:
    """Equality as inside lists and maps: a whole number is not a float there."""
    if isinstance(left, list):
        return (
            isinstance(right, list)
            and left.__class__ is right.__class__
            and len(left) == len(right)
            and all(map(deep_equal, left, right))
        )
    if isinstance(left, Mapping):
        return (
            isinstance(right, Mapping)
            and left.keys() == right.keys()
            and all(deep_equal(item, right[key]) for key, item in left.items())
        )
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float, Decimal)):
        return left.__class__ is right.__class__ and left == right
    if isinstance(left, (EnumName, Uri)) or isinstance(right, (EnumName, Uri)):
        return left.__class__ is right.__class__ and left == right
    return bool(left == right)


def compare(context: Context, operator: str, left: Value, right: Value) -> bool:
    """``< > <= >=``: of numbers, and in 2.0 of two texts; with null on a side it is false."""
    if left is None or right is None:
        return False
    if is_number(left) and is_number(right):
        return _COMPARISONS[operator](*_comparable(left, right))
    if is_text(left) and is_text(right) and context.dialect is Dialect.V2_0:
        return _COMPARISONS[operator](_code_units(left), _code_units(right))
    reason = "; text compares in dialect 2.0 only" if is_text(left) and is_text(right) else ""
    raise ExpressionError(
        "evaluation", f"{kind_of(left)} and {kind_of(right)} cannot be compared by {operator}{reason}"
    )


def contains(left: Value, right: Value) -> bool:
    """``contains``: an element or all elements of a list, a key of a map, a part of a text; null contains nothing."""
    if left is None:
        return False
    if isinstance(left, list):
        if isinstance(right, list):
            return all(_contains_one(left, item) for item in right)
        return _contains_one(left, right)
    if isinstance(left, Mapping):
        return isinstance(right, (str, int, float, Decimal)) and right in left
    if is_text(left):
        return right is not None and java_text(right) in str(left)
    raise ExpressionError("evaluation", f"contains needs a list, a map or text on its left, not {kind_of(left)}")


def is_in(left: Value, right: Value) -> bool:
    """``isIn``: whether a list has an element, or a map a key, with the same text."""
    if left is None or not isinstance(right, (list, Mapping)):
        return False
    text = java_text(left)
    return any(item is not None and java_text(item) == text for item in right)


def make_range(context: Context, first: Value, last: Value) -> list[Value]:
    """``first..last``: whole numbers, or single characters, both ends included; empty when it would run down."""
    if is_text(first) and is_text(last) and len(str(first)) == len(str(last)) == 1:
        low, high = ord(str(first)), ord(str(last))
        context.spend(max(0, high - low + 1))
        return [chr(code) for code in range(low, high + 1)]
    if not is_number(first) or not is_number(last):
        raise ExpressionError("evaluation", "a range needs two numbers, or two texts of one character")
    low, high = int(first), int(last)  # type: ignore[call-overload]  # both are numbers
    context.spend(max(0, high - low + 1))
    return list(range(low, high + 1))


def kind_of(value: Value) -> str:
    """Name the kind of a value for messages."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if is_number(value):
        return "a number"
    if isinstance(value, str):
        return "text"
    if isinstance(value, list):
        return "a list"
    return "a map" if isinstance(value, Mapping) else "a date or duration"


_PLAIN = {str, int, bool, float}
_SYMBOL_NAMES = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "%": "divide"}


def _calculate(operator: str, left: Value, right: Value, context: Context) -> Value:
    if context.dialect is Dialect.V2_0 and operator != "+":
        left, right = _numeric(left), _numeric(right)
    if not is_number(left) or not is_number(right):
        raise ExpressionError(
            "evaluation", f"cannot {_SYMBOL_NAMES[operator]} {kind_of(left)} and {kind_of(right)} with {operator}"
        )
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return _decimals(operator, _to_decimal(left), _to_decimal(right))
    if isinstance(left, float) or isinstance(right, float):
        if _is_narrow(left) and _is_narrow(right):
            return Float32(_floats(operator, float(left), float(right)))  # type: ignore[arg-type]  # both are numbers
        return _floats(operator, float(left), float(right))  # type: ignore[arg-type]  # both are numbers
    result = _integers(operator, left, right)  # type: ignore[arg-type]  # both are whole numbers
    return _whole(result, is_long=_is_long(left) and _is_long(right))


def _numeric(value: Value) -> Value:
    """Read text that is a number as one (2.0)."""
    if not is_text(value) or _NUMERIC_TEXT.fullmatch(str(value)) is None:
        return value
    text = str(value)
    if text.lstrip("+-").isdigit():
        number = int(text)
        return number if _SMALLEST <= number <= _LARGEST else value
    return float(text)


def _whole(number: int, *, is_long: bool = True) -> int:
    """Hold a result to 64 bits, in which it wraps around, where all that made it fits in them."""
    if _SMALLEST <= number <= _LARGEST:
        return number
    if is_long:
        return (number - _SMALLEST) % 2**64 + _SMALLEST
    if number.bit_length() > _MAX_BITS:
        raise ExpressionError("budget", f"the number has more than {_MAX_BITS} bits")
    return number


def _is_long(value: Value) -> bool:
    return isinstance(value, int) and _SMALLEST <= value <= _LARGEST


def _is_narrow(value: Value) -> bool:
    """Tell whether a number does not ask for more than 32 bits of a float."""
    return isinstance(value, (Float32, int))


def _integers(operator: str, left: int, right: int) -> int:
    if operator in _EXACT:
        return int(_EXACT[operator](left, right))
    if not right:
        raise ExpressionError("evaluation", f"division by zero: {left} {operator} 0")
    quotient = abs(left) // abs(right)
    quotient = quotient if (left < 0) == (right < 0) else -quotient
    return quotient if operator == "/" else left - right * quotient


def _floats(operator: str, left: float, right: float) -> float:
    if operator in _EXACT:
        return float(_EXACT[operator](left, right))
    if operator == "%":
        return math.nan if not right or math.isinf(left) else math.fmod(left, right)
    if right:
        return left / right
    if not left or math.isnan(left) or math.isnan(right):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1.0, right)


def _decimals(operator: str, left: Decimal, right: Decimal) -> Decimal:
    if operator in {"/", "%"} and not right:
        raise ExpressionError("evaluation", f"division by zero: {left} {operator} 0")
    return _OF_DECIMALS[operator](left, right)


def _to_decimal(value: Value) -> Decimal:
    """Widen a number to a decimal, by way of the 64 bits of a float: 1 is 1.0 then, 1.10 is 1.1."""
    return Decimal(repr(float(value)))  # type: ignore[arg-type]  # a number


def _contains_one(items: list[Value], sought: Value) -> bool:
    return any(deep_equal(item, sought) for item in items)


def _comparable(left: Value, right: Value) -> tuple[Value, Value]:
    """Bring a decimal and a float to one kind; Python compares all other numbers as they are."""
    if isinstance(left, Decimal) is isinstance(right, Decimal):
        return left, right
    return _to_decimal(left), _to_decimal(right)


def _code_units(value: Value) -> str | bytes:
    text = str(value)
    return text.encode("utf-16-be", "surrogatepass")
