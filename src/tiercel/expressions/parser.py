"""Tokens to the expressions of the syntax tree: precedence climbing.

The operators, from loose to tight: ``? :`` 0, ``or`` 10, ``and`` 15, ``is`` and ``contains`` 20, comparisons 30,
``+ -`` 40, ``* / %`` 60, ``|`` 100, ``~`` 110, ``..`` 120, unary 500. ``??``, ``???`` and ``isIn`` stand at 120 in 1.3
and at 30 in 2.0. All group to the left. ``not in``, the opposite of ``isIn``, is in neither version; it stands at 20.
"""

from __future__ import annotations

from typing import NoReturn

from tiercel.errors import ExpressionError
from tiercel.expressions.nodes import (
    Attribute,
    Binary,
    CallArguments,
    Coalesce,
    Expression,
    FilterCall,
    FunctionCall,
    ListLiteral,
    Literal,
    MapLiteral,
    MethodCall,
    Name,
    Ternary,
    TestCall,
    Unary,
)
from tiercel.expressions.tokens import Kind, Token
from tiercel.model.dialect import Dialect

_UNARY = 500
_NOT_IN = 20
CONSTANTS = {
    "true": True,
    "TRUE": True,
    "false": False,
    "FALSE": False,
    "null": None,
    "NULL": None,
    "none": None,
    "NONE": None,
}
_PRECEDENCE = {
    "or": 10,
    "and": 15,
    "is": 20,
    "is not": 20,
    "contains": 20,
    **dict.fromkeys(("==", "equals", "!=", ">", "<", ">=", "<="), 30),
    **dict.fromkeys(("+", "-"), 40),
    **dict.fromkeys(("*", "/", "%"), 60),
    "|": 100,
    "~": 110,
    "..": 120,
}
_TABLES = {
    Dialect.V1_3: {**_PRECEDENCE, "??": 120, "???": 120, "isIn": 120},
    Dialect.V2_0: {**_PRECEDENCE, "??": 30, "???": 30, "isIn": 30},
}
_LARGEST = 2**63 - 1
_MAX_DEPTH = 100


