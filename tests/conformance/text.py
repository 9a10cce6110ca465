"""Texts compared in spite of what differs from run to run: ids, dates, storage URIs, the key order of printed maps."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?(?:\[[^\]]+\])?")
URI = re.compile(r"kestra:///[^\s\"'\\,\]}]*")


def _date(match: re.Match[str]) -> str:
    day = datetime.fromisoformat(match.group()[:10]).replace(tzinfo=UTC)
    return "{date}" if abs(day - datetime.now(UTC)) < timedelta(days=2) else match.group()


def normalise(value: object, names: Mapping[str, str]) -> object:
    """The value with ids replaced by their names, dates of now by ``{date}`` and storage URIs by ``{uri}``."""
    if isinstance(value, str):
        value = URI.sub("{uri}", value)
        for id_, name in names.items():
            value = value.replace(id_, name)
        return DATE.sub(_date, value)
    if isinstance(value, Mapping):
        return {str(normalise(key, names)): normalise(item, names) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [normalise(item, names) for item in value]
    return value


def canonical(text: str, *, sort_lists: bool = False) -> str:
    """The text with every JSON map or list inside printed with sorted keys."""
    decoder = json.JSONDecoder()
    parts: list[str] = []
    position = 0
    while position < len(text):
        if text[position] in "{[":
            try:
                value, end = decoder.raw_decode(text, position)
            except ValueError:
                pass
            else:
                parts.append(json.dumps(_canonical(value, sort_lists), sort_keys=True))
                position = end
                continue
        parts.append(text[position])
        position += 1
    return "".join(parts)


def _canonical(value: object, sort_lists: bool) -> object:
    if isinstance(value, dict):
        return {key: _canonical(item, sort_lists) for key, item in value.items()}
    if isinstance(value, list):
        items = [_canonical(item, sort_lists) for item in value]
        return sorted(items, key=lambda item: json.dumps(item, sort_keys=True)) if sort_lists else items
    if isinstance(value, str):
        return canonical(value, sort_lists=sort_lists)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def same_text(left: str, right: str, *, sort_lists: bool = False) -> bool:
    """Whether two texts are equal but for the key order of maps printed in them."""
    return left == right or canonical(left, sort_lists=sort_lists) == canonical(right, sort_lists=sort_lists)


def loosely(text: str) -> str:
    """The text without what tells the printed form of a value in one language from that in another."""
    return re.sub(r"[\s\"']", "", text).replace("=", ":")


def same(expected: object, actual: object, *, sort_lists: bool = False) -> bool:
    """Deep equality: numbers by value, null keys as absent, ``{"$any": true}`` as anything."""
    if expected == {"$any": True}:
        return True
    if isinstance(expected, str) and isinstance(actual, str):
        return same_text(expected, actual, sort_lists=sort_lists)
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        left = {key: value for key, value in expected.items() if value is not None}
        right = {key: value for key, value in actual.items() if value is not None}
        return left.keys() == right.keys() and all(same(left[key], right[key], sort_lists=sort_lists) for key in left)
    if isinstance(expected, list) and isinstance(actual, list | tuple):
        if sort_lists and len(expected) == len(actual):
            return same_text(json.dumps(expected, default=str), json.dumps(actual, default=str), sort_lists=True)
        return len(expected) == len(actual) and all(
            same(one, other, sort_lists=sort_lists) for one, other in zip(expected, actual, strict=True)
        )
    return expected == actual
