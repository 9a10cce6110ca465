"""What compiled templates call: look-up, truth, iteration, scopes and macros."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Final, NoReturn

from tiercel.errors import ExpressionError
from tiercel.expressions.context import Context
from tiercel.expressions.operators import kind_of
from tiercel.expressions.text import java_text
from tiercel.expressions.values import Entry, Loop, OrderedSet, Value, is_number, is_text

MISSING: Final = object()
"""What a guarded look-up gives for what is not there."""


def root(variables: Mapping[str, Value], name: str) -> Value:
    """Look a variable up.

    Raises:
        ExpressionError: It is ``undefined`` (as for all look-ups here).
    """
    try:
        return variables[name]
    except KeyError:
        raise _undefined(name) from None


def pair(variables: Mapping[str, Value], name: str, key: str) -> Value:
    """Look up ``name.key``."""
    try:
        value = variables[name]
    except KeyError:
        raise _undefined(name) from None
    if value.__class__ is dict:
        try:
            return value[key]
        except KeyError:
            raise _undefined(key) from None
    return attribute(value, key)


def attribute(value: Value, key: Value) -> Value:
    """Look up ``value.key`` or ``value[key]``: an entry of a map or an item of a list, nothing else."""
    if value.__class__ is dict:
        try:
            return value[key]
        except (KeyError, TypeError):
            pass
    found = find(value, key)
    if found is MISSING:
        raise _undefined(key, of=value)
    return found


def find(value: Value, key: Value) -> Value:
    """Look up as `attribute` does; what is not there is `MISSING`."""
    if isinstance(value, Mapping):
        return _entry(value, key)
    if isinstance(value, list) and not isinstance(value, OrderedSet):
        return _item(value, key)
    if isinstance(value, (Entry, Loop)):
        return value.attributes().get(java_text(key), MISSING)
    return MISSING


def _entry(entries: Mapping[Value, Value], key: Value) -> Value:
    if isinstance(key, (list, Mapping)):
        return MISSING
    if key in entries:
        return entries[key]
    if key is None:
        raise ExpressionError("evaluation", "null is no key of a map")
    if is_number(key) and not any(map(is_number, entries)):
        number = java_text(key)
        raise ExpressionError("evaluation", f"the keys of the map are text; {number} is a number, '{number}' is text")
    return MISSING


def _item(items: list[Value], key: Value) -> Value:
    if isinstance(key, str) and key.removeprefix("+").isdecimal():
        key = int(key)
    if isinstance(key, int) and not isinstance(key, bool) and 0 <= key < len(items):
        return items[key]
    return MISSING


def find_path(value: Value, keys: tuple[Value, ...]) -> Value:
    """Look up one key after another."""
    for key in keys:
        value = find(value, key)
        if value is MISSING:
            return MISSING
    return value


def guard(evaluate: Callable[[], Value]) -> Value:
    """Evaluate, taking what is missing as `MISSING`."""
    try:
        return evaluate()
    except ExpressionError as error:
        if error.kind == "undefined" and not error.line:  # one with a line comes from a nested rendering
            return MISSING
        raise


def guarded(evaluate: Callable[[], Value]) -> Value:
    """Evaluate, taking what is missing as null."""
    value = guard(evaluate)
    return None if value is MISSING else value


def firm(evaluate: Callable[[], Value], line: int, column: int) -> Value:
    """Evaluate so that what is missing fails through every guard: arithmetic and comparisons are not guarded."""
    try:
        return evaluate()
    except ExpressionError as error:
        if error.line or error.kind != "undefined":
            raise
        raise ExpressionError(error.kind, error.message, line=line, column=column) from None


def builtin(variables: Mapping[str, Value], name: str) -> Value:
    """Look up a variable that is there when nobody gave it."""
    if name in variables:
        return variables[name]
    if name == "locale":
        return "en_US"
    raise ExpressionError("evaluation", f"{name} cannot be read")


def refuse_method(name: str) -> NoReturn:
    """Refuse ``value.name()``."""
    raise ExpressionError("undefined", f"values have no method {name}(); filters do such work: value | {name}")


def refuse(message: str, kind: str = "evaluation") -> NoReturn:
    """Refuse a call whose arguments cannot be bound, or of what does not exist."""
    raise ExpressionError(kind, message)


def print_block(blocks: Mapping[str, Callable[[], str]], name: Value) -> str:
    """Print a block once more; one that does not exist is empty."""
    if name is not None and not isinstance(name, str):
        raise ExpressionError("evaluation", f"block needs the name of a block, not {kind_of(name)}")
    block = blocks.get(name or "")
    return block() if block is not None else ""


def is_true(value: Value) -> bool:
    """Tell whether ``? :`` takes a value as true."""
    if value is True or value is False:
        return value
    if value is None:
        return False
    if is_text(value):
        return value != ""
    if isinstance(value, (int, float, Decimal)):
        return value != 0
    raise ExpressionError("evaluation", f"{kind_of(value)} is neither true nor false; compare it, or test its length")


def is_operand_true(value: Value) -> bool:
    """Tell whether ``and``, ``or`` and ``not`` take a value as true; null is refused there."""
    if value is None:
        raise ExpressionError("evaluation", "null is neither true nor false; give it a default with ??")
    return is_true(value)


def is_condition(value: Value) -> bool:
    """Tell whether ``{% if %}`` takes a value as true; null is refused there."""
    if value is None:
        raise ExpressionError("evaluation", "the condition of if is null; test it with 'is null' or give it a default")
    return is_true(value)


def iterate(value: Value) -> Sequence[Value] | None:
    """Give what ``{% for %}`` runs over; None for null, which runs not even its ``else``."""
    if value is None:
        return None
    if isinstance(value, list):
        return value
    if isinstance(value, Mapping):
        return [Entry(key, item) for key, item in value.items()]
    raise ExpressionError("evaluation", f"for needs a list or a map, not {kind_of(value)}")


def map_key(key: Value) -> Value:
    """Make the key of a map literal."""
    return java_text(key) if isinstance(key, (list, Mapping)) else key


class Scopes:
    """The names set while a template runs, innermost last; beneath them all are the variables of the context."""

    __slots__ = ("frames", "variables")

    def __init__(self, variables: Mapping[str, Value]) -> None:
        self.variables = variables
        self.frames: list[dict[str, Value]] = [{}]

    def get(self, name: str) -> Value:
        """Look a name up."""
        for frame in reversed(self.frames):
            if name in frame:
                return frame[name]
        return root(self.variables, name)

    def find(self, name: str) -> Value:
        """Look a name up; what is not there is `MISSING`."""
        for frame in reversed(self.frames):
            if name in frame:
                return frame[name]
        return self.variables.get(name, MISSING)

    def set(self, name: str, value: Value) -> None:
        """Change the nearest variable of that name, or make one here."""
        for frame in reversed(self.frames):
            if name in frame:
                frame[name] = value
                return
        frame = self.frames[0] if name in self.variables else self.frames[-1]
        frame[name] = value

    def visible(self) -> Mapping[str, Value]:
        """All names that can be seen from here."""
        return ChainMap(*reversed(self.frames), self.variables)  # type: ignore[arg-type]  # it is only read

    def push(self) -> dict[str, Value]:
        """Begin an inner scope."""
        frame: dict[str, Value] = {}
        self.frames.append(frame)
        return frame

    def pop(self) -> None:
        """End it."""
        self.frames.pop()


def with_locals(
    context: Context,
    names: Mapping[str, Value],
    function: Callable[[Context, Mapping[str, Value]], Value],
    arguments: Mapping[str, Value],
) -> Value:
    """Call a function that reads variables by names it finds out itself, with those of this place."""
    variables = context.variables
    context.variables = names
    try:
        return function(context, arguments)
    finally:
        context.variables = variables


def bind_macro(
    name: str, parameters: tuple[str, ...], positional: Sequence[Value], named: Mapping[str, Value]
) -> dict[str, Value]:
    """Give the arguments of a macro their names; those not given are left out."""
    if len(positional) > len(parameters):
        raise ExpressionError(
            "evaluation", f"the macro {name} takes at most {len(parameters)} arguments, not {len(positional)}"
        )
    for key in named:
        if key not in parameters:
            raise ExpressionError("evaluation", f"the macro {name} has no argument {key}")
    return {**dict(zip(parameters, positional, strict=False)), **named}


def enter(context: Context) -> None:
    """Go one call deeper.

    Raises:
        ExpressionError: Of kind ``budget``: too deep.
    """
    context.depth += 1
    context.spend(1)
    if context.depth > context.limits.depth:
        raise ExpressionError("budget", f"calls are nested more than {context.limits.depth} deep")


def leave(context: Context) -> None:
    """Come back from a call."""
    context.depth -= 1


def join(context: Context, parts: list[str]) -> str:
    """Join the pieces of an output."""
    context.check_size(sum(map(len, parts)))
    return "".join(parts)


def _undefined(key: Value, *, of: Value = MISSING) -> ExpressionError:
    name = java_text(key)
    if of is None:
        return ExpressionError("undefined", f"cannot find {name}: what it is looked up in is null")
    if of is MISSING:
        return ExpressionError("undefined", f"cannot find {name}; give a default with ?? if it may be missing")
    return ExpressionError("undefined", f"cannot find {name} in {kind_of(of)}")
