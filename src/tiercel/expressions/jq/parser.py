"""Tokens of a jq program to its syntax tree, by precedence climbing."""

from __future__ import annotations

from collections.abc import Callable

from tiercel.errors import ExpressionError
from tiercel.expressions.jq import nodes
from tiercel.expressions.jq.cursor import Cursor
from tiercel.expressions.jq.lexer import syntax_error, tokenize
from tiercel.expressions.jq.nodes import Node, Pattern
from tiercel.expressions.jq.operators import NO_OPERATOR, OPERATORS, combine
from tiercel.expressions.values import Value

_RESERVED = frozenset(
    ("then", "elif", "else", "end", "as", "catch", "label", "import", "include", "and", "or", "__loc__")
)
_CONSTANTS: dict[str, Value] = {"null": None, "true": True, "false": False}
_MOST_DIGITS = 19
_DEEPEST = 60


def parse(program: str) -> Node:
    """Read a program.

    Raises:
        ExpressionError: It is malformed.
    """
    return _whole(Cursor(tokenize(program)))


def _whole(tokens: Cursor) -> Node:
    """Read all there is."""
    node = _pipe(tokens)
    tokens.finish()
    return node


def _pipe(tokens: Cursor) -> Node:
    """Read up to where no pipe or comma goes on."""
    tokens.depth += 1
    if tokens.depth > _DEEPEST:
        raise syntax_error(tokens.next.position, "the program is nested too deep")
    node = _unguarded_pipe(tokens)
    tokens.depth -= 1
    return node


def _unguarded_pipe(tokens: Cursor) -> Node:
    if tokens.is_at("def"):
        return _definition(tokens)
    if tokens.take("label"):
        name = tokens.variable()
        tokens.expect("|")
        return nodes.Label(name, _pipe(tokens))
    left = _comma(tokens)
    if tokens.take("|"):
        return nodes.Pipe(left, _pipe(tokens))
    return left


def _comma(tokens: Cursor) -> Node:
    left = _binary(tokens, 1)
    while tokens.take(","):
        left = nodes.Comma(left, _binary(tokens, 1))
    return left


def _binary(tokens: Cursor, weakest: int) -> Node:
    left = _prefix(tokens)
    while True:
        operator = tokens.next.text if tokens.next.kind in {"operator", "name"} else ""
        strength, grouping = OPERATORS.get(operator, NO_OPERATOR)
        if strength < max(weakest, 1):
            return left
        tokens.advance()
        right = _binary(tokens, strength if grouping == "right" else strength + 1)
        left = combine(operator, left, right)
        if grouping == "none" and OPERATORS.get(tokens.next.text, NO_OPERATOR)[0] == strength:
            raise tokens.unexpected()


def _prefix(tokens: Cursor) -> Node:
    if tokens.take("-"):
        return nodes.Negate(_prefix(tokens))
    node = _postfix(tokens)
    if not tokens.take("as"):
        return node
    pattern = _pattern(tokens)
    tokens.expect("|")
    return nodes.Bind(node, pattern, _pipe(tokens))


def _postfix(tokens: Cursor) -> Node:
    node = _term(tokens)
    while True:
        if tokens.next.kind == "field":
            node = nodes.Index(node, nodes.Constant(tokens.advance().text))
        elif tokens.is_at(".") and tokens.peek().kind == "text":
            tokens.advance()
            node = nodes.Index(node, _text(tokens, None))
        elif tokens.is_at("[") or (tokens.is_at(".") and tokens.peek().text == "["):
            tokens.take(".")
            node = _bracket(tokens, node)
        elif tokens.take("?"):
            node = nodes.Try(node, None)
        else:
            return node


