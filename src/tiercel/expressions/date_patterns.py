"""Date patterns (``yyyy-MM-dd'T'HH:mm:ssXXX``): the letters, and writing a moment by them.

A pattern compiles once to a tuple of fields; `date_parsing` reads text by the same fields.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from tiercel.errors import ExpressionError
from tiercel.expressions.date_fields import FIELDS
from tiercel.expressions.date_locales import Symbols
from tiercel.expressions.dates import Moment

Writer: TypeAlias = Callable[[Moment, Callable[[], Symbols]], str]


@dataclass(frozen=True, slots=True)
class Field:
    """A run of one letter, with the width it is padded to (0 for none)."""

    letter: str
    count: int
    pad: int = 0


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Optional:
    """A part in brackets: always written, not always read."""

    parts: tuple[Part, ...]


Part: TypeAlias = Field | Literal | Optional


@lru_cache(maxsize=512)
def compile_date_pattern(pattern: str) -> tuple[Part, ...]:
    """Take a pattern apart.

    Raises:
        ExpressionError: It has an unknown letter, too many of one, or brackets or quotes that do not match.
    """
    return _Reader(pattern).read()


def format_moment(parts: tuple[Part, ...], moment: Moment, symbols: Callable[[], Symbols]) -> str:
    """Write a moment; ``symbols`` is only called when the pattern needs words."""
    return "".join(_write(parts, moment, symbols))


def _write(parts: tuple[Part, ...], moment: Moment, symbols: Callable[[], Symbols]) -> Iterator[str]:
    for part in parts:
        match part:
            case Literal(text):
                yield text
            case Optional(inner):
                yield from _write(inner, moment, symbols)
            case Field(letter, count, pad):
                text = FIELDS[letter].write(moment, count, symbols)
                if pad and len(text) > pad:
                    raise ExpressionError("evaluation", f"{text!r} is wider than the {pad} characters it is padded to")
                yield text.rjust(pad)


class _Reader:
    """Reads one pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._position = 0
        self._stack: list[list[Part]] = [[]]

    def read(self) -> tuple[Part, ...]:
        pattern = self._pattern
        while self._position < len(pattern):
            character = pattern[self._position]
            if character.isascii() and character.isalpha():
                self._add(self._field())
            elif character == "'":
                self._add(self._quoted())
            else:
                self._punctuation(character)
                self._position += 1
        while len(self._stack) > 1:  # a bracket left open closes at the end
            self._close()
        return tuple(self._stack[0])

    def _punctuation(self, character: str) -> None:
        if character == "[":
            self._stack.append([])
        elif character == "]":
            if len(self._stack) == 1:
                raise self._error("it has a ] without [")
            self._close()
        elif character in "{}#":
            raise self._error(f"{character} is reserved; quote it as '{character}'")
        else:
            self._add(Literal(character))

    def _field(self) -> Field:
        letter, count = self._run()
        pad = 0
        if letter == "p":
            pad = count
            following = self._pattern[self._position : self._position + 1]
            if not (following.isascii() and following.isalpha()):
                raise self._error("p (padding) needs a letter after it")
            letter, count = self._run()
        field = FIELDS.get(letter)
        if field is None:
            raise self._error(f"{letter!r} is no letter of date patterns; quote text as '{letter}'")
        if count not in field.counts:
            raise self._error(f"{letter!r} cannot stand {count} times")
        return Field(letter, count, pad)

    def _run(self) -> tuple[str, int]:
        letter, start = self._pattern[self._position], self._position
        while self._pattern[self._position : self._position + 1] == letter:
            self._position += 1
        return letter, self._position - start

    def _quoted(self) -> Literal:
        text, position = "", self._position + 1
        while True:
            end = self._pattern.find("'", position)
            if end < 0:
                raise self._error("a quote is not closed")
            text += self._pattern[position:end]
            if self._pattern[end + 1 : end + 2] != "'":
                break
            text += "'"
            position = end + 2
        opening, self._position = self._position, end + 1
        return Literal(text or ("'" if end == opening + 1 else ""))

    def _add(self, part: Part) -> None:
        self._stack[-1].append(part)

    def _close(self) -> None:
        inner = self._stack.pop()
        self._add(Optional(tuple(inner)))

    def _error(self, reason: str) -> ExpressionError:
        return ExpressionError("evaluation", f"{self._pattern!r} is no date pattern such as yyyy-MM-dd: {reason}")
