"""The place in a list of tokens that a parser has come to."""

from __future__ import annotations

from tiercel.errors import ExpressionError
from tiercel.expressions.jq.lexer import Token, syntax_error


class Cursor:
    """Goes over tokens, the last of which says that there are no more.

    Attributes:
        depth: In how many pipes the place is.
    """

    def __init__(self, tokens: tuple[Token, ...], depth: int = 0) -> None:
        self.depth = depth
        self._tokens = tokens
        self._index = 0

    @property
    def next(self) -> Token:
        """The token to be read next."""
        return self._tokens[self._index]

    def peek(self) -> Token:
        """Give the token after the next."""
        return self._tokens[min(self._index + 1, len(self._tokens) - 1)]

    def advance(self) -> Token:
        """Read a token; the last stays the next for ever."""
        token = self.next
        self._index = min(self._index + 1, len(self._tokens) - 1)
        return token

    def step_back(self) -> None:
        """Have the token read last be the next again."""
        self._index -= 1

    def is_at(self, text: str) -> bool:
        """Whether an operator or a word comes next."""
        return self.next.kind in {"operator", "name"} and self.next.text == text

    def take(self, text: str) -> bool:
        """Read an operator or a word if it comes next."""
        found = self.is_at(text)
        self._index += found
        return found

    def expect(self, text: str) -> None:
        """Read an operator or a word that must come next."""
        if not self.take(text):
            raise syntax_error(self.next.position, f"expected {text}, not {self.next.text}")

    def variable(self) -> str:
        """Read the name of a variable that must come next."""
        token = self.advance()
        if token.kind != "variable":
            raise syntax_error(token.position, f"expected a $name, not {token.text}")
        return token.text

    def finish(self) -> None:
        """Refuse what is left over."""
        if self.next.kind != "end":
            raise self.unexpected()

    def unexpected(self) -> ExpressionError:
        """Make the error of a token that cannot stand here."""
        return syntax_error(self.next.position, f"unexpected {self.next.text}")
