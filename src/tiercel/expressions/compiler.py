"""Syntax trees to Python functions.

The tree of a template becomes the syntax tree of a Python function, never text, so that nothing in a template can
become code: names and literals appear as constants only, and all the function can call are the functions of `runtime`
and `operators` and the entries of the library. Every node keeps the line and column of the template, so that a failure
finds its place from the traceback and nothing is paid while all goes well.

A template is compiled in one of two modes: to text, or to a list of the values it outputs (typed rendering). Names that
the template never sets are looked up in the variables at once. Loop variables and parameters of macros are local
variables of Python, unless the template has ``{% set %}`` or ``{% block %}``: those need `runtime.Scopes`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tiercel.errors import ExpressionError
from tiercel.expressions import operators, runtime, text
from tiercel.expressions.context import Context
from tiercel.expressions.expression_compiler import ExpressionCompiler
from tiercel.expressions.library import Library
from tiercel.expressions.names import Local
from tiercel.expressions.nodes import (
    Block,
    Body,
    FilterBlock,
    For,
    If,
    Literal,
    Macro,
    Output,
    Set,
    Statement,
    Text,
    Tree,
)
from tiercel.expressions.pyast import STORE, assign, at, call, const, function, is_op, keep, load, method, put
from tiercel.expressions.values import Loop, Value
from tiercel.model.dialect import Dialect

FILENAME = "<expression>"
Rendering: TypeAlias = Callable[[Context], str]
Evaluation: TypeAlias = Callable[[Context], list[Value]]

_GLOBALS: dict[str, object] = {
    "root": runtime.root,
    "pair": runtime.pair,
    "attribute": runtime.attribute,
    "find_path": runtime.find_path,
    "guard": runtime.guard,
    "guarded": runtime.guarded,
    "firm": runtime.firm,
    "builtin": runtime.builtin,
    "refuse_method": runtime.refuse_method,
    "refuse": runtime.refuse,
    "print_block": runtime.print_block,
    "is_true": runtime.is_true,
    "is_operand_true": runtime.is_operand_true,
    "is_condition": runtime.is_condition,
    "iterate": runtime.iterate,
    "Loop": Loop,
    "map_key": runtime.map_key,
    "Scopes": runtime.Scopes,
    "bind_macro": runtime.bind_macro,
    "enter": runtime.enter,
    "leave": runtime.leave,
    "MISSING": runtime.MISSING,
    "EMPTY": {},
    "add": operators.add,
    "subtract": operators.subtract,
    "calculate": operators.calculate,
    "negate": operators.negate,
    "affirm": operators.affirm,
    "concatenate": operators.concatenate,
    "equal": operators.equal,
    "compare": operators.compare,
    "contains": operators.contains,
    "is_in": operators.is_in,
    "make_range": operators.make_range,
    "to_text": text.to_text,
    "inner_text": text.inner_text,
    "with_locals": runtime.with_locals,
    "join": runtime.join,
    "len": len,
    "enumerate": enumerate,
    "str": str,
}


@dataclass(slots=True)
class Compiled:
    """What a template became.

    Attributes:
        names: Variables it reads that it does not set itself.
        functions: Functions it calls.
        unknown: A failure for each filter, function or test that does not exist.
        reads_all: It calls a function that may read any variable.
        render: To text.
    """

    names: frozenset[str]
    functions: frozenset[str]
    unknown: tuple[ExpressionError, ...]
    reads_all: bool
    render: Rendering


def compile_tree(tree: Tree, library: Library, dialect: Dialect) -> Compiled:
    """Compile a template to text."""
    compiler = TemplateCompiler(tree, library, dialect)
    render: Rendering = compiler.build(is_typed=False)  # type: ignore[assignment]  # this mode gives text
    return Compiled(
        names=frozenset(compiler.names.read),
        functions=frozenset(compiler.functions),
        unknown=tuple(compiler.unknown),
        reads_all=compiler.reads_all,
        render=render,
    )


def compile_evaluation(tree: Tree, library: Library, dialect: Dialect) -> Evaluation:
    """Compile a template to the list of values it outputs."""
    compiler = TemplateCompiler(tree, library, dialect)
    evaluate: Evaluation = compiler.build(is_typed=True)  # type: ignore[assignment]  # this mode gives values
    return evaluate


@dataclass(frozen=True, slots=True)
class Sink:
    """Where a body writes: the name of a list, and whether values go there as they are."""

    name: str
    is_typed: bool


class TemplateCompiler(ExpressionCompiler):
    """Compiles the statements of one template."""

    def __init__(self, tree: Tree, library: Library, dialect: Dialect) -> None:
        super().__init__(tree, library, dialect)
        self.printer = "to_text"
        self.namespace.update(_GLOBALS)
        self.namespace["DIALECT"] = dialect

    def build(self, *, is_typed: bool) -> Rendering | Evaluation:
        """Build the function of one mode."""
        try:
            simple = None if is_typed else self._simple_text(self.tree.body)
            body = self._captured(self.tree.body, is_typed=is_typed) if simple is None else [ast.Return(simple)]
            module = ast.Module([function("template", ["C"], [*self._prologue(), *body])], [])
            ast.fix_missing_locations(module)
            exec(compile(module, FILENAME, "exec"), self.namespace)  # noqa: S102 (built from nodes, see above)
        except RecursionError:
            raise ExpressionError("syntax", "the template is nested too deep", line=1, column=1) from None
        return self.namespace["template"]  # type: ignore[return-value]  # defined just now

    def _prologue(self) -> list[ast.stmt]:
        statements = [assign("V", ast.Attribute(load("C"), "variables", ast.Load()))]
        if self.tree.is_scoped:
            statements.append(assign("S", call("Scopes", load("V"))))
        for name, macro in self.tree.macros.items():
            statements.append(self._macro(self.macro_names[name], macro))
        for name, block in self.tree.blocks.items():
            statements.append(self._block_function(self.block_names[name], block))
        return statements

    def _simple_text(self, body: Body) -> ast.expr | None:
        """Write text and outputs alone as one expression."""
        if not all(isinstance(statement, (Text, Output)) for statement in body):
            return None
        parts: list[ast.expr] = []
        for statement in body:
            if isinstance(statement, Text):
                parts.append(const(statement.text))
            elif isinstance(statement, Output):
                parts.append(ast.FormattedValue(self.as_text(statement), -1, None))
        if len(parts) == 1:
            only = parts[0]
            return only.value if isinstance(only, ast.FormattedValue) else only
        return ast.JoinedStr(parts)

    def as_text(self, statement: Output) -> ast.expr:
        """Write an output as text; text needs no call."""
        expression = statement.expression
        if isinstance(expression, Literal) and isinstance(expression.value, str):
            return const(expression.value)
        name = self.names.fresh("t")
        value = keep(name, self.expression(expression))
        is_text = is_op(ast.Attribute(value, "__class__", ast.Load()), ast.Is(), load("str"))
        return ast.IfExp(is_text, load(name), call(self.printer, load(name), load("DIALECT")))

    def _captured(self, body: Body, *, is_typed: bool) -> list[ast.stmt]:
        """Write a body into a list of its own, and return it: joined, or as it is."""
        sink = Sink(self.names.fresh("o"), is_typed)
        statements = [assign(sink.name, ast.List([], ast.Load())), *self._statements(body, sink)]
        result = load(sink.name) if is_typed else call("join", load("C"), load(sink.name))
        return [*statements, ast.Return(result)]

    def _inner(self, body: Body) -> list[ast.stmt]:
        """Write the body of a macro, a block printed by name or a filter, which prints values as joined to text."""
        outer, self.printer = self.printer, "inner_text"
        statements = self._captured(body, is_typed=False)
        self.printer = outer
        return statements

    def _statements(self, body: Body, sink: Sink) -> list[ast.stmt]:
        return [python for statement in body for python in self._statement(statement, sink)]

    def _statement(self, statement: Statement, sink: Sink) -> list[ast.stmt]:
        match statement:
            case Text():
                return [self._write(sink, const(statement.text))]
            case Output():
                value = self.expression(statement.expression) if sink.is_typed else self.as_text(statement)
                return [self._write(sink, value)]
            case If():
                return self._if(statement, sink)
            case For():
                return self._for(statement, sink)
            case Set():
                value = self.expression(statement.expression)
                self.names.bind(statement.name)
                return [ast.Expr(method("S", "set", const(statement.name), value))]
            case Macro():
                return []
            case FilterBlock():
                return self._filter_block(statement, sink)
            case Block():
                return self._block(statement, sink)

    def _write(self, sink: Sink, value: ast.expr) -> ast.stmt:
        return ast.Expr(method(sink.name, "append", value))

    def _if(self, statement: If, sink: Sink) -> list[ast.stmt]:
        orelse = self._statements(statement.otherwise, sink)
        for condition, body in reversed(statement.branches):
            test = at(call("is_condition", self.expression(condition)), condition.line, condition.column)
            orelse = [ast.If(test, self._statements(body, sink) or [ast.Pass()], orelse)]
        return orelse

    def _for(self, statement: For, sink: Sink) -> list[ast.stmt]:
        items, index, item, frame = (self.names.fresh(prefix) for prefix in "lixf")
        iterable = at(call("iterate", self.expression(statement.iterable)), statement.line, statement.column)
        with self.names.inside((statement.name, "loop")) as local:
            body = self._statements(statement.body, sink)
        inner: list[ast.stmt] = [ast.Expr(at(method("C", "spend", const(1)), statement.line, statement.column))]
        if "loop" in local.used:
            inner.append(self._bind(local, frame, "loop", call("Loop", load(index), call("len", load(items)))))
        inner.append(self._bind(local, frame, statement.name, load(item)))
        target = ast.Tuple([ast.Name(index, STORE), ast.Name(item, STORE)], STORE)
        loop: list[ast.stmt] = [ast.For(target, call("enumerate", load(items)), [*inner, *body], [], None)]
        if self.tree.is_scoped:
            loop = [assign(frame, method("S", "push")), *loop, ast.Expr(method("S", "pop"))]
        otherwise = self._statements(statement.otherwise, sink)
        if otherwise:
            loop = [ast.If(load(items), loop, otherwise)]
        return [assign(items, iterable), ast.If(is_op(load(items), ast.IsNot(), const(None)), loop, [])]

    def _bind(self, local: Local, frame: str, name: str, value: ast.expr) -> ast.stmt:
        """Give a name of this scope a value: in its frame, or as a variable of Python."""
        return put(frame, name, value) if self.tree.is_scoped else assign(local.python[name], value)

    def _filter_block(self, statement: FilterBlock, sink: Sink) -> list[ast.stmt]:
        name = self.names.fresh("b")
        definition = function(name, [], self._inner(statement.body))
        value: ast.expr = ast.Call(load(name), [], [])
        first = self.library.filters.get(statement.filters[0].name)
        if first is not None and first.takes_undefined:
            value = call("guarded", load(name))
        for entry in statement.filters:
            value = self.apply_filter(value, entry)
        if not sink.is_typed:
            value = call(self.printer, value, load("DIALECT"))
        return [definition, self._write(sink, value)]

    def _block(self, statement: Block, sink: Sink) -> list[ast.stmt]:
        """Write a block where it stands: the last one of its name."""
        return self._statements(self.tree.blocks[statement.name].body, sink)

    def _block_function(self, name: str, block: Block) -> ast.stmt:
        """Define what ``block('name')`` calls."""
        return function(name, [], self._guarded(block.line, block.column, self._inner(block.body)))

    def _macro(self, name: str, macro: Macro) -> ast.stmt:
        """Define a macro: a function of its arguments, which sees no variables but them."""
        frame = self.names.fresh("f")
        body: list[ast.stmt] = [assign("V", load("EMPTY"))]
        if self.tree.is_scoped:
            body += [assign("S", call("Scopes", load("V"))), assign(frame, method("S", "push"))]
        with self.names.inside([parameter for parameter, _ in macro.parameters], is_macro=True) as local:
            for parameter, default in macro.parameters:
                value = method("A", "get", const(parameter))
                if default is not None:
                    is_given = is_op(const(parameter), ast.In(), load("A"))
                    value = ast.IfExp(is_given, value, self.expression(default))
                body.append(self._bind(local, frame, parameter, value))
            body += self._inner(macro.body)
        return function(name, ["A"], self._guarded(macro.line, macro.column, body))

    def _guarded(self, line: int, column: int, body: list[ast.stmt]) -> list[ast.stmt]:
        """Count the depth of calls around a body."""
        entry = ast.Expr(at(call("enter", load("C")), line, column))
        return [entry, ast.Try(body, [], [], [ast.Expr(call("leave", load("C")))])]
