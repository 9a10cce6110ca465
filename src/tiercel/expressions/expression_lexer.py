"""What stands between ``{{`` and ``}}``, or ``{%`` and ``%}``, to tokens.

A double-quoted string with ``#{...}`` in it becomes the tokens of the concatenation it stands for.
"""

from __future__ import annotations

import regex

from tiercel.expressions.raws import Raws
from tiercel.expressions.tokens import Kind, Token, TokenList

_SYMBOLS = ("???", "??", "..", "==", "!=", ">=", "<=", ">", "<", "+", "-", "*", "/", "%", "|", "~")
_WORDS = (r"is\s+not", "is", "isIn", "contains", "equals", "and", "or", "not")
_OPERATOR = regex.compile(
    "|".join([*(rf"(?:{word})(?!\w)" for word in _WORDS), *(regex.escape(symbol) for symbol in _SYMBOLS)])
)
_SPACE = regex.compile(r"\s+")
_NAME = regex.compile(r"[^\W\d]\w*")
_LONG = regex.compile(r"\d+L(?!\w)")
_NUMBER = regex.compile(r"\d+(?:\.\d+)?")
_SINGLE = regex.compile(r"'((?:[^'\\]|\\.)*+)'", regex.DOTALL)
_DOUBLE_PART = regex.compile(r'((?:[^"\\#]|\\.|#(?!\{))*+)(#\{|")', regex.DOTALL)
_PUNCTUATION = "()[]{}?:.,="
_PAIRS = {")": "(", "]": "[", "}": "{"}


class ExpressionLexer:
    """Reads the expressions of one source, one after another; ``position`` only grows."""

    def __init__(self, tokens: TokenList, raws: Raws) -> None:
        self._tokens = tokens
        self._raws = raws
        self._source = tokens.source
        self._position = 0
        self._brackets: list[tuple[str, int]] = []

    def read(self, start: int, closing: regex.Pattern[str]) -> regex.Match[str] | None:
        """Read from an offset up to what closes the expression, which is given; None when the source ends first.

        Raises:
            ExpressionError: Of kind ``syntax``; also where the source ends within brackets.
        """
        self._position = start
        while True:
            self._skip_space()
            if self._position >= len(self._source):
                if self._brackets:
                    bracket, at = self._brackets[-1]
                    self._tokens.fail(f"the bracket {bracket} is never closed", at)
                return None
            end = None if self._brackets else closing.match(self._source, self._position)
            if end:
                return end
            self._token()

    def _skip_space(self) -> None:
        space = _SPACE.match(self._source, self._position)
        if space:
            self._position = space.end()

    def _token(self) -> None:
        at = self._position
        for pattern, kind in ((_OPERATOR, Kind.OPERATOR), (_NAME, Kind.NAME), (_LONG, Kind.NUMBER)):
            match = pattern.match(self._source, at)
            if match:
                value = " ".join(match[0].split()) if kind is Kind.OPERATOR else match[0].removesuffix("L")
                self._tokens.add(kind, value if kind is not Kind.NAME else match[0], at)
                self._position = match.end()
                return
        number = _NUMBER.match(self._source, at)
        if number:
            self._tokens.add(Kind.NUMBER, number[0], at)
            self._position = number.end()
            return
        self._string_or_punctuation(self._source[at], at)

    def _string_or_punctuation(self, character: str, at: int) -> None:
        if character in _PUNCTUATION:
            self._bracket(character, at)
            self._tokens.add(Kind.PUNCTUATION, character, at)
            self._position = at + 1
        elif character == '"':
            self._double_quoted()
        elif single := _SINGLE.match(self._source, at):
            self._tokens.add(Kind.STRING, self._raws.put_back(single[1].replace("\\'", "'")), at)
            self._position = single.end()
        elif character == "'":
            self._tokens.fail("the string that begins with ' is never closed", at)
        else:
            self._tokens.fail(f"unexpected character {character}", at)

    def _bracket(self, character: str, at: int) -> None:
        if character in "([{":
            self._brackets.append((character, at))
        elif character in _PAIRS:
            if not self._brackets:
                self._tokens.fail(f"unexpected {character}", at)
            opened, where = self._brackets[-1]
            if opened != _PAIRS[character]:
                self._tokens.fail(f"the bracket {opened} is not closed before {character}", where)
            self._brackets.pop()

    def _double_quoted(self) -> None:
        """Read ``"a#{b}c"`` as the tokens of ``('a' ~ (b) ~ 'c')``."""
        start = self._position
        self._position += 1
        tokens = self._tokens.tokens
        first = len(tokens)
        parts = 0
        while True:
            part = _DOUBLE_PART.match(self._source, self._position)
            if part is None:
                self._tokens.fail('the string that begins with " is never closed', start)
            if part[1] or (part[2] == '"' and not parts):
                parts = self._part(parts, start)
                self._tokens.add(Kind.STRING, self._raws.put_back(part[1].replace('\\"', '"')), start)
            self._position = part.end()
            if part[2] == '"':
                break
            parts = self._part(parts, start)
            self._interpolated(part.start(2))
        if parts > 1 or tokens[first].kind is not Kind.STRING:
            tokens.insert(first, Token(Kind.PUNCTUATION, "(", tokens[first].line, tokens[first].column))
            self._tokens.add(Kind.PUNCTUATION, ")", self._position)

    def _part(self, parts: int, at: int) -> int:
        if parts:
            self._tokens.add(Kind.OPERATOR, "~", at)
        return parts + 1

    def _interpolated(self, start: int) -> None:
        self._tokens.add(Kind.PUNCTUATION, "(", start)
        depth = len(self._brackets)
        self._skip_space()
        while not (len(self._brackets) == depth and self._source.startswith("}", self._position)):
            if self._position >= len(self._source):
                self._tokens.fail("the #{ in a string is never closed with }", start)
            self._token()
            self._skip_space()
        self._tokens.add(Kind.PUNCTUATION, ")", self._position)
        self._position += 1
