"""Filters on lists and maps."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from tiercel.errors import ExpressionError
from tiercel.expressions import expect, utf16
from tiercel.expressions.context import Context
from tiercel.expressions.library import Arguments, Filter
from tiercel.expressions.text import java_text
from tiercel.expressions.values import (
    Duration,
    Instant,
    LegacyDate,
    LocalDateTime,
    LocalTime,
    OffsetDateTime,
    OrderedSet,
    Value,
    ZonedDateTime,
    epoch_second,
    is_map,
    is_text,
)

_BLANK = "".join(map(chr, range(0x21)))


def _length(_: Context, value: Value, __: Arguments) -> Value:
    if isinstance(value, str):
        return utf16.length(value) if is_text(value) else 0
    return len(value) if isinstance(value, (list, Mapping)) else 0


def _first(_: Context, value: Value, __: Arguments) -> Value:
    return _end("first", value, 0)


def _last(_: Context, value: Value, __: Arguments) -> Value:
    return _end("last", value, -1)


def _end(name: str, value: Value, index: int) -> Value:
    if value is None:
        return None
    if isinstance(value, str) and is_text(value):
        if not value:
            raise ExpressionError("evaluation", f"{name} of an empty text does not exist")
        return value[index]
    found = expect.items(name, value)
    return found[index] if found else None


def _join(context: Context, value: Value, arguments: Arguments) -> Value:
    if value is None:
        return None
    separator = arguments.get("separator")
    found = expect.items("join", value)
    context.spend(len(found))
    texts = [java_text(item) for item in found]
    between = "" if separator is None else expect.text("join", separator)
    context.check_size(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def _reverse(_: Context, value: Value, __: Arguments) -> Value:
    return None if value is None else _ordered("reverse", value)[::-1]


def _sort(context: Context, value: Value, _: Arguments) -> Value:
    return None if value is None else _sorted(context, "sort", value, descending=False)


def _rsort(context: Context, value: Value, _: Arguments) -> Value:
    return None if value is None else _sorted(context, "rsort", value, descending=True)


def _ordered(name: str, value: Value) -> list[Value]:
    if isinstance(value, OrderedSet):
        raise ExpressionError("evaluation", f"{name} needs a list, not the keys of a map")
    return expect.items(name, value)


def _sorted(context: Context, name: str, value: Value, *, descending: bool) -> list[Value]:
    found = _ordered(name, value)
    context.spend(len(found))
    kinds = {_sort_kind(item) for item in found}
    if len(kinds) > 1 or (None in kinds and len(found) > 1):
        raise ExpressionError("evaluation", f"{name} needs values of one kind that have an order")
    return sorted(found, key=_sort_key, reverse=descending)


def _sort_key(value: Value) -> tuple[object, ...]:
    if isinstance(value, str):
        return (utf16.sort_key(value),)
    if isinstance(value, (ZonedDateTime, OffsetDateTime)):
        return epoch_second(value.moment), value.nanosecond
    if isinstance(value, (LocalDateTime, LocalTime, Instant, Duration, LegacyDate)):
        return tuple(getattr(value, name) for name in value.__struct_fields__)
    return (value,)


def _sort_kind(value: Value) -> type | None:
    if value is None or isinstance(value, (list, Mapping)):
        return None
    for kind in (bool, str, int, float, Decimal):
        if isinstance(value, kind):
            return kind
    return type(value)


def _slice(_: Context, value: Value, arguments: Arguments) -> Value:
    if value is None:
        return None
    if isinstance(value, str) and is_text(value):
        size = utf16.length(value)
    elif isinstance(value, list):
        size = len(_ordered("slice", value))
    else:
        raise expect.refusal("slice", "text or a list", value)
    start, end = (arguments.get(name) for name in ("fromIndex", "toIndex"))
    first = 0 if start is None else expect.cut_number("slice", start)
    last = size if end is None else expect.cut_number("slice", end)
    if not 0 <= first <= last <= size or (first == last and end is not None):
        raise ExpressionError("evaluation", f"slice({first}, {last}) is empty or reaches beyond the {size} there are")
    return utf16.cut(value, first, last) if isinstance(value, str) else value[first:last]


def _chunk(_: Context, value: Value, arguments: Arguments) -> Value:
    if value is None:
        return None
    found = _ordered("chunk", value)
    size = expect.cut_number("chunk", arguments["size"])
    if size <= 0:
        raise ExpressionError("evaluation", f"chunk cannot make lists of {size}; give 1 or more")
    return [found[index : index + size] for index in range(0, len(found), size)]


def _flatten(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return None
    flat: list[Value] = []
    for item in _ordered("flatten", value):
        if isinstance(item, list):
            flat.extend(item)
        else:
            flat.append(item)
    return flat


def _distinct(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return "null"  # the text, as recorded
    first: dict[object, Value] = {}
    for item in _ordered("distinct", value):
        first.setdefault(_identity(item), item)
    return list(first.values())


def _identity(value: Value) -> object:
    """Give a key that is equal for equal values of one kind: 1, ``'1'`` and 1.0 differ."""
    if isinstance(value, list):
        return ("list", *map(_identity, value))
    if is_map(value):
        entries = value.items()  # type: ignore[attr-defined]  # a map
        return ("map", frozenset((_identity(key), _identity(item)) for key, item in entries))
    return type(value), str(value) if isinstance(value, float) else value


def _keys(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return None
    if isinstance(value, list):
        return OrderedSet(range(len(_ordered("keys", value))))
    if isinstance(value, Mapping):
        return OrderedSet(value)
    raise expect.refusal("keys", "a map or a list", value)


def _values(_: Context, value: Value, __: Arguments) -> Value:
    if value is None:
        return None
    if isinstance(value, Mapping):
        return OrderedSet(value.values())
    raise expect.refusal("values", "a map", value)


def _merge(_: Context, value: Value, arguments: Arguments) -> Value:
    other = arguments.get("items")
    if other is None and value is not None:
        return value
    if value is None:
        return _merge_null(other)
    if isinstance(value, Mapping):
        if isinstance(other, Mapping):
            return {**value, **other}
        if isinstance(other, list):
            return {**value, **{item: item for item in other}}
        raise expect.refusal("merge into a map", "a map or a list", other)
    if isinstance(value, list):
        if isinstance(other, Mapping):
            return [*_ordered("merge", value), *({key: item} for key, item in other.items())]
        if isinstance(other, list):
            return [*_ordered("merge", value), *_ordered("merge", other)]
        raise expect.refusal("merge into a list", "a list or a map", other)
    raise expect.refusal("merge", "a list or a map", value)


def _merge_null(other: Value) -> Value:
    if isinstance(other, (list, Mapping)):
        return other
    raise expect.refusal("merge", "a list or a map", other)


def _default(_: Context, value: Value, arguments: Arguments) -> Value:
    is_blank = isinstance(value, str) and not value.strip(_BLANK)
    is_empty = isinstance(value, (list, Mapping)) and not value
    return arguments.get("default") if value is None or is_blank or is_empty else value


FILTERS: tuple[Filter, ...] = (
    Filter("length", _length),
    Filter("first", _first),
    Filter("last", _last),
    Filter("join", _join, ("separator",)),
    Filter("reverse", _reverse),
    Filter("sort", _sort),
    Filter("rsort", _rsort),
    Filter("slice", _slice, ("fromIndex", "toIndex")),
    Filter("chunk", _chunk, ("size",), ("size",)),
    Filter("flatten", _flatten),
    Filter("distinct", _distinct),
    Filter("keys", _keys),
    Filter("values", _values),
    Filter("merge", _merge, ("items",)),
    Filter("default", _default, ("default",), takes_undefined=True),
)
