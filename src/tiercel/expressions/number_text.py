"""Reading numbers the way the `number` filter does: as the smallest kind that holds the text exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions.values import Float32, Value

_HEX = regex.compile(r"[+-]?(?:0[xX]|#)[0-9A-Fa-f]+")
_OCTAL = regex.compile(r"[+-]?0[0-7]+")
_WHOLE = regex.compile(r"[+-]?\d+", regex.ASCII)
_FLOAT = regex.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", regex.ASCII)
_INT_BITS, _LONG_BITS = 31, 63


class BigInteger(int):
    """A whole number that was asked for as one without a limit; it calculates as any other."""

    __slots__ = ()


def read_number(text: str) -> Value:
    """Read text as a number: whole (decimal, ``0x`` or octal), 32-bit, 64-bit or decimal, by what it needs.

    Raises:
        ExpressionError: It is not a number.
    """
    if not text.strip():
        raise ExpressionError("evaluation", "number: empty text is not a number")
    if _HEX.fullmatch(text) or _WHOLE.fullmatch(text):
        return _whole(text)
    suffix = text[-1].lower()
    if suffix in "lfd":
        return _suffixed(text[:-1], suffix)
    if not _FLOAT.fullmatch(text):
        raise _refusal(text, "a number")
    return _narrowest(text)


def read_as(kind: str, text: str) -> Value:
    """Read text as the kind named (``INT``, ``LONG``, ``FLOAT`` ...), or as `read_number` does for any other name."""
    reader = _READERS.get(kind.upper())
    return read_number(text) if reader is None else reader(text)


def _whole(text: str, bits: int | None = None) -> int:
    sign = -1 if text[:1] == "-" else 1
    digits = text.lstrip("+-")
    if _HEX.fullmatch(text):
        number = int(digits.lstrip("#") if digits[0] == "#" else digits[2:], 16)
    elif _OCTAL.fullmatch(text):
        number = int(digits, 8)
    elif _WHOLE.fullmatch(text) and (digits == "0" or digits[0] != "0"):
        number = int(digits)
    else:
        raise _refusal(text, "a whole number")
    number *= sign
    if bits is not None and not -(2**bits) <= number < 2**bits:
        raise _refusal(text, f"a whole number of {bits + 1} bits")
    return number


def _suffixed(text: str, suffix: str) -> Value:
    if suffix == "l":
        if not _WHOLE.fullmatch(text):
            raise _refusal(f"{text}L", "a number")
        return int(text)
    if not _FLOAT.fullmatch(text):
        raise _refusal(f"{text}{suffix}", "a number")
    number = Float32(text) if suffix == "f" else float(text)
    if not math.isinf(number) and (number or not Decimal(text)):
        return number
    return _narrowest(text)


def _narrowest(text: str) -> Value:
    exact = _decimal(text)
    wide = float(text)
    narrow = Float32(text)
    if not math.isinf(narrow) and (narrow or not exact) and Decimal(_shortest(narrow)) == Decimal(repr(wide)):
        return narrow
    if not math.isinf(wide) and (wide or not exact) and Decimal(repr(wide)) == exact:
        return wide
    return exact


def _shortest(number: Float32) -> str:
    return next(text for digits in range(1, 18) if Float32(text := f"{float(number):.{digits}g}") == number)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise _refusal(text, "a number") from None


def _float(text: str) -> float:
    stripped = text.strip()
    if not _FLOAT.fullmatch(stripped.rstrip("fFdD")) and stripped not in {"NaN", "Infinity", "-Infinity", "+Infinity"}:
        raise _refusal(text, "a number")
    return float(stripped.rstrip("fFdD"))


def _big_decimal(text: str) -> Decimal:
    if not _FLOAT.fullmatch(text):
        raise _refusal(text, "a number")
    return _decimal(text).copy_abs() if not float(text) and not _decimal(text) else _decimal(text)


def _refusal(text: str, expected: str) -> ExpressionError:
    return ExpressionError("evaluation", f"number: {text!r} is not {expected}")


_READERS: dict[str, Callable[[str], Value]] = {
    "INT": lambda text: _whole(text, _INT_BITS),
    "LONG": lambda text: _whole(text, _LONG_BITS),
    "FLOAT": lambda text: Float32(_float(text)),
    "DOUBLE": _float,
    "BIGDECIMAL": _big_decimal,
    "BIGINTEGER": lambda text: BigInteger(_whole(text)),
}