def _bracket(tokens: Cursor, target: Node) -> Node:
    tokens.expect("[")
    if tokens.take("]"):
        return nodes.Iterate(target)
    start = None if tokens.is_at(":") else _pipe(tokens)
    if tokens.take(":"):
        end = None if tokens.is_at("]") else _pipe(tokens)
        tokens.expect("]")
        return nodes.Slice(target, start, end)
    tokens.expect("]")
    return nodes.Index(target, start or nodes.Identity())


def _term(tokens: Cursor) -> Node:
    token = tokens.next
    match token.kind:
        case "number":
            tokens.advance()
            return nodes.Constant(_number(token.text))
        case "text":
            return _text(tokens, None)
        case "format":
            tokens.advance()
            return _text(tokens, token.text) if tokens.next.kind == "text" else nodes.Format(token.text)
        case "variable":
            tokens.advance()
            return nodes.Variable(token.text)
        case "field":
            return nodes.Index(nodes.Identity(), nodes.Constant(tokens.advance().text))
        case "name":
            return _word(tokens)
        case _:
            return _punctuation(tokens)


def _punctuation(tokens: Cursor) -> Node:
    if tokens.take(".."):
        return nodes.RecurseAll()
    if tokens.take("."):
        if tokens.next.kind == "text":
            return nodes.Index(nodes.Identity(), _text(tokens, None))
        return nodes.Identity()
    if tokens.take("("):
        node = _pipe(tokens)
        tokens.expect(")")
        return node
    if tokens.take("["):
        items = None if tokens.is_at("]") else _pipe(tokens)
        tokens.expect("]")
        return nodes.Array(items)
    if tokens.take("{"):
        return _object(tokens)
    raise tokens.unexpected()


def _word(tokens: Cursor) -> Node:
    name = tokens.next.text
    form = _FORMS.get(name)
    if form is not None:
        tokens.advance()
        return form(tokens)
    if name in _RESERVED:
        raise tokens.unexpected()
    tokens.advance()
    if name in _CONSTANTS:
        return nodes.Constant(_CONSTANTS[name])
    if name == "break" and tokens.next.kind == "variable":
        return nodes.Break(tokens.advance().text)
    return nodes.Call(name, tuple(_arguments(tokens)))


def _arguments(tokens: Cursor) -> list[Node]:
    if not tokens.take("("):
        return []
    arguments = [_pipe(tokens)]
    while tokens.take(";"):
        arguments.append(_pipe(tokens))
    tokens.expect(")")
    return arguments


def _text(tokens: Cursor, format_name: str | None) -> Node:
    token = tokens.advance()
    parts: list[str | Node] = []
    for part in token.parts:
        if isinstance(part, str):
            parts.append(part)
        else:
            parts.append(_whole(Cursor(part, tokens.depth)))
    if len(parts) == 1 and isinstance(parts[0], str):
        return nodes.Constant(parts[0])
    return nodes.Text(tuple(parts), format_name)


def _object(tokens: Cursor) -> Node:
    entries: list[tuple[Node, Node]] = []
    while not tokens.take("}"):
        if entries:
            tokens.expect(",")
        entries.append(_entry(tokens))
    return nodes.Object(tuple(entries))


def _entry(tokens: Cursor) -> tuple[Node, Node]:
    key, shorthand = _key(tokens)
    if not tokens.take(":"):
        if shorthand is None:
            raise tokens.unexpected()
        return key, shorthand
    value = _binary(tokens, 2)
    while tokens.take("|"):
        value = nodes.Pipe(value, _binary(tokens, 2))
    return key, value


def _key(tokens: Cursor) -> tuple[Node, Node | None]:
    """Read the key of an entry, and the value it has when none follows."""
    token = tokens.next
    if token.kind == "variable":
        tokens.advance()
        return nodes.Constant(token.text), nodes.Variable(token.text)
    if token.kind == "name":
        tokens.advance()
        key: Node = nodes.Constant(token.text)
        return key, nodes.Index(nodes.Identity(), key)
    if token.kind in {"text", "format"}:
        key = _term(tokens)
        return key, nodes.Index(nodes.Identity(), key)
    if token.kind == "number":
        return _term(tokens), None
    tokens.expect("(")
    key = _pipe(tokens)
    tokens.expect(")")
    return key, None


