"""What a template is split into, and where each piece stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

from tiercel.errors import ExpressionError

_MAX_TOKENS = 200_000


class Kind(Enum):
    """What a token is."""

    TEXT = "text"
    PRINT_START = "{{"
    PRINT_END = "}}"
    TAG_START = "{%"
    TAG_END = "%}"
    NAME = "name"
    NUMBER = "number"
    STRING = "string"
    OPERATOR = "operator"
    PUNCTUATION = "punctuation"
    END = "end of the template"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a template; ``value`` of a string is what it stands for, of a number its digits."""

    kind: Kind
    value: str
    line: int
    column: int


class TokenList:
    """The tokens of a source so far; lines are counted as it goes on, so that none is counted twice."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens: list[Token] = []
        self._line, self._line_start, self._counted = 1, 0, 0

    def add(self, kind: Kind, value: str, at: int) -> None:
        """Add a token that stands at an offset, which is not before the one of the token added last."""
        line, column = self._locate(at)
        self.tokens.append(Token(kind, value, line, column))
        if len(self.tokens) > _MAX_TOKENS:
            self.fail("the template is too long", at)

    def fail(self, message: str, at: int) -> NoReturn:
        """Refuse the template at an offset."""
        before = self.source[:at]
        line = before.count("\n") + 1
        raise ExpressionError("syntax", message, line=line, column=at - (before.rfind("\n") + 1) + 1)

    def _locate(self, at: int) -> tuple[int, int]:
        newlines = self.source.count("\n", self._counted, at)
        if newlines:
            self._line += newlines
            self._line_start = self.source.rfind("\n", 0, at) + 1
        self._counted = max(self._counted, at)
        return self._line, at - self._line_start + 1
