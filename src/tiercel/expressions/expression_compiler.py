"""Expressions to Python expressions; the part of the compiler that knows names, operators and calls."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from difflib import get_close_matches

from tiercel.errors import ExpressionError
from tiercel.expressions.library import Filter as FilterRecord, Function, Library, Test, bind
from tiercel.expressions.names import Names
from tiercel.expressions.nodes import (
    Attribute,
    Binary,
    Coalesce,
    Expression,
    Filter,
    FilterCall,
    FunctionCall,
    ListLiteral,
    Literal,
    MapLiteral,
    MethodCall,
    Name,
    Ternary,
    TestCall,
    Tree,
    Unary,
)
from tiercel.expressions.pyast import LOAD, at, call, const, is_op, keep, load, mapping, method, thunk
from tiercel.model.dialect import Dialect

_WITH_CONTEXT = {"+": "add", "-": "subtract", "..": "make_range"}
_PLAIN = {"==": "equal", "!=": "equal", "contains": "contains", "isIn": "is_in"}
_ARITHMETIC = frozenset(("+", "-", "*", "/", "%", "==", "!="))
_UNGUARDED = {Dialect.V1_3: _ARITHMETIC | {"<", ">", "<=", ">="}, Dialect.V2_0: _ARITHMETIC}
_BUILTIN = ("locale", "_context")
_ALWAYS_KNOWN = ("block", "parent")


class ExpressionCompiler:
    """Compiles the expressions of one template, and collects what they read and call."""

    def __init__(self, tree: Tree, library: Library, dialect: Dialect) -> None:
        self.tree = tree
        self.library = library
        self.dialect = dialect
        self.names = Names(is_scoped=tree.is_scoped)
        self.functions: set[str] = set()
        self.reads_all = False
        self.unknown: list[ExpressionError] = []
        self.guards = 0
        self.namespace: dict[str, object] = {}
        self.macro_names = {name: f"macro{index}" for index, name in enumerate(tree.macros)}
        self.block_names = {name: f"block{index}" for index, name in enumerate(tree.blocks)}

    def expression(self, node: Expression) -> ast.expr:  # noqa: C901, PLR0911, PLR0912 (one line a kind of node)
        """Compile an expression."""
        match node:
            case Literal():
                return const(node.value)
            case Name():
                return self._name(node)
            case Attribute():
                return self._attribute(node)
            case MethodCall():
                return at(call("refuse_method", const(node.name)), node.line, node.column)
            case ListLiteral():
                return ast.List([self.expression(item) for item in node.items], LOAD)
            case MapLiteral():
                keys = [self._map_key(key) for key, _ in node.pairs]
                return ast.Dict(list(keys), [self.expression(value) for _, value in node.pairs])
            case Unary():
                return self._unary(node)
            case Binary():
                return self._binary(node)
            case Coalesce():
                return self._coalesce(node)
            case Ternary():
                condition = at(call("is_true", self.expression(node.condition)), node.line, node.column)
                return ast.IfExp(condition, self.expression(node.yes), self.expression(node.no))
            case FilterCall():
                filter_node = Filter(node.line, node.column, node.name, node.arguments)
                record = self.library.filters.get(node.name)
                is_soft = record is not None and record.takes_undefined
                value = self._or_null(node.target) if is_soft else self.expression(node.target)
                return self.apply_filter(value, filter_node)
            case FunctionCall():
                return self._function_call(node)
            case TestCall():
                return self._test(node)

    def apply_filter(self, value: ast.expr, node: Filter) -> ast.expr:
        """Compile a filter applied to a compiled value."""
        record = self.library.filters.get(node.name)
        if record is None:
            return self._unknown("filter", node, self.library.filters)
        function = self._constant(f"filter_{record.name}", record.call)
        return self._call(record, node, [function, load("C"), value])

    def _name(self, node: Name) -> ast.expr:
        where = self.names.resolve(node.name)
        if isinstance(where, str):
            return load(where)
        finder = "builtin" if node.name in _BUILTIN else "root"
        lookup = method("S", "get", const(node.name)) if where else call(finder, load("V"), const(node.name))
        return at(lookup, node.line, node.column)

    def _attribute(self, node: Attribute) -> ast.expr:
        key = node.key
        if isinstance(node.target, Name) and isinstance(key, Literal) and isinstance(key.value, str):
            where = self.names.resolve(node.target.name)
            if where is False:
                pair = call("pair", load("V"), const(node.target.name), const(key.value))
                return at(pair, node.target.line, node.target.column)
        return at(call("attribute", self.expression(node.target), self.expression(key)), node.line, node.column)

    def _map_key(self, key: Expression) -> ast.expr:
        if isinstance(key, Literal):
            return const(key.value)
        return at(call("map_key", self.expression(key)), key.line, key.column)

    def _unary(self, node: Unary) -> ast.expr:
        if node.operator == "not":
            truth = call("is_operand_true", self.expression(node.operand))
            return ast.UnaryOp(ast.Not(), at(truth, node.line, node.column))
        operand = node.operand
        if isinstance(operand, Literal) and isinstance(operand.value, int) and not isinstance(operand.value, bool):
            return const(-operand.value if node.operator == "-" else operand.value)
        name = "negate" if node.operator == "-" else "affirm"
        return at(call(name, load("C"), self.expression(operand)), node.line, node.column)

    def _binary(self, node: Binary) -> ast.expr:
        operator = node.operator
        if operator in {"and", "or"}:
            joiner = ast.And() if operator == "and" else ast.Or()
            sides = [call("is_operand_true", self.expression(side)) for side in (node.left, node.right)]
            return ast.BoolOp(joiner, [at(side, node.line, node.column) for side in sides])
        if operator == "~":
            parts = [self.expression(part) for part in _concatenated(node)]
            return at(call("concatenate", load("C"), *parts), node.line, node.column)
        result = _calculation(operator, self.expression(node.left), self.expression(node.right), node)
        if self.guards and operator in _UNGUARDED[self.dialect]:
            result = call("firm", thunk(result), const(node.line), const(node.column))
        return ast.UnaryOp(ast.Not(), result) if operator == "!=" else result

    def _coalesce(self, node: Coalesce) -> ast.expr:
        name = self.names.fresh("t")
        is_gone = is_op(keep(name, self._soft(node.left)), ast.Is(), load("MISSING"))
        if not node.keeps_null:
            is_gone = ast.BoolOp(ast.Or(), [is_gone, is_op(load(name), ast.Is(), const(None))])
        return ast.IfExp(is_gone, self.expression(node.right), load(name))

    def _soft(self, node: Expression) -> ast.expr:
        """Compile an expression so that what is missing gives MISSING; paths of constants pay for no exception."""
        target, keys = _path(node)
        if isinstance(target, Literal) and not keys:
            return const(target.value)
        if not isinstance(target, Name) or target.name in _BUILTIN:
            self.guards += 1
            guarded = self.expression(node)
            self.guards -= 1
            return at(call("guard", thunk(guarded)), node.line, node.column)
        where = self.names.resolve(target.name)
        if isinstance(where, str):
            value = load(where)
        else:
            arguments = [const(target.name)]
            value = method("S", "find", *arguments) if where else method("V", "get", *arguments, load("MISSING"))
        value = at(value, node.line, node.column)
        return at(call("find_path", value, ast.Tuple(keys, LOAD)), node.line, node.column) if keys else value

    def _or_null(self, node: Expression) -> ast.expr:
        name = self.names.fresh("t")
        is_gone = is_op(keep(name, self._soft(node)), ast.Is(), load("MISSING"))
        return ast.IfExp(is_gone, const(None), load(name))

    def _test(self, node: TestCall) -> ast.expr:
        record = self.library.tests.get(node.name)
        if record is None:
            return self._unknown("test", node, self.library.tests)
        value = self._or_null(node.target) if record.takes_undefined else self.expression(node.target)
        function = self._constant(f"test_{record.name}", record.call)
        result = self._call(record, node, [function, load("C"), value])
        return ast.UnaryOp(ast.Not(), result) if node.is_negated else result

    def _function_call(self, node: FunctionCall) -> ast.expr:
        record = self.library.functions.get(node.name)
        if record is not None and record.only in {None, self.dialect}:
            self.functions.add(node.name)
            self.reads_all |= record.reads_all
            function = self._constant(f"function_{record.name}", record.call)
            if record.reads_all and self.names.has_own:
                return self._call(record, node, [load("with_locals"), load("C"), self.names.visible(), function])
            return self._call(record, node, [function, load("C")])
        if node.name in self.macro_names:
            return self._macro_call(node)
        if node.name in _ALWAYS_KNOWN:
            return self._block_call(node)
        served = (name for name, one in self.library.functions.items() if one.only in {None, self.dialect})
        return self._unknown("function", node, (*served, *self.macro_names, *_ALWAYS_KNOWN))

    def _macro_call(self, node: FunctionCall) -> ast.expr:
        parameters = [const(name) for name, _ in self.tree.macros[node.name].parameters]
        positional = [self.expression(argument) for argument in node.arguments.positional]
        named = mapping((name, self.expression(argument)) for name, argument in node.arguments.named)
        given = call("bind_macro", const(node.name), ast.Tuple(parameters, LOAD), ast.Tuple(positional, LOAD), named)
        return at(call(self.macro_names[node.name], at(given, node.line, node.column)), node.line, node.column)

    def _block_call(self, node: FunctionCall) -> ast.expr:
        if node.name == "parent" or not node.arguments.positional:
            reason = "there is no parent block" if node.name == "parent" else "block needs the name of a block"
            return _refused(reason, node)
        blocks = mapping((name, load(block)) for name, block in self.block_names.items())
        name = self.expression(node.arguments.positional[0])
        return at(call("print_block", blocks, name), node.line, node.column)

    def _unknown(self, kind: str, node: Filter | FunctionCall | TestCall, known: Iterable[str]) -> ast.expr:
        """Note a name that is not known, and compile its refusal for when it is reached."""
        near = get_close_matches(node.name, list(known), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        error = ExpressionError("unknown", f"there is no {kind} {node.name}{hint}", line=node.line, column=node.column)
        self.unknown.append(error)
        return at(call("refuse", const(error.message), const("unknown")), node.line, node.column)

    def _constant(self, name: str, value: object) -> ast.expr:
        self.namespace[name] = value
        return load(name)

    def _call(
        self, record: FilterRecord | Function | Test, node: Filter | FunctionCall | TestCall, head: list[ast.expr]
    ) -> ast.expr:
        """Compile a call; its arguments are bound now, and where they cannot be it fails when it is reached."""
        try:
            bound = bind(record, node.arguments.positional, dict(node.arguments.named))
        except ExpressionError as error:
            return _refused(error.message, node)
        values = [(name, self.expression(value)) for name, value in bound.items()]
        given = mapping(values) if values else load("EMPTY")
        return at(ast.Call(head[0], [*head[1:], given], []), node.line, node.column)


def _calculation(operator: str, left: ast.expr, right: ast.expr, node: Binary) -> ast.expr:
    if operator in _PLAIN:
        result = call(_PLAIN[operator], left, right)
    elif operator in _WITH_CONTEXT:
        result = call(_WITH_CONTEXT[operator], load("C"), left, right)
    else:
        name = "calculate" if operator in {"*", "/", "%"} else "compare"
        result = call(name, load("C"), const(operator), left, right)
    return at(result, node.line, node.column)


def _path(node: Expression) -> tuple[Expression, list[ast.expr]]:
    """Split ``a.b['c']`` into what it begins with and its constant keys."""
    keys: list[ast.expr] = []
    while isinstance(node, Attribute) and isinstance(node.key, Literal):
        keys.insert(0, const(node.key.value))
        node = node.target
    return node, keys


def _concatenated(node: Expression) -> list[Expression]:
    """List the operands of a chain of ``~``, so that a long one is one call."""
    parts: list[Expression] = []
    while isinstance(node, Binary) and node.operator == "~":
        parts.insert(0, node.right)
        node = node.left
    return [node, *parts]


def _refused(message: str, node: Expression | Filter) -> ast.expr:
    """Fail when this is reached."""
    return at(call("refuse", const(message)), node.line, node.column)
