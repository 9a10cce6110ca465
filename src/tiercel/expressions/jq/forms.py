"""jq's functions that run their arguments themselves: they stream, follow paths, or stop early."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache

from tiercel.expressions.jq import nodes
from tiercel.expressions.jq.interpreter import (
    Closure,
    Interpreter,
    Native,
    Results,
    Where,
    made,
)
from tiercel.expressions.jq.library import VALUE_FUNCTIONS, ValueFunction
from tiercel.expressions.jq.values import JqError, array, is_true, kind, mapping, number, order, remove
from tiercel.expressions.values import Value

_SCALARS = frozenset({"null", "boolean", "number", "string"})


@lru_cache(maxsize=1)
def native_functions() -> dict[str, Native]:
    """Give every function there is, by name and number of arguments (``join/1``)."""
    return {**{name: _lifted(function) for name, function in VALUE_FUNCTIONS.items()}, **_FORMS}


def _lifted(function: ValueFunction) -> Native:
    """Make a function of values run for every combination of its arguments' values."""

    def call(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
        for given in _combinations(run, arguments, value):
            yield function(run.context, value, *given), made(path)

    return call


def _combinations(run: Interpreter, arguments: tuple[Closure, ...], value: Value) -> Iterator[tuple[Value, ...]]:
    if not arguments:
        yield ()
        return
    for last, _ in run.call(arguments[-1], value):
        for before in _combinations(run, arguments[:-1], value):
            yield (*before, last)


def _empty(_: Interpreter, __: tuple[Closure, ...], ___: Value, ____: Where) -> Results:
    return iter(())


def _get_path(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    for keys, _ in run.call(arguments[0], value):
        found, where = value, path
        for key in array("getpath", keys):
            found, where = (None, where) if found is None and where is None else run.index(found, where, key)
        yield found, where


def _path(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    for found in run.paths(arguments[0].body, arguments[0].scope, value):
        yield list(found), made(path)


def _paths(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    for found, where in run.recurse(value, ()):
        if where and (not arguments or any(is_true(test) for test, _ in run.call(arguments[0], found))):
            yield list(where) if isinstance(where, tuple) else None, made(path)


def _leaf_paths(run: Interpreter, _: tuple[Closure, ...], value: Value, path: Where) -> Results:
    for found, where in run.recurse(value, ()):
        if isinstance(where, tuple) and where and kind(found) in _SCALARS and is_true(found):
            yield list(where), made(path)


def _delete(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    yield remove(value, list(run.paths(arguments[0].body, arguments[0].scope, value))), made(path)


def _select(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    for condition, _ in run.call(arguments[0], value):
        if is_true(condition):
            yield value, path


def _kinds(*names: str) -> Native:
    def call(_: Interpreter, __: tuple[Closure, ...], value: Value, path: Where) -> Results:
        if kind(value) in names:
            yield value, path

    return call


def _finite(run: Interpreter, _: tuple[Closure, ...], value: Value, path: Where) -> Results:
    run.context.spend(1)
    if kind(value) == "number" and math.isfinite(float(number("finites", value))):
        yield value, path


def _recurse(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    """Give a value and all it leads to, outermost first, without recursion of Python's."""
    stack: list[Results] = [iter([(value, path)])]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
            continue
        run.context.spend(1)
        if len(arguments) > 1 and not any(is_true(test) for test, _ in run.call(arguments[1], item[0])):
            continue
        yield item
        stack.append(run.call(arguments[0], *item) if arguments else _children(run, *item))


def _children(run: Interpreter, value: Value, path: Where) -> Results:
    return run.iterate(value, path) if isinstance(value, (list, dict)) else iter(())


def _while(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    condition, update = arguments
    return _recurse(run, (update, condition), value, path)


def _until(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    condition, update = arguments
    stack: list[Results] = [iter([(value, path)])]
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif any(is_true(test) for test, _ in run.call(condition, item[0])):
            yield item
        else:
            stack.append(run.call(update, *item))


def _range(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    for given in _combinations(run, arguments, value):
        numbers = [number("range", bound) for bound in given]
        start, end, step = (0, numbers[0], 1) if len(numbers) == 1 else (*numbers, 1)[:3]
        if step == 0:
            raise JqError("range cannot go on by 0")
        while start < end if step > 0 else start > end:
            run.context.spend(1)
            yield start, made(path)
            start += step  # type: ignore[operator]  # numbers


def _limit(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    for count, _ in run.call(arguments[0], value):
        left = number("limit", count)
        if left == 0:
            continue
        for item in run.call(arguments[1], value, path):
            yield item
            left -= 1
            if left == 0:  # a negative limit is none
                break


def _first(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    if not arguments:
        yield run.index(value, path, 0)
        return
    item = next(run.call(arguments[0], value, path), None)
    if item is not None:
        yield item


def _last(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    if not arguments:
        yield run.index(value, path, -1)
        return
    item = None
    for item in run.call(arguments[0], value, path):  # noqa: B007 (the last one is wanted)
        pass
    if item is not None:
        yield item


def _nth(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    for count, _ in run.call(arguments[0], value):
        if len(arguments) == 1:
            yield run.index(value, path, count)
            continue
        if number("nth", count) < 0:
            raise JqError("nth: an index must not be negative")
        for index, item in enumerate(run.call(arguments[1], value, path)):
            if index == count:
                yield item
                break


def _any_all(*, decisive: bool) -> Native:
    def call(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
        items = run.iterate(value, None) if len(arguments) == 1 else run.call(arguments[0], value)
        found = any(is_true(test) is decisive for item, _ in items for test, _ in run.call(arguments[-1], item))
        yield (decisive if found else not decisive), made(path)

    return call


def _map_values(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    each = nodes.Iterate(nodes.Identity())
    change = arguments[0]
    new = run.update(each, change.scope, value, lambda old: (result for result, _ in run.call(change, old)))
    yield new, made(path)


def _keyed(run: Interpreter, name: str, closure: Closure, value: Value) -> list[tuple[Value, Value]]:
    """Pair every item with the list of what the argument gives for it."""
    return [([key for key, _ in run.call(closure, item)], item) for item in array(name, value)]


def _sort_by(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    keyed = sorted(_keyed(run, "sort_by", arguments[0], value), key=lambda pair: order(pair[0]))
    yield [item for _, item in keyed], made(path)


def _group_by(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    yield [[item for _, item in group] for group in _groups(run, "group_by", arguments[0], value)], made(path)


def _unique_by(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    yield [group[0][1] for group in _groups(run, "unique_by", arguments[0], value)], made(path)


def _groups(run: Interpreter, name: str, closure: Closure, value: Value) -> list[list[tuple[Value, Value]]]:
    groups: list[list[tuple[Value, Value]]] = []
    for pair in sorted(_keyed(run, name, closure, value), key=lambda pair: order(pair[0])):
        if groups and order(groups[-1][0][0]) == order(pair[0]):
            groups[-1].append(pair)
        else:
            groups.append([pair])
    return groups


def _extreme_by(name: str, choose: Callable[..., tuple[Value, Value] | None], *, from_end: bool) -> Native:
    def call(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
        keyed = _keyed(run, name, arguments[0], value)
        best = choose(keyed[::-1] if from_end else keyed, key=lambda pair: order(pair[0]), default=None)
        yield (None if best is None else best[1]), made(path)

    return call


def _with_entries(run: Interpreter, arguments: tuple[Closure, ...], value: Value, path: Where) -> Results:
    entries = [{"key": key, "value": item} for key, item in mapping(value).items()]
    changed = [result for entry in entries for result, _ in run.call(arguments[0], entry)]
    yield VALUE_FUNCTIONS["from_entries/0"](run.context, changed), made(path)


def _now(run: Interpreter, _: tuple[Closure, ...], __: Value, path: Where) -> Results:
    now = run.context.host.now()
    yield now.epoch_second + now.nanosecond / 1_000_000_000, made(path)


_FORMS: dict[str, Native] = {
    "empty/0": _empty,
    "now/0": _now,
    "getpath/1": _get_path,
    "path/1": _path,
    "paths/0": _paths,
    "paths/1": _paths,
    "leaf_paths/0": _leaf_paths,
    "del/1": _delete,
    "select/1": _select,
    "recurse/0": _recurse,
    "recurse_down/0": _recurse,
    "recurse/1": _recurse,
    "recurse/2": _recurse,
    "while/2": _while,
    "until/2": _until,
    "range/1": _range,
    "range/2": _range,
    "range/3": _range,
    "limit/2": _limit,
    "first/0": _first,
    "first/1": _first,
    "last/0": _last,
    "last/1": _last,
    "nth/1": _nth,
    "nth/2": _nth,
    "any/1": _any_all(decisive=True),
    "any/2": _any_all(decisive=True),
    "all/1": _any_all(decisive=False),
    "all/2": _any_all(decisive=False),
    "map_values/1": _map_values,
    "sort_by/1": _sort_by,
    "group_by/1": _group_by,
    "unique_by/1": _unique_by,
    "min_by/1": _extreme_by("min_by", min, from_end=False),
    "max_by/1": _extreme_by("max_by", max, from_end=True),
    "with_entries/1": _with_entries,
    "objects/0": _kinds("object"),
    "arrays/0": _kinds("array"),
    "iterables/0": _kinds("array", "object"),
    "strings/0": _kinds("string"),
    "numbers/0": _kinds("number"),
    "booleans/0": _kinds("boolean"),
    "nulls/0": _kinds("null"),
    "values/0": _kinds("boolean", "number", "string", "array", "object"),
    "scalars/0": _kinds(*_SCALARS),
    "finites/0": _finite,
}
