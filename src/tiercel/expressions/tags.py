"""Tokens to the statements of the syntax tree: text, output, and the tags between ``{%`` and ``%}``."""

from __future__ import annotations

from collections.abc import Callable

from tiercel.errors import ExpressionError
from tiercel.expressions.lexer import tokenize
from tiercel.expressions.nodes import (
    Block,
    Body,
    Expression,
    Filter,
    FilterBlock,
    For,
    If,
    Macro,
    Output,
    Set,
    Statement,
    Text,
    Tree,
)
from tiercel.expressions.parser import CONSTANTS, ExpressionParser
from tiercel.expressions.tokens import Kind, Token
from tiercel.model.dialect import Dialect

_MAX_DEPTH = 50


def parse_template(source: str, dialect: Dialect) -> Tree:
    """Read a template.

    Raises:
        ExpressionError: Of kind ``syntax``, with line and column; ``evaluation`` for what reads well but cannot work.
    """
    return _TagParser(tokenize(source), dialect).run()


class _TagParser(ExpressionParser):
    """Reads bodies; each tag has a method of its own."""

    def __init__(self, tokens: list[Token], dialect: Dialect) -> None:
        super().__init__(tokens, dialect)
        self.tree = Tree()
        self.nesting = 0

    def run(self) -> Tree:
        self.tree.body, _ = self._body((), None)
        return self.tree

    def _body(self, ends: tuple[str, ...], opened: Token | None) -> tuple[Body, str]:
        """Read statements up to one of the tags named, whose name is stepped over and given back."""
        self.nesting += 1
        if self.nesting > _MAX_DEPTH:
            self.fail(f"tags are nested more than {_MAX_DEPTH} deep")
        statements: list[Statement] = []
        while True:
            token = self.advance()
            if token.kind is Kind.END:
                if opened is not None:
                    self.fail(f"the tag {opened.value} is never closed with {ends[-1]}", opened)
                break
            if token.kind is Kind.TEXT:
                statements.append(Text(token.value))
            elif token.kind is Kind.PRINT_START:
                statements.append(Output(self.parse_expression()))
                self.expect(Kind.PRINT_END)
            elif self.current.kind is Kind.NAME and self.current.value in ends:
                self.nesting -= 1
                return tuple(statements), self.advance().value
            else:
                statements.append(self._tag())
        self.nesting -= 1
        return tuple(statements), ""

    def _tag(self) -> Statement:
        if self.current.kind is not Kind.NAME:
            self.fail("a tag must start with its name, such as {% if")
        name = self.advance()
        parsers: dict[str, Callable[[Token], Statement]] = {
            "if": self._if,
            "for": self._for,
            "set": self._set,
            "macro": self._macro,
            "filter": self._filter,
            "block": self._block,
        }
        if name.value == "raw":
            self.fail("raw must stand on one line with its endraw; verbatim may span lines", name)
        if name.value not in parsers:
            self.fail(f"there is no tag {name.value} here", name)
        return parsers[name.value](name)

    def _if(self, opened: Token) -> If:
        branches: list[tuple[Expression, Body]] = []
        otherwise: Body = ()
        end = "elseif"
        while end == "elseif":
            condition = self.parse_expression()
            self.expect(Kind.TAG_END)
            body, end = self._body(("elseif", "else", "endif"), opened)
            branches.append((condition, body))
        if end == "else":
            self.expect(Kind.TAG_END)
            otherwise, _ = self._body(("endif",), opened)
        self.expect(Kind.TAG_END)
        return If(tuple(branches), otherwise)

    def _for(self, opened: Token) -> For:
        name = self.expect(Kind.NAME)
        self._refuse_constant(name)
        self.expect(Kind.NAME, "in")
        iterable = self.parse_expression()
        self.expect(Kind.TAG_END)
        body, end = self._body(("else", "endfor"), opened)
        otherwise: Body = ()
        if end == "else":
            self.expect(Kind.TAG_END)
            otherwise, _ = self._body(("endfor",), opened)
        self.expect(Kind.TAG_END)
        return For(opened.line, opened.column, name.value, iterable, body, otherwise)

    def _set(self, _opened: Token) -> Set:
        name = self.expect(Kind.NAME)
        self._refuse_constant(name)
        self.expect(Kind.PUNCTUATION, "=")
        expression = self.parse_expression()
        self.expect(Kind.TAG_END)
        self.tree.is_scoped = True
        return Set(name.line, name.column, name.value, expression)

    def _refuse_constant(self, name: Token) -> None:
        if name.value in CONSTANTS and name.value.islower():
            self.fail(f"{name.value} cannot be set", name)

    def _macro(self, opened: Token) -> Macro:
        name = self.expect(Kind.NAME)
        parameters = self._parameters()
        self.expect(Kind.TAG_END)
        body, _ = self._body(("endmacro",), opened)
        self.expect(Kind.TAG_END)
        if name.value in self.tree.macros:
            message = f"the macro {name.value} is defined twice"
            raise ExpressionError("evaluation", message, line=name.line, column=name.column)
        macro = Macro(name.line, name.column, name.value, parameters, body)
        self.tree.macros[name.value] = macro
        return macro

    def _parameters(self) -> tuple[tuple[str, Expression | None], ...]:
        self.expect(Kind.PUNCTUATION, "(")
        parameters: list[tuple[str, Expression | None]] = []
        while not self.take(Kind.PUNCTUATION, ")"):
            if parameters:
                self.expect(Kind.PUNCTUATION, ",")
            name = self.expect(Kind.NAME)
            default = self.parse_expression() if self.take(Kind.PUNCTUATION, "=") else None
            parameters.append((name.value, default))
        return tuple(parameters)

    def _filter(self, opened: Token) -> FilterBlock:
        filters: list[Filter] = []
        while not filters or self.take(Kind.OPERATOR, "|"):
            name, arguments = self.parse_filter_name()
            filters.append(Filter(name.line, name.column, name.value, arguments))
        self.expect(Kind.TAG_END)
        body, _ = self._body(("endfilter",), opened)
        self.expect(Kind.TAG_END)
        return FilterBlock(tuple(filters), body)

    def _block(self, opened: Token) -> Block:
        name = self.advance()
        if name.kind not in {Kind.NAME, Kind.STRING}:
            self.fail("a block needs a name", name)
        self.expect(Kind.TAG_END)
        body, _ = self._body(("endblock",), opened)
        if self.current.kind in {Kind.NAME, Kind.STRING}:
            self.advance()
        self.expect(Kind.TAG_END)
        block = Block(name.line, name.column, name.value, body)
        self.tree.blocks[name.value] = block
        self.tree.is_scoped = True
        return block
