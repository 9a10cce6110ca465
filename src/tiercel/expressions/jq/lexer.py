"""jq programs to tokens; the programs inside a text's interpolations become tokens of their own."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from tiercel.errors import ExpressionError

_TOKEN = regex.compile(
    r"(?P<space>\s+|\#[^\n]*)"
    r"|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<field>\.[A-Za-z_]\w*)"
    r"|(?P<format>@[A-Za-z0-9_]+)"
    r"|(?P<variable>\$(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*)"
    r"|(?P<name>[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)"
    r"|(?P<operator>//=|\|=|\+=|-=|\*=|/=|%=|==|!=|<=|>=|//|\.\.|[-+*/%=<>|,.:;?()\[\]{}])"
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\", '"': '"'}
_UNICODE_ESCAPE = regex.compile(r"[0-9A-Fa-f]{4}")


@dataclass(frozen=True, slots=True)
class Token:
    """A token.

    Attributes:
        kind: ``number``, ``field``, ``format``, ``variable``, ``name``, ``operator``, ``text`` or ``end``.
        text: As written, without the mark that makes its kind (``.``, ``@``, ``$``).
        position: Where it begins, in characters.
        parts: Of a text: plain text, and the tokens of interpolations.
    """

    kind: str
    text: str
    position: int
    parts: tuple[str | tuple[Token, ...], ...] = ()


def tokenize(program: str) -> tuple[Token, ...]:
    """Take a program apart.

    Raises:
        ExpressionError: A character belongs to no token, or a text is not closed.
    """
    tokens, _ = _tokens(program, 0, is_nested=False)
    return tokens


def syntax_error(position: int, reason: str) -> ExpressionError:
    """Make the error for a malformed program."""
    return ExpressionError("evaluation", f"jq: {reason}, at character {position + 1}")


def _tokens(program: str, position: int, *, is_nested: bool) -> tuple[tuple[Token, ...], int]:
    tokens: list[Token] = []
    depth = 0
    while position < len(program):
        if program[position] == '"':
            token, position = _text(program, position)
            tokens.append(token)
            continue
        match = _TOKEN.match(program, position)
        if match is None or match.lastgroup is None:
            raise syntax_error(position, f"unexpected {program[position]!r}")
        kind, text = match.lastgroup, match[0]
        if text in "([{" and kind == "operator":
            depth += 1
        elif text in ")]}" and kind == "operator":
            if is_nested and depth == 0:
                break
            depth -= 1
        if kind != "space":
            tokens.append(Token(kind, text[1:] if kind in {"field", "format", "variable"} else text, position))
        position = match.end()
    else:
        if is_nested:
            raise syntax_error(position, "an interpolation is not closed")
    tokens.append(Token("end", "the end", position))
    return tuple(tokens), position


def _text(program: str, start: int) -> tuple[Token, int]:
    parts: list[str | tuple[Token, ...]] = []
    plain = ""
    position = start + 1
    while True:
        if position >= len(program):
            raise syntax_error(start, "a text is not closed")
        character = program[position]
        if character == '"':
            break
        if character != "\\":
            plain += character
            position += 1
        elif program[position + 1 : position + 2] == "(":
            tokens, position = _tokens(program, position + 2, is_nested=True)
            parts.extend([plain, tokens])
            plain = ""
            position += 1
        else:
            escaped, position = _escape(program, position + 1)
            plain += escaped
    parts.append(plain)
    return Token("text", "a text", start, tuple(parts)), position + 1


def _escape(program: str, position: int) -> tuple[str, int]:
    letter = program[position : position + 1]
    if letter in _ESCAPES and letter:
        return _ESCAPES[letter], position + 1
    code = _UNICODE_ESCAPE.match(program, position + 1) if letter == "u" else None
    if code is None:
        raise syntax_error(position, f"\\{letter} is no escape")
    number, end = int(code[0], 16), code.end()
    low = _UNICODE_ESCAPE.match(program, end + 2) if program[end : end + 2] == "\\u" else None
    if 0xD800 <= number < 0xDC00 and low is not None:  # noqa: PLR2004 (the two halves of a character)
        return chr(0x10000 + (number - 0xD800 << 10) + int(low[0], 16) - 0xDC00), low.end()
    return chr(number), end
