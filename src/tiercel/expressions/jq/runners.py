"""How each node of a jq program runs: one function a node, collected in `RUNNERS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tiercel.errors import ExpressionError
from tiercel.expressions.jq import nodes
from tiercel.expressions.jq.interpreter import (
    BreakError,
    Closure,
    Defined,
    Interpreter,
    Item,
    Results,
    Runner,
    Scope,
    Where,
    made,
)
from tiercel.expressions.jq.nodes import Node, Pattern
from tiercel.expressions.jq.values import JqError, calculate, describe, get, is_true, kind, number, plain_text
from tiercel.expressions.values import Value


def _identity(_: Interpreter, __: nodes.Identity, ___: Scope, value: Value, path: Where) -> Results:
    yield value, path


def _recurse_all(run: Interpreter, _: nodes.RecurseAll, __: Scope, value: Value, path: Where) -> Results:
    yield from run.recurse(value, path)


def _constant(_: Interpreter, node: nodes.Constant, __: Scope, ___: Value, path: Where) -> Results:
    yield node.value, made(path)


def _text(run: Interpreter, node: nodes.Text, scope: Scope, value: Value, path: Where) -> Results:
    for text in _texts(run, node, scope, value, len(node.parts)):
        yield text, made(path)


def _texts(run: Interpreter, node: nodes.Text, scope: Scope, value: Value, count: int) -> Iterator[str]:
    if count == 0:
        yield ""
        return
    part = node.parts[count - 1]
    if isinstance(part, str):
        for before in _texts(run, node, scope, value, count - 1):
            yield before + part
        return
    for inner in run.values(part, scope, value):
        written = plain_text(inner) if node.format is None else run.format_text(node.format, inner)
        for before in _texts(run, node, scope, value, count - 1):
            run.context.check_size(len(before) + len(written))
            yield before + written


def _format(run: Interpreter, node: nodes.Format, _: Scope, value: Value, path: Where) -> Results:
    yield run.format_text(node.name, value), made(path)


def _variable(_: Interpreter, node: nodes.Variable, scope: Scope, __: Value, path: Where) -> Results:
    found = scope.find(f"${node.name}")
    if found is ...:
        raise ExpressionError("evaluation", f"jq: ${node.name} is not defined")
    yield found, made(path)


def _index(run: Interpreter, node: nodes.Index, scope: Scope, value: Value, path: Where) -> Results:
    for target, where in run.run(node.target, scope, value, path):
        for key in run.values(node.key, scope, value):
            yield run.index(target, where, key)


def _slice(run: Interpreter, node: nodes.Slice, scope: Scope, value: Value, path: Where) -> Results:
    for target, where in run.run(node.target, scope, value, path):
        for end in _bound(run, node.end, scope, value):
            for start in _bound(run, node.start, scope, value):
                if not isinstance(target, (list, str)) and target is not None:
                    raise JqError(f"cannot slice {kind(target)}")
                yield run.index(target, where, {"start": start, "end": end})


def _bound(run: Interpreter, node: Node | None, scope: Scope, value: Value) -> Iterator[Value]:
    if node is None:
        yield None
    else:
        yield from run.values(node, scope, value)


def _iterate(run: Interpreter, node: nodes.Iterate, scope: Scope, value: Value, path: Where) -> Results:
    for target, where in run.run(node.target, scope, value, path):
        yield from run.iterate(target, where)


def _array(run: Interpreter, node: nodes.Array, scope: Scope, value: Value, path: Where) -> Results:
    items = [] if node.items is None else list(run.values(node.items, scope, value))
    yield items, made(path)


def _object(run: Interpreter, node: nodes.Object, scope: Scope, value: Value, path: Where) -> Results:
    for entries in _objects(run, node.entries, scope, value):
        yield entries, made(path)


def _objects(
    run: Interpreter, entries: tuple[tuple[Node, Node], ...], scope: Scope, value: Value
) -> Iterator[dict[str, Value]]:
    if not entries:
        yield {}
        return
    key_node, value_node = entries[-1]
    for before in _objects(run, entries[:-1], scope, value):
        for key in run.values(key_node, scope, value):
            if not isinstance(key, str):
                raise JqError(f"a key of an object must be a string, not {describe(key)}")
            for item in run.values(value_node, scope, value):
                yield {**before, key: item}


def _pipe(run: Interpreter, node: nodes.Pipe, scope: Scope, value: Value, path: Where) -> Results:
    for middle, where in run.run(node.left, scope, value, path):
        yield from run.run(node.right, scope, middle, where)


def _comma(run: Interpreter, node: nodes.Comma, scope: Scope, value: Value, path: Where) -> Results:
    yield from run.run(node.left, scope, value, path)
    yield from run.run(node.right, scope, value, path)


def _binary(run: Interpreter, node: nodes.Binary, scope: Scope, value: Value, path: Where) -> Results:
    for right in run.values(node.right, scope, value):
        for left in run.values(node.left, scope, value):
            yield calculate(run.context, node.operator, left, right), made(path)


def _logic(run: Interpreter, node: nodes.Logic, scope: Scope, value: Value, path: Where) -> Results:
    decisive = node.operator == "or"
    for left in run.values(node.left, scope, value):
        if is_true(left) is decisive:
            yield decisive, made(path)
            continue
        for right in run.values(node.right, scope, value):
            yield is_true(right), made(path)


def _alternative(run: Interpreter, node: nodes.Alternative, scope: Scope, value: Value, path: Where) -> Results:
    found = False
    try:
        for result in run.run(node.left, scope, value, path):
            if is_true(result[0]):
                found = True
                yield result
    except JqError:
        pass
    if not found:
        yield from run.run(node.right, scope, value, path)


def _assign(run: Interpreter, node: nodes.Assign, scope: Scope, value: Value, path: Where) -> Results:
    if node.operator == "|=":
        yield run.update(node.paths, scope, value, lambda old: run.values(node.value, scope, old)), made(path)
        return
    for new in run.values(node.value, scope, value):
        yield run.update(node.paths, scope, value, _changed(run, node.operator, new)), made(path)


def _changed(run: Interpreter, operator: str, new: Value) -> Callable[[Value], Iterator[Value]]:
    def change(old: Value) -> Iterator[Value]:
        if operator == "=":
            yield new
        elif operator == "//=":
            yield old if is_true(old) else new
        else:
            yield calculate(run.context, operator[:-1], old, new)

    return change


def _negate(run: Interpreter, node: nodes.Negate, scope: Scope, value: Value, path: Where) -> Results:
    for operand in run.values(node.operand, scope, value):
        yield -number("-", operand), made(path)


def _if(run: Interpreter, node: nodes.If, scope: Scope, value: Value, path: Where) -> Results:
    for condition in run.values(node.condition, scope, value):
        yield from run.run(node.then if is_true(condition) else node.otherwise, scope, value, path)


def _try(run: Interpreter, node: nodes.Try, scope: Scope, value: Value, path: Where) -> Results:
    try:
        yield from run.run(node.body, scope, value, path)
    except JqError as error:
        caught = error.value
    else:
        return
    if node.handler is not None:
        yield from run.run(node.handler, scope, caught, made(path))


def _call(run: Interpreter, node: nodes.Call, scope: Scope, value: Value, path: Where) -> Results:
    name = f"{node.name}/{len(node.arguments)}"
    found = scope.find(name)
    if isinstance(found, Closure):
        return run.call(found, value, path)
    arguments = tuple(Closure(argument, scope) for argument in node.arguments)
    if isinstance(found, Defined):
        return _apply(run, found, arguments, 0, found.scope, (value, path))
    native = run.natives.get(name)
    if native is None:
        raise ExpressionError("evaluation", f"jq: there is no function {name}")
    return native(run, arguments, value, path)


def _apply(
    run: Interpreter, function: Defined, arguments: tuple[Closure, ...], index: int, scope: Scope, item: Item
) -> Results:
    """Bind the arguments from one on, then run the body; ``$name`` parameters run once for each value."""
    if index == len(arguments):
        return run.run(function.body, scope, *item)
    name, argument = function.parameters[index], arguments[index]
    if not name.startswith("$"):
        return _apply(run, function, arguments, index + 1, Scope(scope, f"{name}/0", argument), item)
    return (
        result
        for given, _ in run.call(argument, item[0])
        for result in _apply(run, function, arguments, index + 1, _bound_parameter(scope, name, given), item)
    )


def _bound_parameter(scope: Scope, name: str, given: Value) -> Scope:
    as_function = Scope(scope, f"{name[1:]}/0", Closure(nodes.Constant(given), scope))
    return Scope(as_function, name, given)


def _definition(run: Interpreter, node: nodes.Definition, scope: Scope, value: Value, path: Where) -> Results:
    return run.run(node.rest, define(node, scope), value, path)


def define(node: nodes.Definition, scope: Scope) -> Scope:
    """Give a scope in which a function exists; it sees itself."""
    function = Defined(node.parameters, node.body, scope)
    function.scope = Scope(scope, f"{node.name}/{len(node.parameters)}", function)
    return function.scope


def _bind(run: Interpreter, node: nodes.Bind, scope: Scope, value: Value, path: Where) -> Results:
    for source in run.values(node.source, scope, value):
        for bound in _matched(run, node.pattern, source, scope, value):
            yield from run.run(node.body, bound, value, path)


def _matched(run: Interpreter, pattern: Pattern, source: Value, scope: Scope, value: Value) -> Iterator[Scope]:
    """Bind the variables of a pattern to the parts of a value."""
    match pattern:
        case nodes.Variable(name):
            yield Scope(scope, f"${name}", source)
        case nodes.ArrayPattern(items):
            yield from _matched_items(run, items, 0, source, scope, value)
        case nodes.ObjectPattern(entries):
            yield from _matched_entries(run, entries, source, scope, value)


def _matched_items(
    run: Interpreter, items: tuple[Pattern, ...], index: int, source: Value, scope: Scope, value: Value
) -> Iterator[Scope]:
    if index == len(items):
        yield scope
        return
    for inner in _matched(run, items[index], get(source, index), scope, value):
        yield from _matched_items(run, items, index + 1, source, inner, value)


def _matched_entries(
    run: Interpreter,
    entries: tuple[tuple[Node, str | None, Pattern | None], ...],
    source: Value,
    scope: Scope,
    value: Value,
) -> Iterator[Scope]:
    if not entries:
        yield scope
        return
    key_node, variable, pattern = entries[0]
    for key in run.values(key_node, scope, value):
        found = get(source, key)
        named = scope if variable is None else Scope(scope, f"${variable}", found)
        for inner in (named,) if pattern is None else _matched(run, pattern, found, named, value):
            yield from _matched_entries(run, entries[1:], source, inner, value)


def _reduce(run: Interpreter, node: nodes.Reduce, scope: Scope, value: Value, path: Where) -> Results:
    for start in run.run(node.start, scope, value, path):
        state = start
        for source in run.values(node.source, scope, value):
            for bound in _matched(run, node.pattern, source, scope, value):
                before, state = state, (None, made(path))
                for state in run.run(node.update, bound, *before):  # noqa: B007 (the last result is the state)
                    pass
        yield state


def _foreach(run: Interpreter, node: nodes.Foreach, scope: Scope, value: Value, path: Where) -> Results:
    for start in run.run(node.start, scope, value, path):
        state = start
        for source in run.values(node.source, scope, value):
            for bound in _matched(run, node.pattern, source, scope, value):
                for state in run.run(node.update, bound, *state):  # noqa: B020 (the state goes on)
                    if node.extract is None:
                        yield state
                    else:
                        yield from run.run(node.extract, bound, *state)


def _label(run: Interpreter, node: nodes.Label, scope: Scope, value: Value, path: Where) -> Results:
    label = object()
    try:
        yield from run.run(node.body, Scope(scope, f"*{node.name}", label), value, path)
    except BreakError as error:
        if error.label is not label:
            raise


def _break(_: Interpreter, node: nodes.Break, scope: Scope, __: Value, ___: Where) -> Results:
    label = scope.find(f"*{node.name}")
    if label is ...:
        raise ExpressionError("evaluation", f"jq: there is no label ${node.name}")
    raise BreakError(label)
    yield  # a generator, as all others are


RUNNERS: dict[type, Runner] = {
    nodes.Identity: _identity,
    nodes.RecurseAll: _recurse_all,
    nodes.Constant: _constant,
    nodes.Text: _text,
    nodes.Format: _format,
    nodes.Variable: _variable,
    nodes.Index: _index,
    nodes.Slice: _slice,
    nodes.Iterate: _iterate,
    nodes.Array: _array,
    nodes.Object: _object,
    nodes.Pipe: _pipe,
    nodes.Comma: _comma,
    nodes.Binary: _binary,
    nodes.Logic: _logic,
    nodes.Alternative: _alternative,
    nodes.Assign: _assign,
    nodes.Negate: _negate,
    nodes.If: _if,
    nodes.Try: _try,
    nodes.Call: _call,
    nodes.Definition: _definition,
    nodes.Bind: _bind,
    nodes.Reduce: _reduce,
    nodes.Foreach: _foreach,
    nodes.Label: _label,
    nodes.Break: _break,
}
