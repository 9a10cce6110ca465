"""``%`` formats as in ``'%05d of %s' | format(7, 'x')``: flags, width, precision and the usual conversions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Context as DecimalContext, Decimal

import regex

from tiercel.errors import ExpressionError
from tiercel.expressions import expect
from tiercel.expressions.context import Context
from tiercel.expressions.text import java_text
from tiercel.expressions.values import Value

_SPECIFIER = regex.compile(
    r"%(?:(?P<index>\d+)\$)?(?P<flags>[-#+ 0,(<]*)(?P<width>\d+)?(?:\.(?P<precision>\d+))?(?P<conversion>[a-zA-Z%])|%"
)
_MOST_DECIMALS = 300


def format_text(context: Context, template: str, values: Sequence[Value]) -> str:
    """Fill a format; the widths it asks for count as text made.

    Raises:
        ExpressionError: The format is malformed, or a value is missing or of the wrong kind.
    """
    used = last = size = 0

    def fill(match: regex.Match[str]) -> str:
        nonlocal used, last, size
        conversion = match["conversion"]
        size += int(match["width"] or 0) + int(match["precision"] or 0)
        context.check_size(size)
        if conversion is None or int(match["precision"] or 0) > _MOST_DECIMALS:
            raise _refusal(template, "a % must be followed by a conversion such as s or d; a literal one is %%")
        if conversion in "%n":
            return _padded("%" if conversion == "%" else "\n", match)
        if match["index"] is None and "<" not in match["flags"]:
            used += 1
            last = used
        index = int(match["index"] or last) - 1
        last = index + 1
        if not 0 <= index < len(values):
            raise _refusal(template, f"there is no value for {match[0]}")
        return _converted(template, match, values[index])

    return _SPECIFIER.sub(fill, template)


def _converted(template: str, match: regex.Match[str], value: Value) -> str:
    conversion = match["conversion"]
    writer = _WRITERS.get(conversion.lower())
    if writer is None:
        raise _refusal(template, f"{conversion} is no conversion; {', '.join(_WRITERS)} are")
    text = writer(match, value)
    return _padded(text.upper() if conversion.isupper() else text, match)


def _text(match: regex.Match[str], value: Value) -> str:
    text = java_text(value)
    return text if match["precision"] is None else text[: int(match["precision"])]


def _boolean(_: regex.Match[str], value: Value) -> str:
    return java_text(value if isinstance(value, bool) else value is not None)


def _whole(match: regex.Match[str], value: Value) -> str:
    return "null" if value is None else _signed(match, f"{abs(_int(match, value))}", is_negative=_int(match, value) < 0)


def _based(base: str, prefix: str) -> Callable[[regex.Match[str], Value], str]:
    def write(match: regex.Match[str], value: Value) -> str:
        if value is None:
            return "null"
        number = _int(match, value)
        digits = format(number if number >= 0 else number + 2**64, base)
        text = (prefix if "#" in match["flags"] else "") + digits
        return text.rjust(int(match["width"] or 0), "0") if "0" in match["flags"] else text

    return write


def _fixed(match: regex.Match[str], value: Value) -> str:
    if value is None:
        return "null"
    number = _decimal(match, value)
    rounded = number.quantize(Decimal(1).scaleb(-_precision(match)), ROUND_HALF_UP, DecimalContext(prec=400))
    return _signed(match, f"{abs(rounded):f}", is_negative=number < 0)


def _scientific(match: regex.Match[str], value: Value) -> str:
    if value is None:
        return "null"
    number = _decimal(match, value)
    rounded = DecimalContext(prec=_precision(match) + 1, rounding=ROUND_HALF_UP).plus(abs(number))
    return _signed(match, _exponent(rounded, _precision(match)), is_negative=number < 0)


def _general(match: regex.Match[str], value: Value) -> str:
    if value is None:
        return "null"
    number = _decimal(match, value)
    digits = _precision(match) or 1
    rounded = DecimalContext(prec=digits, rounding=ROUND_HALF_UP).plus(abs(number))
    if not rounded or Decimal("0.0001") <= rounded < Decimal(10) ** digits:
        decimals = max(digits - (rounded.adjusted() + 1 if rounded else 1), 0)
        return _signed(match, f"{rounded:.{decimals}f}", is_negative=number < 0)
    return _signed(match, _exponent(rounded, digits - 1), is_negative=number < 0)


def _exponent(number: Decimal, decimals: int) -> str:
    number = number or Decimal(0)
    mantissa, _, exponent = f"{number:.{decimals}e}".partition("e")
    return f"{mantissa}e{int(exponent):+03d}"


def _signed(match: regex.Match[str], digits: str, *, is_negative: bool) -> str:
    flags = match["flags"]
    if "," in flags:
        whole, point, decimals = digits.partition(".")
        digits = f"{int(whole):,}{point}{decimals}"
    sign = "-" if is_negative else "+" if "+" in flags else " " if " " in flags else ""
    if is_negative and "(" in flags:
        return f"({digits})"
    if "0" in flags:
        digits = digits.rjust(int(match["width"] or 0) - len(sign), "0")
    return sign + digits


def _padded(text: str, match: regex.Match[str]) -> str:
    width = int(match["width"] or 0)
    if not width and "-" in match["flags"]:
        raise _refusal(match[0], "the flag - needs a width")
    return text.ljust(width) if "-" in match["flags"] else text.rjust(width)


def _precision(match: regex.Match[str]) -> int:
    return 6 if match["precision"] is None else int(match["precision"])


def _int(match: regex.Match[str], value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise expect.refusal(f"format ({match[0]})", "a whole number", value)
    return value


def _decimal(match: regex.Match[str], value: Value) -> Decimal:
    if not isinstance(value, (float, Decimal)):
        raise expect.refusal(f"format ({match[0]})", "a number with a decimal point", value)
    return Decimal(str(value))


def _refusal(template: str, reason: str) -> ExpressionError:
    return ExpressionError("evaluation", f"{template!r} is no format: {reason}")


_WRITERS: dict[str, Callable[[regex.Match[str], Value], str]] = {
    "s": _text,
    "d": _whole,
    "f": _fixed,
    "e": _scientific,
    "g": _general,
    "b": _boolean,
    "x": _based("x", "0x"),
    "o": _based("o", "0"),
}
