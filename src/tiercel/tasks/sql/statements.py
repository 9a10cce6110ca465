"""The text of statements: where one ends, and which parameters it names.

Quotes, comments and quoted names are passed over, so a semicolon or a colon inside of them means nothing. What counts
as a quote differs between databases: that is a `Syntax`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Literal

import regex
from msgspec import Struct

from tiercel.plugins import Json, TaskError

Mark = Literal["?", "%s"]

_COMMENTS = (r"--[^\n]*", r"/\*.*?\*/")
_NAMES = (r'"(?:[^"]|"")*"', r"`[^`]*`")
_PLAIN_TEXT = r"'(?:[^']|'')*'"
_ESCAPED_TEXT = r"'(?:[^'\\]|\\.|'')*'"


class Syntax(Struct, frozen=True, kw_only=True):
    """How statements of a database are written.

    Attributes:
        mark: What stands for a value in statements given to the driver.
        has_backslashes: A backslash in a text escapes what follows.
        has_dollars: Texts may stand between ``$tag$`` and ``$tag$``, and those after an E hold backslashes.
        has_hashes: A hash begins a comment.
        is_complete: Tells whether a text is a whole statement, where semicolons stand inside of some.
    """

    mark: Mark
    has_backslashes: bool = False
    has_dollars: bool = False
    has_hashes: bool = False
    is_complete: Callable[[str], bool] | None = None


def split_statements(text: str, syntax: Syntax) -> list[str]:
    """Give the statements of a text, without their semicolons; those that are only comments are left out."""
    found: list[str] = []
    start = 0
    is_empty = True
    for at, kind, piece in _tokens(text, syntax):
        if kind == "end" and (syntax.is_complete is None or is_empty or syntax.is_complete(text[start : at + 1])):
            if not is_empty:
                found.append(text[start:at].strip())
            start, is_empty = at + 1, True
        elif kind != "comment" and piece.strip():
            is_empty = False
    if not is_empty:
        found.append(text[start:].strip())
    return found


def bind_names(text: str, parameters: Mapping[str, Json], syntax: Syntax) -> tuple[str, list[Json] | None]:
    """Put the mark of the driver in place of each ``:name``, and give the values in that order.

    Without parameters the text stays as it is, and there are no values: then colons mean nothing.

    Raises:
        TaskError: A name has no value.
    """
    if not parameters:
        return text, None
    parts: list[str] = []
    values: list[Json] = []
    for _, kind, piece in _tokens(text, syntax):
        if kind == "name":
            if piece[1:] not in parameters:
                raise TaskError(f"The statement names {piece}, but `parameters` has no '{piece[1:]}'")
            values.append(parameters[piece[1:]])
            parts.append(syntax.mark)
        else:
            parts.append(_escaped(piece, syntax))
    return "".join(parts), values


def bind_marks(text: str, syntax: Syntax) -> tuple[str, int]:
    """Put the mark of the driver in place of each question mark, and tell how many there are."""
    parts = [syntax.mark if kind == "mark" else _escaped(piece, syntax) for _, kind, piece in _tokens(text, syntax)]
    return "".join(parts), sum(kind == "mark" for _, kind, _ in _tokens(text, syntax))


def _escaped(piece: str, syntax: Syntax) -> str:
    return piece.replace("%", "%%") if syntax.mark == "%s" else piece


def _tokens(text: str, syntax: Syntax) -> Iterator[tuple[int, str, str]]:
    """Give everything in order: where, kind (comment, quoted, name, mark, end, or empty for the rest), and the text."""
    end = 0
    for found in _pattern(syntax).finditer(text):
        if found.start() > end:
            yield end, "", text[end : found.start()]
        yield found.start(), str(found.lastgroup), found[0]
        end = found.end()
    if end < len(text):
        yield end, "", text[end:]


@lru_cache(maxsize=8)
def _pattern(syntax: Syntax) -> regex.Pattern[str]:
    comments = [*_COMMENTS, *([r"\#[^\n]*"] if syntax.has_hashes else [])]
    quoted = [_ESCAPED_TEXT if syntax.has_backslashes else _PLAIN_TEXT, *_NAMES]
    if syntax.has_dollars:
        quoted = [rf"(?<!\w)[eE]{_ESCAPED_TEXT}", r"(?<!\w)\$(?P<tag>\w*)\$.*?\$(?P=tag)\$", *quoted]
    return regex.compile(
        f"(?P<comment>{'|'.join(comments)})"
        f"|(?P<quoted>{'|'.join(quoted)}|::)"
        r"|(?P<name>(?<![\w:]):[A-Za-z_]\w*)"
        r"|(?P<mark>\?)"
        r"|(?P<end>;)",
        regex.DOTALL,
    )
