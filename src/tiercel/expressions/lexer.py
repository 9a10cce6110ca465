"""Template text to tokens.

Outside ``{{ }}``, ``{% %}`` and ``{# #}`` all is text. ``{% raw %}...{% endraw %}`` on one line is cut out before
anything else is read and put back, tags included, wherever text or a string held it; the template removes the tags from
what it renders.
"""

from __future__ import annotations

import regex

from tiercel.expressions.expression_lexer import ExpressionLexer
from tiercel.expressions.raws import Raws
from tiercel.expressions.tokens import Kind, Token, TokenList

_OPENING = regex.compile(r"\{([{%#])(-(?=\s))?")
_VERBATIM = regex.compile(r"\{%(-(?=\s))?\s*verbatim\s*(-?)%\}(.*?)\{%(-?)\s*endverbatim\s*(-?)%\}", regex.DOTALL)
_COMMENT_END = regex.compile(r"((?<=\s)-)?#\}")
_CLOSING = {"{": regex.compile(r"(-?)\}\}"), "%": regex.compile(r"(-?)%\}")}


def tokenize(source: str) -> list[Token]:
    """Split a template into tokens, an END token last.

    Raises:
        ExpressionError: Of kind ``syntax``.
    """
    return _TemplateLexer(source).run()


class _TemplateLexer:
    """One pass over a source; `position` only grows."""

    def __init__(self, source: str) -> None:
        self.raws = Raws(source)
        self.source = self.raws.source
        self.tokens = TokenList(self.source)
        self.expressions = ExpressionLexer(self.tokens, self.raws)
        self.position = 0
        self.trims_next = False

    def run(self) -> list[Token]:
        while self.position < len(self.source):
            opening = _OPENING.search(self.source, self.position)
            if opening is None:
                self._text(len(self.source), trims_end=False)
                break
            self._text(opening.start(), trims_end=bool(opening[2]))
            self._construct(opening)
        self.tokens.add(Kind.END, "", len(self.source))
        return self.tokens.tokens

    def _text(self, end: int, *, trims_end: bool) -> None:
        """Add the text up to `end`; text of which trimming leaves nothing still counts as a piece of output."""
        if end > self.position:
            text = self.source[self.position : end]
            if self.trims_next:
                text = text.lstrip()
            if trims_end:
                text = text.rstrip()
            self.tokens.add(Kind.TEXT, self.raws.put_back(text), self.position)
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
        self._expression(opening, kind)

    def _comment(self, opening: regex.Match[str]) -> None:
        closing = _COMMENT_END.search(self.source, opening.end())
        if closing is None and opening.end() == len(self.source):
            self.position = opening.end()  # nothing to comment on
            return
        if closing is None:
            self.tokens.fail("the comment that begins with {# is never closed with #}", opening.start())
        self.trims_next = bool(closing[1])
        self.position = closing.end()

    def _verbatim(self, match: regex.Match[str]) -> None:
        text = match[3].lstrip()
        if match[4]:
            text = text.rstrip()
        self.tokens.add(Kind.TEXT, self.raws.put_back(text), match.start(3))
        self.trims_next = bool(match[5])
        self.position = match.end()

    def _expression(self, opening: regex.Match[str], kind: str) -> None:
        """Read a print or a tag up to its end."""
        self.tokens.add(Kind.PRINT_START if kind == "{" else Kind.TAG_START, opening[0], opening.start())
        end = self.expressions.read(opening.end(), _CLOSING[kind])
        if end is None:
            # Without an error here the parser says what it was waiting for, which is more than that the text is over.
            if self.tokens.tokens[-1].kind in {Kind.PRINT_START, Kind.TAG_START}:
                self.tokens.fail(f"nothing follows {{{kind}", opening.start())
            self.position = len(self.source)
            return
        self.tokens.add(Kind.PRINT_END if kind == "{" else Kind.TAG_END, end[0], end.start())
        self.trims_next = bool(end[1])
        self.position = end.end()
