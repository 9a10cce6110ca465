"""Decimal number patterns: ``#,##0.00``, ``0.###E0``, ``0%``, ``¤#,##0.00;(¤#,##0.00)``.

A pattern is a positive and, after ``;``, a negative part; each has a prefix, digits and a suffix. Rounding is half-even
on the exact value of the number. Symbols are those of English.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from tiercel.errors import ExpressionError

_DIGIT_CHARACTERS = "#0,."
_WIDEST = 340
_SCALES = {"%": 100, "‰": 1000}


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A pattern taken apart; prefixes and suffixes are as they print."""

    positive: tuple[str, str]
    negative: tuple[str, str]
    multiplier: int = 1
    grouping: int = 0
    integer_digits: tuple[int, int] = (1, _WIDEST)
    fraction_digits: tuple[int, int] = (0, 0)
    exponent_digits: int = 0
    always_point: bool = False

    def format(self, number: float | Decimal) -> str:
        """Write a number."""
        if isinstance(number, float) and math.isnan(number):
            return "NaN"
        scaled: float | Decimal = self._scaled(number)
        is_negative = math.copysign(1, scaled) < 0 if isinstance(scaled, float) else scaled < 0
        prefix, suffix = self.negative if is_negative else self.positive
        if isinstance(scaled, float) and math.isinf(scaled):
            return f"{prefix}∞{suffix}"
        magnitude = math.fabs(scaled) if isinstance(scaled, float) else -scaled if scaled < 0 else scaled
        body = self._scientific(magnitude) if self.exponent_digits else self._plain(magnitude)
        return f"{prefix}{body}{suffix}"

    def _scaled(self, number: float | Decimal) -> float | Decimal:
        if isinstance(number, Decimal):  # two branches, because the type of a product of both kinds is unknown
            return number * self.multiplier
        return number * self.multiplier

    def _plain(self, number: float | Decimal) -> str:
        least, most = self.fraction_digits
        whole, _, decimals = f"{_round_to_decimals(number, most):f}".partition(".")
        decimals = decimals.rstrip("0").ljust(least, "0")
        whole = whole.lstrip("0").rjust(self.integer_digits[0], "0")
        if not decimals and not whole:
            whole = "0"
        if self.grouping:
            whole = _group(whole, self.grouping)
        point = "." if decimals or self.always_point else ""
        return f"{whole}{point}{decimals}"

    def _scientific(self, number: float | Decimal) -> str:
        least, repeat = self.integer_digits
        significant = _round_to_digits(number, repeat + self.fraction_digits[1])
        digits = "".join(map(str, significant.as_tuple().digits)).rstrip("0") if significant else ""
        point = significant.adjusted() + 1 if significant else 0
        exponent, integer_digits = self._exponent(point, least, repeat)
        if not significant:
            exponent, integer_digits = 0, least
        digits = digits.ljust(max(least + self.fraction_digits[0], integer_digits), "0")
        whole, decimals = digits[:integer_digits], digits[integer_digits:]
        dot = "." if decimals or self.always_point else ""
        sign = "-" if exponent < 0 else ""
        return f"{whole}{dot}{decimals}E{sign}{abs(exponent):0{self.exponent_digits}d}"

    @staticmethod
    def _exponent(point: int, least: int, repeat: int) -> tuple[int, int]:
        """Give the exponent and the digits before the point, for a number with its point after that many digits."""
        exponent = (point - 1) // repeat * repeat if repeat > 1 and repeat > least else point - least
        return exponent, point - exponent


@lru_cache(maxsize=256)
def compile_format(pattern: str) -> NumberFormat:
    """Take a pattern apart.

    Raises:
        ExpressionError: It is malformed.
    """
    if not pattern:
        return NumberFormat(("", ""), ("-", ""), grouping=3, integer_digits=(0, _WIDEST), fraction_digits=(0, _WIDEST))
    positive = _Part(pattern)
    end = positive.read()
    negative = (f"-{positive.prefix}", positive.suffix)
    if end < len(pattern):
        part = _Part(pattern, is_negative=True)
        part.read(end)
        if (part.prefix, part.suffix) != (positive.prefix, positive.suffix):
            negative = (part.prefix, part.suffix)
    return positive.build(negative)


