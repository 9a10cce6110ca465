"""Template text to tokens.

Outside ``{{ }}``, ``{% %}`` and ``{# #}`` all is text. A double-quoted string with ``#{...}`` in it becomes the tokens
of the concatenation it stands for. ``{% raw %}...{% endraw %}`` on one line is cut out before anything else is read and
put back, tags included, wherever text or a string held it; the template removes the tags from what it renders.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import NoReturn

import regex

from tiercel.errors import ExpressionError

RAW = regex.compile(r"\{%-*\s*raw\s*-*%\}(.*?)\{%-*\s*endraw\s*-*%\}")
_RAW_MARK = regex.compile("\ufdd0(\\d+)\ufdd1")  # code points that no text may hold
_OPENING = regex.compile(r"\{([{%#])(-(?=\s))?")
_VERBATIM = regex.compile(r"\{%(-(?=\s))?\s*verbatim\s*(-?)%\}(.*?)\{%(-?)\s*endverbatim\s*(-?)%\}", regex.DOTALL)
_COMMENT_END = regex.compile(r"((?<=\s)-)?#\}")
_CLOSING = {"{": regex.compile(r"(-?)\}\}"), "%": regex.compile(r"(-?)%\}")}
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


def tokenize(source: str) -> list[Token]:
    """Split a template into tokens, an END token last.

    Raises:
        ExpressionError: Of kind ``syntax``.
    """
    return _Lexer(source).run()


class _Lexer:
    """One pass over a source; `position` only grows."""

    def __init__(self, source: str) -> None:
        self.raws: list[str] = []
        self.source = RAW.sub(self._cut_raw, source) if "raw" in source else source
        self.position = 0
        self.line, self.line_start, self.counted = 1, 0, 0
        self.tokens: list[Token] = []
        self.brackets: list[tuple[str, int]] = []
        self.trims_next = False

    def run(self) -> list[Token]:
        while self.position < len(self.source):
            opening = _OPENING.search(self.source, self.position)
            if opening is None:
                self._text(len(self.source), trims_end=False)
                break
            self._text(opening.start(), trims_end=bool(opening[2]))
            self._construct(opening)
        self._add(Kind.END, "", len(self.source))
        return self.tokens

    def _cut_raw(self, match: regex.Match[str]) -> str:
        self.raws.append(match[0])
        return f"\ufdd0{len(self.raws) - 1}\ufdd1"

    def _put_raw_back(self, text: str) -> str:
        if "\ufdd0" not in text:
            return text
        return _RAW_MARK.sub(lambda match: self.raws[int(match[1])], text)

    def _add(self, kind: Kind, value: str, at: int) -> None:
        line, column = self._locate(at)
        self.tokens.append(Token(kind, value, line, column))
        if len(self.tokens) > _MAX_TOKENS:
            self._fail("the template is too long", at)

    def _locate(self, at: int) -> tuple[int, int]:
        newlines = self.source.count("\n", self.counted, at)
        if newlines:
            self.line += newlines
            self.line_start = self.source.rfind("\n", 0, at) + 1
        self.counted = max(self.counted, at)
        return self.line, at - self.line_start + 1

    def _fail(self, message: str, at: int) -> NoReturn:
        before = self.source[:at]
        line = before.count("\n") + 1
        raise ExpressionError("syntax", message, line=line, column=at - (before.rfind("\n") + 1) + 1)

    def _text(self, end: int, *, trims_end: bool) -> None:
        """Add the text up to `end`; text of which trimming leaves nothing still counts as a piece of output."""
        if end > self.position:
            text = self.source[self.position : end]
            if self.trims_next:
                text = text.lstrip()
            if trims_end:
                text = text.rstrip()
            self._add(Kind.TEXT, self._put_raw_back(text), self.position)
        self.trims_next = False
        self.position = end

    def _construct(self, opening: regex.Match[str]) -> None:
        kind = opening[1]
        if kind == "#":
            self._comment(opening)
            return
        if kind == "%":
            verbatim = _VERBATIM.match(self.source, self.position)
            if verbatim:
                self._verbatim(verbatim)
                return
        self._add(Kind.PRINT_START if kind == "{" else Kind.TAG_START, opening[0], self.position)
        self.position = opening.end()
        self._inside(kind, opening.start())

    def _comment(self, opening: regex.Match[str]) -> None:
        closing = _COMMENT_END.search(self.source, opening.end())
        if closing is None and opening.end() == len(self.source):
            self.position = opening.end()  # nothing to comment on
            return
        if closing is None:
            self._fail("the comment that begins with {# is never closed with #}", opening.start())
        self.trims_next = bool(closing[1])
        self.position = closing.end()

    def _verbatim(self, match: regex.Match[str]) -> None:
        text = match[3].lstrip()
        if match[4]:
            text = text.rstrip()
        self._add(Kind.TEXT, self._put_raw_back(text), match.start(3))
        self.trims_next = bool(match[5])
        self.position = match.end()

    def _inside(self, kind: str, start: int) -> None:
        """Read the tokens of a print or a tag up to its end."""
        closing = _CLOSING[kind]
        depth = len(self.brackets)
        while True:
            self._skip_space()
            if self.position >= len(self.source):
                self._unclosed(start, kind)
                return
            if len(self.brackets) == depth:
                end = closing.match(self.source, self.position)
                if end:
                    self._add(Kind.PRINT_END if kind == "{" else Kind.TAG_END, end[0], self.position)
                    self.trims_next = bool(end[1])
                    self.position = end.end()
                    return
            self._token()

    def _unclosed(self, start: int, kind: str) -> None:
        if self.brackets:
            bracket, at = self.brackets[-1]
            self._fail(f"the bracket {bracket} is never closed", at)
        # Without an error here the parser says what it was waiting for, which is more than that the text is over.
        if not self.tokens or self.tokens[-1].kind in {Kind.PRINT_START, Kind.TAG_START}:
            self._fail(f"nothing follows {{{kind}", start)

    def _skip_space(self) -> None:
        space = _SPACE.match(self.source, self.position)
        if space:
            self.position = space.end()

    def _token(self) -> None:
        at = self.position
        for pattern, kind in ((_OPERATOR, Kind.OPERATOR), (_NAME, Kind.NAME), (_LONG, Kind.NUMBER)):
            match = pattern.match(self.source, at)
            if match:
                value = " ".join(match[0].split()) if kind is Kind.OPERATOR else match[0].removesuffix("L")
                self._add(kind, value if kind is not Kind.NAME else match[0], at)
                self.position = match.end()
                return
        number = _NUMBER.match(self.source, at)
        if number:
            self._add(Kind.NUMBER, number[0], at)
            self.position = number.end()
            return
        self._string_or_punctuation(self.source[at], at)

    def _string_or_punctuation(self, character: str, at: int) -> None:
        if character in _PUNCTUATION:
            self._bracket(character, at)
            self._add(Kind.PUNCTUATION, character, at)
            self.position = at + 1
        elif character == '"':
            self._double_quoted()
        elif single := _SINGLE.match(self.source, at):
            self._add(Kind.STRING, self._put_raw_back(single[1].replace("\\'", "'")), at)
            self.position = single.end()
        elif character == "'":
            self._fail("the string that begins with ' is never closed", at)
        else:
            self._fail(f"unexpected character {character}", at)

    def _bracket(self, character: str, at: int) -> None:
        if character in "([{":
            self.brackets.append((character, at))
        elif character in _PAIRS:
            if not self.brackets:
                self._fail(f"unexpected {character}", at)
            opened, where = self.brackets[-1]
            if opened != _PAIRS[character]:
                self._fail(f"the bracket {opened} is not closed before {character}", where)
            self.brackets.pop()

    def _double_quoted(self) -> None:
        """Read ``"a#{b}c"`` as the tokens of ``('a' ~ (b) ~ 'c')``."""
        start = self.position
        self.position += 1
        first = len(self.tokens)
        parts = 0
        while True:
            part = _DOUBLE_PART.match(self.source, self.position)
            if part is None:
                self._fail('the string that begins with " is never closed', start)
            if part[1] or (part[2] == '"' and not parts):
                parts = self._part(parts, start)
                self._add(Kind.STRING, self._put_raw_back(part[1].replace('\\"', '"')), start)
            self.position = part.end()
            if part[2] == '"':
                break
            parts = self._part(parts, start)
            self._interpolated(part.start(2))
        if parts > 1 or self.tokens[first].kind is not Kind.STRING:
            self.tokens.insert(first, Token(Kind.PUNCTUATION, "(", self.tokens[first].line, self.tokens[first].column))
            self._add(Kind.PUNCTUATION, ")", self.position)

    def _part(self, parts: int, at: int) -> int:
        if parts:
            self._add(Kind.OPERATOR, "~", at)
        return parts + 1

    def _interpolated(self, start: int) -> None:
        self._add(Kind.PUNCTUATION, "(", start)
        depth = len(self.brackets)
        self._skip_space()
        while not (len(self.brackets) == depth and self.source.startswith("}", self.position)):
            if self.position >= len(self.source):
                self._fail("the #{ in a string is never closed with }", start)
            self._token()
            self._skip_space()
        self._add(Kind.PUNCTUATION, ")", self.position)
        self.position += 1
