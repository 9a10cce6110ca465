"""Running jq programs: every node gives a stream of results, each with the path that led to it when one is asked for.

A path is ``None`` while nobody asks, a tuple of keys while it is followed, and `NO_PATH` once a result was made and not
looked up. Every step is paid for from the rendering's budget, so no program runs for ever; Python's own depth bounds
recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from tiercel.errors import ExpressionError
from tiercel.expressions.context import Context
from tiercel.expressions.jq import nodes
from tiercel.expressions.jq.nodes import Node, Pattern
from tiercel.expressions.jq.values import (
    JqError,
    Path,
    calculate,
    describe,
    get,
    is_true,
    kind,
    number,
    plain_text,
    put,
)
from tiercel.expressions.values import Value


class _NoPath:
    """The path of what was made, not found."""


NO_PATH: Final = _NoPath()
_STEPS_A_NODE = 3  # running a node takes about as long as three steps of a template
Where: TypeAlias = Path | _NoPath | None
Item: TypeAlias = tuple[Value, Where]
Results: TypeAlias = Iterator[Item]


class Scope:
    """Names in sight: variables (``$x``) and functions (``f/1``), innermost first."""

    __slots__ = ("_name", "_outer", "_value")

    def __init__(self, outer: Scope | None = None, name: str = "", value: object = None) -> None:
        self._outer = outer
        self._name = name
        self._value = value

    def find(self, name: str) -> object:
        """Find the innermost thing of that name; ``...`` when there is none."""
        scope: Scope | None = self
        while scope is not None:
            if scope._name == name:  # noqa: SLF001 (of the same class)
                return scope._value  # noqa: SLF001 (of the same class)
            scope = scope._outer  # noqa: SLF001 (of the same class)
        return ...


@dataclass(frozen=True, slots=True)
class Closure:
    """An argument: a program and the names it sees."""

    body: Node
    scope: Scope


@dataclass(slots=True)
class Defined:
    """A function made with ``def``; its scope is set once it knows itself."""

    parameters: tuple[str, ...]
    body: Node
    scope: Scope


class BreakError(Exception):
    """Leaves the label it belongs to."""

    def __init__(self, label: object) -> None:
        self.label = label
        super().__init__("break outside its label")


Native: TypeAlias = Callable[["Interpreter", tuple[Closure, ...], Value, Where], Results]


class Interpreter:
    """Runs programs in one rendering."""

    def __init__(
        self,
        context: Context,
        natives: dict[str, Native],
        format_text: Callable[[str, Value], str],
    ) -> None:
        self.context = context
        self._natives = natives
        self._format_text = format_text

    def values(self, node: Node, scope: Scope, value: Value) -> Iterator[Value]:
        """Give the results without paths."""
        for result, _ in self.run(node, scope, value, None):
            yield result

    def paths(self, node: Node, scope: Scope, value: Value) -> Iterator[Path]:
        """Give the paths a program leads to.

        Raises:
            JqError: A result was made, not looked up.
        """
        for result, path in self.run(node, scope, value, ()):
            if not isinstance(path, tuple):
                raise JqError(f"no path leads to {describe(result)}")
            yield path

    def run(self, node: Node, scope: Scope, value: Value, path: Where) -> Results:
        """Give the results of a program on a value that was found at a path."""
        self.context.spend(_STEPS_A_NODE)
        return _RUNNERS[type(node)](self, node, scope, value, path)

    def call(self, closure: Closure, value: Value, path: Where = None) -> Results:
        """Run an argument on a value."""
        return self.run(closure.body, closure.scope, value, path)

    def index(self, value: Value, path: Where, key: Value) -> Item:
        """Look up a key."""
        if isinstance(path, _NoPath):
            raise JqError(f"no path leads to {describe(value)}")
        return get(value, key), (None if path is None else (*path, key))

    def _identity(self, _: nodes.Identity, __: Scope, value: Value, path: Where) -> Results:
        yield value, path

    def _recurse_all(self, _: nodes.RecurseAll, __: Scope, value: Value, path: Where) -> Results:
        yield from self.recurse(value, path)

    def recurse(self, value: Value, path: Where) -> Results:
        """Give a value and all inside it, outermost first."""
        self.context.spend(1)
        yield value, path
        if isinstance(value, (list, dict)):
            for key in range(len(value)) if isinstance(value, list) else list(value):
                yield from self.recurse(*self.index(value, path, key))

    def _constant(self, node: nodes.Constant, _: Scope, __: Value, path: Where) -> Results:
        yield node.value, _made(path)

    def _text(self, node: nodes.Text, scope: Scope, value: Value, path: Where) -> Results:
        for text in self._texts(node, scope, value, len(node.parts)):
            yield text, _made(path)

    def _texts(self, node: nodes.Text, scope: Scope, value: Value, count: int) -> Iterator[str]:
        if count == 0:
            yield ""
            return
        part = node.parts[count - 1]
        if isinstance(part, str):
            for before in self._texts(node, scope, value, count - 1):
                yield before + part
            return
        for inner in self.values(part, scope, value):
            written = plain_text(inner) if node.format is None else self._format_text(node.format, inner)
            for before in self._texts(node, scope, value, count - 1):
                self.context.check_size(len(before) + len(written))
                yield before + written

    def _format(self, node: nodes.Format, _: Scope, value: Value, path: Where) -> Results:
        yield self._format_text(node.name, value), _made(path)

    def _variable(self, node: nodes.Variable, scope: Scope, _: Value, path: Where) -> Results:
        found = scope.find(f"${node.name}")
        if found is ...:
            raise ExpressionError("evaluation", f"jq: ${node.name} is not defined")
        yield found, _made(path)

    def _index(self, node: nodes.Index, scope: Scope, value: Value, path: Where) -> Results:
        for target, where in self.run(node.target, scope, value, path):
            for key in self.values(node.key, scope, value):
                yield self.index(target, where, key)

    def _slice(self, node: nodes.Slice, scope: Scope, value: Value, path: Where) -> Results:
        for target, where in self.run(node.target, scope, value, path):
            for end in self._bound(node.end, scope, value):
                for start in self._bound(node.start, scope, value):
                    if not isinstance(target, (list, str)) and target is not None:
                        raise JqError(f"cannot slice {kind(target)}")
                    yield self.index(target, where, {"start": start, "end": end})

    def _bound(self, node: Node | None, scope: Scope, value: Value) -> Iterator[Value]:
        if node is None:
            yield None
        else:
            yield from self.values(node, scope, value)

    def _iterate(self, node: nodes.Iterate, scope: Scope, value: Value, path: Where) -> Results:
        for target, where in self.run(node.target, scope, value, path):
            yield from self.iterate(target, where)

    def iterate(self, value: Value, path: Where) -> Results:
        """Give the items of an array or the values of an object."""
        if not isinstance(value, (list, dict)):
            raise JqError(f"cannot iterate over {describe(value)}")
        for key in range(len(value)) if isinstance(value, list) else list(value):
            self.context.spend(1)
            yield self.index(value, path, key)

    def _array(self, node: nodes.Array, scope: Scope, value: Value, path: Where) -> Results:
        items = [] if node.items is None else list(self.values(node.items, scope, value))
        yield items, _made(path)

    def _object(self, node: nodes.Object, scope: Scope, value: Value, path: Where) -> Results:
        for made in self._objects(node.entries, scope, value):
            yield made, _made(path)

    def _objects(
        self, entries: tuple[tuple[Node, Node], ...], scope: Scope, value: Value
    ) -> Iterator[dict[str, Value]]:
        if not entries:
            yield {}
            return
        key_node, value_node = entries[-1]
        for before in self._objects(entries[:-1], scope, value):
            for key in self.values(key_node, scope, value):
                if not isinstance(key, str):
                    raise JqError(f"a key of an object must be a string, not {describe(key)}")
                for item in self.values(value_node, scope, value):
                    yield {**before, key: item}

    def _pipe(self, node: nodes.Pipe, scope: Scope, value: Value, path: Where) -> Results:
        for middle, where in self.run(node.left, scope, value, path):
            yield from self.run(node.right, scope, middle, where)

    def _comma(self, node: nodes.Comma, scope: Scope, value: Value, path: Where) -> Results:
        yield from self.run(node.left, scope, value, path)
        yield from self.run(node.right, scope, value, path)

    def _binary(self, node: nodes.Binary, scope: Scope, value: Value, path: Where) -> Results:
        for right in self.values(node.right, scope, value):
            for left in self.values(node.left, scope, value):
                yield calculate(self.context, node.operator, left, right), _made(path)

    def _logic(self, node: nodes.Logic, scope: Scope, value: Value, path: Where) -> Results:
        decisive = node.operator == "or"
        for left in self.values(node.left, scope, value):
            if is_true(left) is decisive:
                yield decisive, _made(path)
                continue
            for right in self.values(node.right, scope, value):
                yield is_true(right), _made(path)

    def _alternative(self, node: nodes.Alternative, scope: Scope, value: Value, path: Where) -> Results:
        found = False
        try:
            for result in self.run(node.left, scope, value, path):
                if is_true(result[0]):
                    found = True
                    yield result
        except JqError:
            pass
        if not found:
            yield from self.run(node.right, scope, value, path)

    def _assign(self, node: nodes.Assign, scope: Scope, value: Value, path: Where) -> Results:
        if node.operator == "|=":
            yield self.update(node.paths, scope, value, lambda old: self.values(node.value, scope, old)), _made(path)
            return
        for new in self.values(node.value, scope, value):
            yield self.update(node.paths, scope, value, self._changed(node.operator, new)), _made(path)

    def _changed(self, operator: str, new: Value) -> Callable[[Value], Iterator[Value]]:
        def change(old: Value) -> Iterator[Value]:
            if operator == "=":
                yield new
            elif operator == "//=":
                yield old if is_true(old) else new
            else:
                yield calculate(self.context, operator[:-1], old, new)

        return change

    def update(self, paths: Node, scope: Scope, value: Value, change: Callable[[Value], Iterator[Value]]) -> Value:
        """Change what is at each path.

        Raises:
            JqError: A change has no result.
        """
        for path in list(self.paths(paths, scope, value)):
            old = value
            for key in path:
                old = get(old, key)
            new = next(change(old), ...)
            if new is ...:
                raise JqError("a change must have a result, not empty; del() deletes")
            value = put(value, path, new)
        return value

    def _negate(self, node: nodes.Negate, scope: Scope, value: Value, path: Where) -> Results:
        for operand in self.values(node.operand, scope, value):
            yield -number("-", operand), _made(path)

    def _if(self, node: nodes.If, scope: Scope, value: Value, path: Where) -> Results:
        for condition in self.values(node.condition, scope, value):
            yield from self.run(node.then if is_true(condition) else node.otherwise, scope, value, path)

    def _try(self, node: nodes.Try, scope: Scope, value: Value, path: Where) -> Results:
        try:
            yield from self.run(node.body, scope, value, path)
        except JqError as error:
            caught = error.value
        else:
            return
        if node.handler is not None:
            yield from self.run(node.handler, scope, caught, None if path is None else NO_PATH)

    def _call(self, node: nodes.Call, scope: Scope, value: Value, path: Where) -> Results:
        name = f"{node.name}/{len(node.arguments)}"
        found = scope.find(name)
        if isinstance(found, Closure):
            return self.call(found, value, path)
        arguments = tuple(Closure(argument, scope) for argument in node.arguments)
        if isinstance(found, Defined):
            return self._apply(found, arguments, 0, found.scope, (value, path))
        native = self._natives.get(name)
        if native is None:
            raise ExpressionError("evaluation", f"jq: there is no function {name}")
        return native(self, arguments, value, path)

    def _apply(
        self, function: Defined, arguments: tuple[Closure, ...], index: int, scope: Scope, item: Item
    ) -> Results:
        """Bind the arguments from one on, then run the body; ``$name`` parameters run once for each value."""
        if index == len(arguments):
            return self.run(function.body, scope, *item)
        name, argument = function.parameters[index], arguments[index]
        if not name.startswith("$"):
            return self._apply(function, arguments, index + 1, Scope(scope, f"{name}/0", argument), item)
        return (
            result
            for given, _ in self.call(argument, item[0])
            for result in self._apply(function, arguments, index + 1, self._bound_parameter(scope, name, given), item)
        )

    @staticmethod
    def _bound_parameter(scope: Scope, name: str, given: Value) -> Scope:
        as_function = Scope(scope, f"{name[1:]}/0", Closure(nodes.Constant(given), scope))
        return Scope(as_function, name, given)

    def _definition(self, node: nodes.Definition, scope: Scope, value: Value, path: Where) -> Results:
        return self.run(node.rest, self.define(node, scope), value, path)

    @staticmethod
    def define(node: nodes.Definition, scope: Scope) -> Scope:
        """Give a scope in which a function exists; it sees itself."""
        function = Defined(node.parameters, node.body, scope)
        function.scope = Scope(scope, f"{node.name}/{len(node.parameters)}", function)
        return function.scope

    def _bind(self, node: nodes.Bind, scope: Scope, value: Value, path: Where) -> Results:
        for source in self.values(node.source, scope, value):
            for bound in self.matched(node.pattern, source, scope, value):
                yield from self.run(node.body, bound, value, path)

    def matched(self, pattern: Pattern, source: Value, scope: Scope, value: Value) -> Iterator[Scope]:
        """Bind the variables of a pattern to the parts of a value."""
        match pattern:
            case nodes.Variable(name):
                yield Scope(scope, f"${name}", source)
            case nodes.ArrayPattern(items):
                yield from self._matched_items(items, 0, source, scope, value)
            case nodes.ObjectPattern(entries):
                yield from self._matched_entries(entries, source, scope, value)

    def _matched_items(
        self, items: tuple[Pattern, ...], index: int, source: Value, scope: Scope, value: Value
    ) -> Iterator[Scope]:
        if index == len(items):
            yield scope
            return
        for inner in self.matched(items[index], get(source, index), scope, value):
            yield from self._matched_items(items, index + 1, source, inner, value)

    def _matched_entries(
        self, entries: tuple[tuple[Node, str | None, Pattern | None], ...], source: Value, scope: Scope, value: Value
    ) -> Iterator[Scope]:
        if not entries:
            yield scope
            return
        key_node, variable, pattern = entries[0]
        for key in self.values(key_node, scope, value):
            found = get(source, key)
            named = scope if variable is None else Scope(scope, f"${variable}", found)
            for inner in (named,) if pattern is None else self.matched(pattern, found, named, value):
                yield from self._matched_entries(entries[1:], source, inner, value)

    def _reduce(self, node: nodes.Reduce, scope: Scope, value: Value, path: Where) -> Results:
        for start in self.run(node.start, scope, value, path):
            state = start
            for source in self.values(node.source, scope, value):
                for bound in self.matched(node.pattern, source, scope, value):
                    before, state = state, (None, _made(path))
                    for state in self.run(node.update, bound, *before):  # noqa: B007 (the last result is the state)
                        pass
            yield state

    def _foreach(self, node: nodes.Foreach, scope: Scope, value: Value, path: Where) -> Results:
        for start in self.run(node.start, scope, value, path):
            state = start
            for source in self.values(node.source, scope, value):
                for bound in self.matched(node.pattern, source, scope, value):
                    for state in self.run(node.update, bound, *state):  # noqa: B020 (the state goes on)
                        if node.extract is None:
                            yield state
                        else:
                            yield from self.run(node.extract, bound, *state)

    def _label(self, node: nodes.Label, scope: Scope, value: Value, path: Where) -> Results:
        label = object()
        try:
            yield from self.run(node.body, Scope(scope, f"*{node.name}", label), value, path)
        except BreakError as error:
            if error.label is not label:
                raise

    def _break(self, node: nodes.Break, scope: Scope, _: Value, __: Where) -> Results:
        label = scope.find(f"*{node.name}")
        if label is ...:
            raise ExpressionError("evaluation", f"jq: there is no label ${node.name}")
        raise BreakError(label)
        yield  # a generator, as all others are


def _made(path: Where) -> Where:
    return None if path is None else NO_PATH


# The methods of the class above, by the node they run.
_RUNNERS: dict[type, Callable[..., Results]] = {
    nodes.Identity: Interpreter._identity,  # noqa: SLF001
    nodes.RecurseAll: Interpreter._recurse_all,  # noqa: SLF001
    nodes.Constant: Interpreter._constant,  # noqa: SLF001
    nodes.Text: Interpreter._text,  # noqa: SLF001
    nodes.Format: Interpreter._format,  # noqa: SLF001
    nodes.Variable: Interpreter._variable,  # noqa: SLF001
    nodes.Index: Interpreter._index,  # noqa: SLF001
    nodes.Slice: Interpreter._slice,  # noqa: SLF001
    nodes.Iterate: Interpreter._iterate,  # noqa: SLF001
    nodes.Array: Interpreter._array,  # noqa: SLF001
    nodes.Object: Interpreter._object,  # noqa: SLF001
    nodes.Pipe: Interpreter._pipe,  # noqa: SLF001
    nodes.Comma: Interpreter._comma,  # noqa: SLF001
    nodes.Binary: Interpreter._binary,  # noqa: SLF001
    nodes.Logic: Interpreter._logic,  # noqa: SLF001
    nodes.Alternative: Interpreter._alternative,  # noqa: SLF001
    nodes.Assign: Interpreter._assign,  # noqa: SLF001
    nodes.Negate: Interpreter._negate,  # noqa: SLF001
    nodes.If: Interpreter._if,  # noqa: SLF001
    nodes.Try: Interpreter._try,  # noqa: SLF001
    nodes.Call: Interpreter._call,  # noqa: SLF001
    nodes.Definition: Interpreter._definition,  # noqa: SLF001
    nodes.Bind: Interpreter._bind,  # noqa: SLF001
    nodes.Reduce: Interpreter._reduce,  # noqa: SLF001
    nodes.Foreach: Interpreter._foreach,  # noqa: SLF001
    nodes.Label: Interpreter._label,  # noqa: SLF001
    nodes.Break: Interpreter._break,  # noqa: SLF001
}
