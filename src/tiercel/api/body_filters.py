"""Filters that stand in a body, as objects with field, operation and value."""

from __future__ import annotations

from collections.abc import Iterator

from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json

_MOST = 100


def filter_parameters(filters: Json) -> list[tuple[str, str]]:
    """Write filters as the query string of a list would, so that there is one reading of them.

    Raises:
        InvalidError: They are of another form, or there are too many.
    """
    if filters is None:
        return []
    if not isinstance(filters, list) or len(filters) > _MOST:
        raise InvalidError([Violation(f"must be a list of at most {_MOST} filters", path="filters")])
    found: list[tuple[str, str]] = []
    for index, one in enumerate(filters):
        found += _parameter(one, "filters", index, 0)
    return found


def _parameter(one: Json, prefix: str, index: int, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(one, dict):
        raise InvalidError([Violation("must be a map with field, operation and value", path=f"filters[{index}]")])
    if one.get("children"):
        if not isinstance(one["children"], list):
            raise InvalidError([Violation("must be a list of filters", path=f"filters[{index}].children")])
        if depth:
            raise InvalidError([Violation("groups of filters hold no groups here", path=f"filters[{index}]")])
        word = "or" if str(one.get("logical")).lower() == "or" else "and"
        for place, child in enumerate(one["children"]):
            yield from _parameter(child, f"{prefix}[and][{index}][{word}][{place}]", place, depth + 1)
        return
    field, value = _field_name(str(one.get("field"))), one.get("value")
    operation = str(one.get("operation") or "EQUALS")
    if isinstance(value, dict):  # labels
        for key, text in value.items():
            yield f"{prefix}[{field}][{operation}][{key}]", str(text)
        return
    yield f"{prefix}[{field}][{operation}]", ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _field_name(name: str) -> str:
    """Fields are named as in lists, or as constants: ``FLOW_ID`` is flowId, ``QUERY`` is q."""
    if not name.isupper():
        return name
    if name == "QUERY":
        return "q"
    first, *rest = name.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)