def _if(tokens: Cursor) -> Node:
    condition = _pipe(tokens)
    tokens.expect("then")
    then = _pipe(tokens)
    if tokens.take("elif"):
        return nodes.If(condition, then, _if(tokens))
    tokens.expect("else")
    otherwise = _pipe(tokens)
    tokens.expect("end")
    return nodes.If(condition, then, otherwise)


def _try(tokens: Cursor) -> Node:
    body = _postfix(tokens)
    return nodes.Try(body, _postfix(tokens) if tokens.take("catch") else nodes.Call("empty", ()))


def _reduce(tokens: Cursor) -> Node:
    source, pattern = _source(tokens)
    tokens.expect("(")
    start = _pipe(tokens)
    tokens.expect(";")
    update = _pipe(tokens)
    tokens.expect(")")
    return nodes.Reduce(source, pattern, start, update)


def _foreach(tokens: Cursor) -> Node:
    source, pattern = _source(tokens)
    tokens.expect("(")
    start = _pipe(tokens)
    tokens.expect(";")
    update = _pipe(tokens)
    extract = _pipe(tokens) if tokens.take(";") else None
    tokens.expect(")")
    return nodes.Foreach(source, pattern, start, update, extract)


def _source(tokens: Cursor) -> tuple[Node, Pattern]:
    source = _postfix(tokens)
    tokens.expect("as")
    return source, _pattern(tokens)


def _definition(tokens: Cursor) -> Node:
    tokens.expect("def")
    name = tokens.advance()
    if name.kind != "name":
        raise syntax_error(name.position, "def needs a name")
    parameters: list[str] = []
    if tokens.take("("):
        parameters.append(_parameter(tokens))
        while tokens.take(";"):
            parameters.append(_parameter(tokens))
        tokens.expect(")")
    tokens.expect(":")
    body = _pipe(tokens)
    tokens.expect(";")
    return nodes.Definition(name.text, tuple(parameters), body, _pipe(tokens))


def _inner_definition(tokens: Cursor) -> Node:
    tokens.step_back()
    return _definition(tokens)


def _parameter(tokens: Cursor) -> str:
    token = tokens.advance()
    if token.kind not in {"name", "variable"}:
        raise syntax_error(token.position, "a parameter needs a name")
    return f"${token.text}" if token.kind == "variable" else token.text


def _pattern(tokens: Cursor) -> Pattern:
    if tokens.take("["):
        items = [_pattern(tokens)]
        while tokens.take(","):
            items.append(_pattern(tokens))
        tokens.expect("]")
        return nodes.ArrayPattern(tuple(items))
    if tokens.take("{"):
        entries = [_pattern_entry(tokens)]
        while tokens.take(","):
            entries.append(_pattern_entry(tokens))
        tokens.expect("}")
        return nodes.ObjectPattern(tuple(entries))
    return nodes.Variable(tokens.variable())


def _pattern_entry(tokens: Cursor) -> tuple[Node, str | None, Pattern | None]:
    token = tokens.next
    key, _ = _key(tokens)
    variable = token.text if token.kind == "variable" else None
    pattern = _pattern(tokens) if tokens.take(":") else None
    if variable is None and pattern is None:
        raise tokens.unexpected()
    return key, variable, pattern


_FORMS: dict[str, Callable[[Cursor], Node]] = {
    "if": _if,
    "try": _try,
    "reduce": _reduce,
    "foreach": _foreach,
    "def": _inner_definition,
}


def _number(text: str) -> Value:
    if not text.isdigit():
        return float(text)
    if len(text) > _MOST_DIGITS:
        raise ExpressionError("evaluation", f"jq: the whole number {text} is too large")
    return int(text)
