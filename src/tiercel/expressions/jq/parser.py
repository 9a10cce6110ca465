"""Tokens of a jq program to its syntax tree, by precedence climbing."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from tiercel.errors import ExpressionError
from tiercel.expressions.jq import nodes
from tiercel.expressions.jq.cursor import Cursor
from tiercel.expressions.jq.lexer import Token, syntax_error, tokenize
from tiercel.expressions.jq.nodes import Node, Pattern
from tiercel.expressions.values import Value

# Binding strength, and whether an operator groups to the left, to the right or not at all.
_OPERATORS: dict[str, tuple[int, str]] = {
    "//": (2, "right"),
    **dict.fromkeys(("=", "|=", "+=", "-=", "*=", "/=", "%=", "//="), (3, "none")),
    "or": (4, "left"),
    "and": (5, "left"),
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), (6, "none")),
    **dict.fromkeys(("+", "-"), (7, "left")),
    **dict.fromkeys(("*", "/", "%"), (8, "left")),
}
_KEYWORDS = frozenset(
    [
        "def",
        "if",
        "then",
        "elif",
        "else",
        "end",
        "as",
        "reduce",
        "foreach",
        "try",
        "catch",
        "label",
        "import",
        "include",
        "and",
        "or",
        "__loc__",
    ]
)
_CONSTANTS: dict[str, Value] = {"null": None, "true": True, "false": False}
_MOST_DIGITS = 19
_DEEPEST = 60


def parse(program: str) -> Node:
    """Read a program.

    Raises:
        ExpressionError: It is malformed.
    """
    return _Parser(tokenize(program)).whole()


class _Parser:
    """Reads one program, or one that stands in a text of another."""

    def __init__(self, tokens: tuple[Token, ...], depth: int = 0) -> None:
        self._tokens = Cursor(tokens)
        self._depth = depth

    def whole(self) -> Node:
        """Read all there is."""
        node = self.pipe()
        self._tokens.finish()
        return node

    def pipe(self) -> Node:
        """Read up to where no pipe or comma goes on."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise syntax_error(self._tokens.next.position, "the program is nested too deep")
        node = self._pipe()
        self._depth -= 1
        return node

    def _pipe(self) -> Node:
        if self._tokens.is_at("def"):
            return self._definition()
        if self._tokens.take("label"):
            name = self._tokens.variable()
            self._tokens.expect("|")
            return nodes.Label(name, self.pipe())
        left = self._comma()
        if self._tokens.take("|"):
            return nodes.Pipe(left, self.pipe())
        return left

    def _comma(self) -> Node:
        left = self._binary(1)
        while self._tokens.take(","):
            left = nodes.Comma(left, self._binary(1))
        return left

    def _binary(self, weakest: int) -> Node:
        left = self._prefix()
        while True:
            operator = self._tokens.next.text if self._tokens.next.kind in {"operator", "name"} else ""
            strength, grouping = _OPERATORS.get(operator, (0, ""))
            if strength < max(weakest, 1):
                return left
            self._tokens.advance()
            right = self._binary(strength if grouping == "right" else strength + 1)
            left = _combine(operator, left, right)
            if grouping == "none" and _OPERATORS.get(self._tokens.next.text, (0, ""))[0] == strength:
                raise self._tokens.unexpected()

    def _prefix(self) -> Node:
        if self._tokens.take("-"):
            return nodes.Negate(self._prefix())
        node = self._postfix()
        if not self._tokens.take("as"):
            return node
        pattern = self._pattern()
        self._tokens.expect("|")
        return nodes.Bind(node, pattern, self.pipe())

    def _postfix(self) -> Node:
        node = self._term()
        while True:
            if self._tokens.next.kind == "field":
                node = nodes.Index(node, nodes.Constant(self._tokens.advance().text))
            elif self._tokens.is_at(".") and self._tokens.peek().kind == "text":
                self._tokens.advance()
                node = nodes.Index(node, self._text(None))
            elif self._tokens.is_at("[") or (self._tokens.is_at(".") and self._tokens.peek().text == "["):
                self._tokens.take(".")
                node = self._bracket(node)
            elif self._tokens.take("?"):
                node = nodes.Try(node, None)
            else:
                return node

    def _bracket(self, target: Node) -> Node:
        self._tokens.expect("[")
        if self._tokens.take("]"):
            return nodes.Iterate(target)
        start = None if self._tokens.is_at(":") else self.pipe()
        if self._tokens.take(":"):
            end = None if self._tokens.is_at("]") else self.pipe()
            self._tokens.expect("]")
            return nodes.Slice(target, start, end)
        self._tokens.expect("]")
        return nodes.Index(target, start or nodes.Identity())

    def _term(self) -> Node:
        token = self._tokens.next
        match token.kind:
            case "number":
                self._tokens.advance()
                return nodes.Constant(_number(token.text))
            case "text":
                return self._text(None)
            case "format":
                self._tokens.advance()
                return self._text(token.text) if self._tokens.next.kind == "text" else nodes.Format(token.text)
            case "variable":
                self._tokens.advance()
                return nodes.Variable(token.text)
            case "field":
                return nodes.Index(nodes.Identity(), nodes.Constant(self._tokens.advance().text))
            case "name":
                return self._word()
            case _:
                return self._punctuation()

    def _punctuation(self) -> Node:
        if self._tokens.take(".."):
            return nodes.RecurseAll()
        if self._tokens.take("."):
            if self._tokens.next.kind == "text":
                return nodes.Index(nodes.Identity(), self._text(None))
            return nodes.Identity()
        if self._tokens.take("("):
            node = self.pipe()
            self._tokens.expect(")")
            return node
        if self._tokens.take("["):
            items = None if self._tokens.is_at("]") else self.pipe()
            self._tokens.expect("]")
            return nodes.Array(items)
        if self._tokens.take("{"):
            return self._object()
        raise self._tokens.unexpected()

    def _word(self) -> Node:
        name = self._tokens.next.text
        special = self._SPECIAL.get(name)
        if special is not None:
            self._tokens.advance()
            return special(self)
        if name in _KEYWORDS:
            raise self._tokens.unexpected()
        self._tokens.advance()
        if name in _CONSTANTS:
            return nodes.Constant(_CONSTANTS[name])
        if name == "break" and self._tokens.next.kind == "variable":
            return nodes.Break(self._tokens.advance().text)
        return nodes.Call(name, tuple(self._arguments()))

    def _arguments(self) -> list[Node]:
        if not self._tokens.take("("):
            return []
        arguments = [self.pipe()]
        while self._tokens.take(";"):
            arguments.append(self.pipe())
        self._tokens.expect(")")
        return arguments

    def _text(self, format_name: str | None) -> Node:
        token = self._tokens.advance()
        parts: list[str | Node] = []
        for part in token.parts:
            if isinstance(part, str):
                parts.append(part)
            else:
                parts.append(_Parser(part, self._depth).whole())
        if len(parts) == 1 and isinstance(parts[0], str):
            return nodes.Constant(parts[0])
        return nodes.Text(tuple(parts), format_name)

    def _object(self) -> Node:
        entries: list[tuple[Node, Node]] = []
        while not self._tokens.take("}"):
            if entries:
                self._tokens.expect(",")
            entries.append(self._entry())
        return nodes.Object(tuple(entries))

    def _entry(self) -> tuple[Node, Node]:
        key, shorthand = self._key()
        if not self._tokens.take(":"):
            if shorthand is None:
                raise self._tokens.unexpected()
            return key, shorthand
        value = self._binary(2)
        while self._tokens.take("|"):
            value = nodes.Pipe(value, self._binary(2))
        return key, value

    def _key(self) -> tuple[Node, Node | None]:
        """Read the key of an entry, and the value it has when none follows."""
        token = self._tokens.next
        if token.kind == "variable":
            self._tokens.advance()
            return nodes.Constant(token.text), nodes.Variable(token.text)
        if token.kind == "name":
            self._tokens.advance()
            key: Node = nodes.Constant(token.text)
            return key, nodes.Index(nodes.Identity(), key)
        if token.kind in {"text", "format"}:
            key = self._term()
            return key, nodes.Index(nodes.Identity(), key)
        if token.kind == "number":
            return self._term(), None
        self._tokens.expect("(")
        key = self.pipe()
        self._tokens.expect(")")
        return key, None

    def _if(self) -> Node:
        condition = self.pipe()
        self._tokens.expect("then")
        then = self.pipe()
        if self._tokens.take("elif"):
            return nodes.If(condition, then, self._if())
        self._tokens.expect("else")
        otherwise = self.pipe()
        self._tokens.expect("end")
        return nodes.If(condition, then, otherwise)

    def _try(self) -> Node:
        body = self._postfix()
        return nodes.Try(body, self._postfix() if self._tokens.take("catch") else nodes.Call("empty", ()))

    def _reduce(self) -> Node:
        source, pattern = self._source()
        self._tokens.expect("(")
        start = self.pipe()
        self._tokens.expect(";")
        update = self.pipe()
        self._tokens.expect(")")
        return nodes.Reduce(source, pattern, start, update)

    def _foreach(self) -> Node:
        source, pattern = self._source()
        self._tokens.expect("(")
        start = self.pipe()
        self._tokens.expect(";")
        update = self.pipe()
        extract = self.pipe() if self._tokens.take(";") else None
        self._tokens.expect(")")
        return nodes.Foreach(source, pattern, start, update, extract)

    def _source(self) -> tuple[Node, Pattern]:
        source = self._postfix()
        self._tokens.expect("as")
        return source, self._pattern()

    def _definition(self) -> Node:
        self._tokens.expect("def")
        name = self._tokens.advance()
        if name.kind != "name":
            raise syntax_error(name.position, "def needs a name")
        parameters: list[str] = []
        if self._tokens.take("("):
            parameters.append(self._parameter())
            while self._tokens.take(";"):
                parameters.append(self._parameter())
            self._tokens.expect(")")
        self._tokens.expect(":")
        body = self.pipe()
        self._tokens.expect(";")
        return nodes.Definition(name.text, tuple(parameters), body, self.pipe())

    def _inner_definition(self) -> Node:
        self._tokens.step_back()
        return self._definition()

    def _parameter(self) -> str:
        token = self._tokens.advance()
        if token.kind not in {"name", "variable"}:
            raise syntax_error(token.position, "a parameter needs a name")
        return f"${token.text}" if token.kind == "variable" else token.text

    def _pattern(self) -> Pattern:
        if self._tokens.take("["):
            items = [self._pattern()]
            while self._tokens.take(","):
                items.append(self._pattern())
            self._tokens.expect("]")
            return nodes.ArrayPattern(tuple(items))
        if self._tokens.take("{"):
            entries = [self._pattern_entry()]
            while self._tokens.take(","):
                entries.append(self._pattern_entry())
            self._tokens.expect("}")
            return nodes.ObjectPattern(tuple(entries))
        return nodes.Variable(self._tokens.variable())

    def _pattern_entry(self) -> tuple[Node, str | None, Pattern | None]:
        token = self._tokens.next
        key, _ = self._key()
        variable = token.text if token.kind == "variable" else None
        pattern = self._pattern() if self._tokens.take(":") else None
        if variable is None and pattern is None:
            raise self._tokens.unexpected()
        return key, variable, pattern

    _SPECIAL: ClassVar[dict[str, Callable[[_Parser], Node]]] = {
        "if": _if,
        "try": _try,
        "reduce": _reduce,
        "foreach": _foreach,
        "def": _inner_definition,
    }


def _combine(operator: str, left: Node, right: Node) -> Node:
    if operator == "//":
        return nodes.Alternative(left, right)
    if operator in {"and", "or"}:
        return nodes.Logic(operator, left, right)
    if _OPERATORS[operator] == (3, "none"):
        return nodes.Assign(operator, left, right)
    return nodes.Binary(operator, left, right)


def _number(text: str) -> Value:
    if not text.isdigit():
        return float(text)
    if len(text) > _MOST_DIGITS:
        raise ExpressionError("evaluation", f"jq: the whole number {text} is too large")
    return int(text)
