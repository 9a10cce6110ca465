"""Filters that search by regular expressions; all of them have a time limit."""

from __future__ import annotations

from tiercel.errors import ExpressionError
from tiercel.expressions import expect, java_regex
from tiercel.expressions.context import Context
from tiercel.expressions.library import Arguments, Filter
from tiercel.expressions.text import java_text
from tiercel.expressions.values import Value, is_map


def _split(context: Context, value: Value, arguments: Arguments) -> Value:
    if value is None:
        return None
    text = expect.text("split", value)
    delimiter = expect.needed_text("split", arguments, "delimiter")
    limit = arguments.get("limit")
    return list(java_regex.split(context, delimiter, text, 0 if limit is None else int(_number("split", limit))))


def _replace(context: Context, value: Value, arguments: Arguments) -> Value:
    pairs = arguments["replace_pairs"]
    if value is None:
        return None
    if not is_map(pairs):
        raise expect.refusal("replace", "a map such as {'from': 'to'}", pairs)
    texts = [(java_text(old), java_text(new)) for old, new in pairs.items()]  # type: ignore[attr-defined]  # a map
    texts = sorted(texts, key=lambda pair: _hash_order(pair[0], len(texts)))
    return _replaced(context, value, texts, is_regex=arguments.get("regexp") is True)


def _hash_order(text: str, count: int) -> int:
    """Give the place a text takes in a hash table of that many entries.

    One replacement can make what the next one finds, so their order matters; flows were written for this one.
    """
    code = 0
    for unit in memoryview(text.encode("utf-16-le", "surrogatepass")).cast("H"):
        code = (31 * code + unit) & 0xFFFFFFFF
    size = 1
    while size * 3 < count * 4:  # a table is at most three quarters full
        size *= 2
    return (code ^ code >> 16) & (size - 1)


def _replaced(context: Context, value: Value, pairs: list[tuple[str, str]], *, is_regex: bool) -> Value:
    if value is None:
        return None
    if isinstance(value, list):
        return [_replaced(context, item, pairs, is_regex=is_regex) for item in value]
    if is_map(value):
        entries = value.items()  # type: ignore[attr-defined]  # a map
        return {key: _replaced(context, item, pairs, is_regex=is_regex) for key, item in entries}
    text = java_text(value)
    for old, new in pairs:
        if is_regex:
            text = java_regex.substitute(context, old, new, text)
        else:
            context.check_size(len(text) + text.count(old) * max(len(new) - len(old), 0))
            text = text.replace(old, new)
    return text


def _match(context: Context, value: Value, arguments: Arguments) -> Value:
    pattern = expect.needed_text("regexMatch", arguments, "regex")
    return value is not None and java_regex.search(context, pattern, java_text(value)) is not None


def _extract(context: Context, value: Value, arguments: Arguments) -> Value:
    pattern = expect.needed_text("regexExtract", arguments, "regex")
    group = int(_number("regexExtract", arguments.get("group", 0)))
    match = None if value is None else java_regex.search(context, pattern, java_text(value))
    if match is None:
        return None
    if not 0 <= group <= match.re.groups:
        raise ExpressionError(
            "evaluation", f"regexExtract: there is no group {group}, the pattern has {match.re.groups}"
        )
    return match[group]


def _regex_replace(context: Context, value: Value, arguments: Arguments) -> Value:
    pattern = expect.needed_text("regexReplace", arguments, "regex")
    replacement = expect.needed_text("regexReplace", arguments, "replacement")
    if value is None:
        return None
    return java_regex.substitute(context, pattern, replacement, java_text(value))


def _number(name: str, value: Value) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise expect.refusal(name, "a whole number", value)
    return value


FILTERS: tuple[Filter, ...] = (
    Filter("split", _split, ("delimiter", "limit"), ("delimiter",)),
    Filter("replace", _replace, ("replace_pairs", "regexp"), ("replace_pairs",)),
    Filter("regexMatch", _match, ("regex",), ("regex",)),
    Filter("regexExtract", _extract, ("regex", "group"), ("regex",)),
    Filter("regexReplace", _regex_replace, ("regex", "replacement"), ("regex", "replacement")),
)
