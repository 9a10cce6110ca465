"""What filters and functions accept: taking a value as text, list or whole number, or saying clearly why not."""

from __future__ import annotations

from decimal import Decimal

from tiercel.errors import ExpressionError
from tiercel.expressions.library import Arguments
from tiercel.expressions.values import DATE_TYPES, Duration, Value, is_map, is_text

_MOST = 2**63


def kind_of(value: Value) -> str:
    """Name the kind of a value, for messages."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "true or false"),
        (int, "a whole number"),
        ((float, Decimal), "a number"),
        (str, "text"),
        (list, "a list"),
        (DATE_TYPES, "a date"),
        (Duration, "a duration"),
    )
    if value is None:
        return "null"
    if is_map(value):
        return "a map"
    return next((name for types, name in kinds if isinstance(value, types)), type(value).__name__)


def refusal(name: str, expected: str, value: Value) -> ExpressionError:
    """Make the error for a value of the wrong kind."""
    return ExpressionError("evaluation", f"{name} needs {expected}, not {kind_of(value)}")


def text(name: str, value: Value) -> str:
    """Take text; addresses and names of constants are none."""
    if not isinstance(value, str) or not is_text(value):
        raise refusal(name, "text", value)
    return value


def items(name: str, value: Value) -> list[Value]:
    """Take a list."""
    if not isinstance(value, list):
        raise refusal(name, "a list", value)
    return value


def whole_number(name: str, value: Value) -> int:
    """Take a whole number; a boolean is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise refusal(name, "a whole number", value)
    return value


def cut_number(name: str, value: Value) -> int:
    """Take a number, without its fraction."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != value or abs(value) > _MOST:  # noqa: PLR0124 (NaN)
        raise refusal(name, "a whole number", value)
    return int(value)


def given_text(arguments: Arguments, name: str) -> str | None:
    """Take an argument that is text, or None when it is null or not given."""
    value = arguments.get(name)
    return None if value is None else text(name, value)


def needed_text(function: str, arguments: Arguments, name: str) -> str:
    """Take an argument that must be text."""
    value = arguments.get(name)
    if not isinstance(value, str):
        raise ExpressionError("evaluation", f"{function} needs text as its argument {name}, not {kind_of(value)}")
    return value
