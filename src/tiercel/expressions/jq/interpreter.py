"""Running jq programs: every node gives a stream of results, each with the path that led to it when one is asked for.

A path is ``None`` while nobody asks, a tuple of keys while it is followed, and `NO_PATH` once a result was made and not
looked up. Every step is paid for from the rendering's budget, so no program runs for ever; Python's own depth bounds
recursion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from tiercel.expressions.context import Context
from tiercel.expressions.jq.nodes import Node
from tiercel.expressions.jq.values import (
    JqError,
    Path,
    describe,
    get,
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


Runner: TypeAlias = Callable[..., Results]
Native: TypeAlias = Callable[["Interpreter", tuple[Closure, ...], Value, Where], Results]


class Interpreter:
    """Runs programs in one rendering.

    Attributes:
        context: Of the rendering; its budget is paid from.
        natives: Functions that are not written in jq, by name and number of arguments.
        format_text: Writes a value in a format such as ``base64``.
    """

    __slots__ = ("_runners", "context", "format_text", "natives")

    def __init__(
        self,
        context: Context,
        runners: Mapping[type, Runner],
        natives: Mapping[str, Native],
        format_text: Callable[[str, Value], str],
    ) -> None:
        self.context = context
        self.natives = natives
        self.format_text = format_text
        self._runners = runners

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
        return self._runners[type(node)](self, node, scope, value, path)

    def call(self, closure: Closure, value: Value, path: Where = None) -> Results:
        """Run an argument on a value."""
        return self.run(closure.body, closure.scope, value, path)

    def index(self, value: Value, path: Where, key: Value) -> Item:
        """Look up a key."""
        if isinstance(path, _NoPath):
            raise JqError(f"no path leads to {describe(value)}")
        return get(value, key), (None if path is None else (*path, key))

    def recurse(self, value: Value, path: Where) -> Results:
        """Give a value and all inside it, outermost first."""
        self.context.spend(1)
        yield value, path
        if isinstance(value, (list, dict)):
            for key in range(len(value)) if isinstance(value, list) else list(value):
                yield from self.recurse(*self.index(value, path, key))

    def iterate(self, value: Value, path: Where) -> Results:
        """Give the items of an array or the values of an object."""
        if not isinstance(value, (list, dict)):
            raise JqError(f"cannot iterate over {describe(value)}")
        for key in range(len(value)) if isinstance(value, list) else list(value):
            self.context.spend(1)
            yield self.index(value, path, key)

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


def made(path: Where) -> Where:
    """Give the path of a result that was made: none, when paths are followed."""
    return None if path is None else NO_PATH