@dataclass(slots=True)
class _Part:
    """One side of a pattern while it is read."""

    pattern: str
    is_negative: bool = False
    prefix: str = ""
    suffix: str = ""
    multiplier: int = 1
    optional_left: int = 0
    zeros: int = 0
    optional_right: int = 0
    grouping: int = -1
    point: int = -1
    exponent_digits: int = 0
    in_suffix: bool = field(default=False)

    def read(self, start: int = 0) -> int:
        """Read from ``start`` and give where the other part begins, or the end of the pattern."""
        position = self._affix(start)
        while position < len(self.pattern) and self.pattern[position] in _DIGIT_CHARACTERS:
            position = self._digits(position)
            self.in_suffix = True
            position = self._affix(position)
        return position + 1 if position < len(self.pattern) else position

    def build(self, negative: tuple[str, str]) -> NumberFormat:
        if not self.zeros and self.optional_left and self.point >= 0:  # "#.##" and ".##" mean "0.##" without the zero
            whole = max(self.point, 1)
            self.optional_right, self.optional_left, self.zeros = self.optional_left - whole, whole - 1, 1
        total = self.optional_left + self.zeros + self.optional_right
        misplaced = self.point >= 0 and not self.optional_left <= self.point <= self.optional_left + self.zeros
        if (self.point < 0 and self.optional_right) or misplaced or self.grouping == 0:
            raise self._error("its digits are malformed")
        point = self.point if self.point >= 0 else total
        least = point - self.optional_left
        fraction = (self.optional_left + self.zeros - point, total - point) if self.point >= 0 else (0, 0)
        return NumberFormat(
            positive=(self.prefix, self.suffix),
            negative=negative,
            multiplier=self.multiplier,
            grouping=max(self.grouping, 0),
            integer_digits=(least, self.optional_left + least if self.exponent_digits else _WIDEST),
            fraction_digits=fraction,
            exponent_digits=self.exponent_digits,
            always_point=self.point in {0, total},
        )

    def _affix(self, position: int) -> int:
        """Read a prefix or suffix up to the digits, the separator or the end."""
        text, quoted = "", False
        while position < len(self.pattern):
            character = self.pattern[position]
            if character == "'":
                doubled = self.pattern[position + 1 : position + 2] == "'"
                text += "'" if doubled else ""
                quoted = quoted if doubled else not quoted
                position += doubled
            elif quoted:
                text += character
            elif character in _DIGIT_CHARACTERS or self._is_separator(character):
                break
            elif self.pattern[position : position + 2] == "¤¤":
                text += "USD"
                position += 1
            else:
                text += self._symbol(character)
            position += 1
        if quoted:
            raise self._error("a quote is not closed")
        if self.in_suffix:
            self.suffix += text
        else:
            self.prefix = text
        return position

    def _is_separator(self, character: str) -> bool:
        if character == ";" and (not self.in_suffix or self.is_negative):
            raise self._error("a ; that separates nothing; quote it as ';'")
        return character == ";"

    def _symbol(self, character: str) -> str:
        scale = _SCALES.get(character)
        if scale:
            if self.multiplier != 1:
                raise self._error("more than one percent or per mille sign")
            self.multiplier = scale
        return "$" if character == "¤" else character

    def _digits(self, position: int) -> int:
        while position < len(self.pattern):
            character = self.pattern[position]
            if character in "#0":
                self._digit(character)
            elif character == ",":
                self.grouping = 0
            elif character == ".":
                if self.point >= 0 and not self.is_negative:
                    raise self._error("more than one decimal point")
                self.point = self.optional_left + self.zeros + self.optional_right
            elif character == "E":
                return self._exponent(position)
            else:
                break
            position += 1
        return position

    def _digit(self, character: str) -> None:
        if character == "0":
            if self.optional_right and not self.is_negative:
                raise self._error("a 0 after a #, where only # may follow")
            self.zeros += 1
        elif self.zeros:
            self.optional_right += 1
        else:
            self.optional_left += 1
        if self.grouping >= 0 and self.point < 0:
            self.grouping += 1

    def _exponent(self, position: int) -> int:
        end = position + 1
        while self.pattern[end : end + 1] == "0":
            end += 1
        self.exponent_digits = end - position - 1
        if not self.exponent_digits or not self.optional_left + self.zeros:
            raise self._error("an E needs digits before it and zeros after it")
        return end

    def _error(self, reason: str) -> ExpressionError:
        return ExpressionError("evaluation", f"{self.pattern!r} is not a number pattern such as #,##0.00: {reason}")


def _round_to_decimals(number: float | Decimal, decimals: int) -> Decimal:
    """Round a float by the digits it prints with, and ties by its exact value."""
    shortest = Decimal(str(number))
    if -int(shortest.as_tuple().exponent) <= decimals:
        return shortest
    precise = Context(prec=max(50, shortest.adjusted() + decimals + 5))
    return Decimal(number).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN, precise)


def _round_to_digits(number: float | Decimal, digits: int) -> Decimal:
    shortest = Decimal(str(number))
    if len(shortest.as_tuple().digits) <= digits:
        return shortest
    return Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(Decimal(number))


def _group(digits: str, size: int) -> str:
    first = len(digits) % size or size
    return ",".join([digits[:first], *(digits[index : index + size] for index in range(first, len(digits), size))])