class ExpressionParser:
    """Reads expressions from a stream of tokens; the parser of tags extends it."""

    def __init__(self, tokens: list[Token], dialect: Dialect) -> None:
        self.tokens = tokens
        self.index = 0
        self.table = _TABLES[dialect]
        self.depth = 0

    @property
    def current(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.index]

    def advance(self) -> Token:
        """Step over the current token and give it."""
        token = self.tokens[self.index]
        if token.kind is not Kind.END:
            self.index += 1
        return token

    def is_at(self, kind: Kind, value: str | None = None, *, ahead: int = 0) -> bool:
        """Tell whether a token is of this kind, and has this value."""
        token = self.tokens[min(self.index + ahead, len(self.tokens) - 1)]
        return token.kind is kind and (value is None or token.value == value)

    def take(self, kind: Kind, value: str | None = None) -> bool:
        """Step over the current token if it is the one."""
        if self.is_at(kind, value):
            self.index += 1
            return True
        return False

    def expect(self, kind: Kind, value: str | None = None) -> Token:
        """Step over the token that must stand here."""
        if not self.is_at(kind, value):
            self.fail(f"expected {value or kind.value}, found {_describe(self.current)}")
        return self.advance()

    def fail(self, message: str, token: Token | None = None) -> NoReturn:
        """Refuse the template at a token."""
        where = token or self.current
        raise ExpressionError("syntax", message, line=where.line, column=where.column)

    def parse_expression(self, minimum: int = 0) -> Expression:
        """Read an expression of operators at least as tight as `minimum`."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            self.fail(f"the expression is nested more than {_MAX_DEPTH} deep")
        expression = self._parse_operators(self._parse_operand(), minimum)
        if minimum == 0 and self.is_at(Kind.PUNCTUATION, "?"):
            expression = self._parse_ternary(expression)
        self.depth -= 1
        return expression

    def parse_call_arguments(self) -> CallArguments:
        """Read ``(a, b, name=c)``, the opening parenthesis being the current token."""
        self.expect(Kind.PUNCTUATION, "(")
        positional: list[Expression] = []
        named: list[tuple[str, Expression]] = []
        while not self.take(Kind.PUNCTUATION, ")"):
            if positional or named:
                self.expect(Kind.PUNCTUATION, ",")
            if self.is_at(Kind.NAME) and self.is_at(Kind.PUNCTUATION, "=", ahead=1):
                name = self.advance().value
                self.advance()
                named.append((name, self.parse_expression()))
            elif named:
                self.fail("arguments without a name must stand before those with one")
            else:
                positional.append(self.parse_expression())
        return CallArguments(tuple(positional), tuple(named))

    def parse_filter_name(self) -> tuple[Token, CallArguments]:
        """Read what follows ``|``."""
        name = self.expect(Kind.NAME)
        arguments = self.parse_call_arguments() if self.is_at(Kind.PUNCTUATION, "(") else CallArguments()
        return name, arguments

    def _parse_operand(self) -> Expression:
        token = self.current
        if token.kind is Kind.OPERATOR and token.value in {"not", "-", "+"}:
            self.advance()
            return Unary(token.line, token.column, token.value, self.parse_expression(_UNARY))
        if self.take(Kind.PUNCTUATION, "("):
            inner = self.parse_expression()
            self.expect(Kind.PUNCTUATION, ")")
            return self._parse_postfix(inner)
        if self.take(Kind.PUNCTUATION, "["):
            return ListLiteral(token.line, token.column, self._parse_items())
        if self.take(Kind.PUNCTUATION, "{"):
            return MapLiteral(token.line, token.column, self._parse_pairs())
        return self._parse_postfix(self._parse_atom(token))

    def _parse_operators(self, left: Expression, minimum: int) -> Expression:
        while self.current.kind is Kind.OPERATOR:
            operator = self.current
            if minimum <= _NOT_IN and operator.value == "not" and self.is_at(Kind.NAME, "in", ahead=1):
                self.index += 2
                member = Binary(operator.line, operator.column, "isIn", left, self.parse_expression(_NOT_IN + 1))
                left = Unary(operator.line, operator.column, "not", member)
                continue
            precedence = self.table.get(operator.value)
            if precedence is None or precedence < minimum:
                break
            self.advance()
            left = self._parse_right(left, operator, precedence)
        return left

    def _parse_right(self, left: Expression, operator: Token, precedence: int) -> Expression:
        line, column = operator.line, operator.column
        match operator.value:
            case "|":
                name, arguments = self.parse_filter_name()
                return FilterCall(name.line, name.column, left, name.value, arguments)
            case "is" | "is not":
                name, arguments = self.parse_filter_name()
                is_negated = operator.value == "is not"
                return TestCall(name.line, name.column, left, name.value, arguments, is_negated)
            case "??" | "???":
                right = self.parse_expression(precedence + 1)
                return Coalesce(line, column, left, right, keeps_null=operator.value == "???")
            case symbol:
                right = self.parse_expression(precedence + 1)
                return Binary(line, column, "==" if symbol == "equals" else symbol, left, right)

    def _parse_ternary(self, condition: Expression) -> Expression:
        mark = self.advance()
        yes = self.parse_expression()
        self.expect(Kind.PUNCTUATION, ":")
        no = self.parse_expression()
        return Ternary(mark.line, mark.column, condition, yes, no)

    def _parse_atom(self, token: Token) -> Expression:
        self.advance()
        if token.kind is Kind.STRING:
            return Literal(token.line, token.column, token.value)
        if token.kind is Kind.NUMBER:
            return Literal(token.line, token.column, self._number(token))
        if token.kind is not Kind.NAME:
            self.fail(f"expected a value, found {_describe(token)}", token)
        if token.value in CONSTANTS:
            return Literal(token.line, token.column, CONSTANTS[token.value])
        if self.is_at(Kind.PUNCTUATION, "("):
            return FunctionCall(token.line, token.column, token.value, self.parse_call_arguments())
        return Name(token.line, token.column, token.value)

    def _number(self, token: Token) -> int | float:
        if "." in token.value:
            return float(token.value)
        if len(token.value) > len(str(_LARGEST)) + 1 or int(token.value) > _LARGEST:
            raise ExpressionError(
                "evaluation", f"{token.value} does not fit in 64 bits", line=token.line, column=token.column
            )
        return int(token.value)

    def _parse_postfix(self, target: Expression) -> Expression:
        while self.current.kind is Kind.PUNCTUATION:
            token = self.current
            if self.take(Kind.PUNCTUATION, "."):
                name = self.expect(Kind.NAME)
                if self.is_at(Kind.PUNCTUATION, "("):
                    self.parse_call_arguments()
                    target = MethodCall(name.line, name.column, target, name.value)
                else:
                    key = Literal(name.line, name.column, name.value)
                    target = Attribute(name.line, name.column, target, key)
            elif self.take(Kind.PUNCTUATION, "["):
                target = Attribute(token.line, token.column, target, self.parse_expression())
                self.expect(Kind.PUNCTUATION, "]")
            else:
                break
        return target

    def _parse_items(self) -> tuple[Expression, ...]:
        items: list[Expression] = []
        if self.take(Kind.PUNCTUATION, "]"):
            return ()
        items.append(self.parse_expression())
        while not self.take(Kind.PUNCTUATION, "]"):
            self.expect(Kind.PUNCTUATION, ",")
            items.append(self.parse_expression())
        return tuple(items)

    def _parse_pairs(self) -> tuple[tuple[Expression, Expression], ...]:
        if self.take(Kind.PUNCTUATION, "}"):
            return ()
        pairs = [self._parse_pair()]
        while not self.take(Kind.PUNCTUATION, "}"):
            self.expect(Kind.PUNCTUATION, ",")
            pairs.append(self._parse_pair())
        return tuple(pairs)

    def _parse_pair(self) -> tuple[Expression, Expression]:
        key = self.parse_expression()
        self.expect(Kind.PUNCTUATION, ":")
        return key, self.parse_expression()


def _describe(token: Token) -> str:
    return token.value if token.value and token.kind is not Kind.TEXT else token.kind.value
