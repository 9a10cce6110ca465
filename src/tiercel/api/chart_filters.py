"""What a viewer narrows the charts of a dashboard to, as clients send it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tiercel.api.errors import RequestError
from tiercel.api.filters import EXECUTION_FIELDS, LOG_FIELDS, TRIGGER_FIELDS, read_filters, read_instant
from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json
from tiercel.operations.charts import Overrides
from tiercel.repository.query import Condition, Filter, Group, Operation

_FIELDS = EXECUTION_FIELDS | LOG_FIELDS | TRIGGER_FIELDS
_KNOWN = frozenset({"startDate", "endDate", "pageSize", "pageNumber", "namespace", "labels", "filters"})
_MOST = 100
_LARGEST = 1_000_000


def read_overrides(given: Json, now: int) -> Overrides:
    """Read ``{startDate, endDate, pageSize, pageNumber, namespace, labels, filters}``, each of which may be missing.

    Dates among the filters set the range too, as some clients send them there.

    Raises:
        InvalidError: It is of another form.
        RequestError: A filter or date is malformed.
    """
    if given is None:
        return Overrides()
    if not isinstance(given, dict):
        raise InvalidError("Send a map with startDate, endDate, namespace, labels, filters, pageSize, pageNumber")
    unknown = [
        Violation(f'Unrecognized field "{name}"', path=name, hint=f"one of {', '.join(sorted(_KNOWN))}")
        for name in given
        if name not in _KNOWN
    ]
    if unknown:
        raise InvalidError(unknown)
    start, end, where = _range(read_filters(_parameters(given.get("filters")), _FIELDS, now))
    return Overrides(
        start=_instant(given, "startDate", start),
        end=_instant(given, "endDate", end),
        namespace=_text(given, "namespace"),
        labels=_labels(given.get("labels")),
        where=where,
        size=_whole(given, "pageSize"),
        page=_whole(given, "pageNumber") or 1,
    )


def _range(conditions: Sequence[Condition]) -> tuple[int | None, int | None, tuple[Condition, ...]]:
    """Take the dates out of the filters: they are the range, whatever the data calls its time."""
    start = end = None
    others: list[Condition] = []
    for one in conditions:
        value = one.value if isinstance(one, Filter) and one.field in {"startDate", "endDate"} else None
        if isinstance(one, Group) or not isinstance(value, int):
            others.append(one)
        elif one.operation in {Operation.GREATER_THAN_OR_EQUAL_TO, Operation.GREATER_THAN}:
            start = value
        elif one.operation in {Operation.LESS_THAN_OR_EQUAL_TO, Operation.LESS_THAN}:
            end = value
        else:
            others.append(one)
    return start, end, tuple(others)


def _parameters(filters: Json, prefix: str = "filters", depth: int = 0) -> list[tuple[str, str]]:
    """Write the filters as the query string of a list would, so that there is one reading of them."""
    if filters is None:
        return []
    if not isinstance(filters, list) or len(filters) > _MOST:
        raise InvalidError([Violation(f"must be a list of at most {_MOST} filters", path="filters")])
    found: list[tuple[str, str]] = []
    for index, one in enumerate(filters):
        found += _parameter(one, prefix, index, depth)
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
    if name in _FIELDS or not name.isupper():
        return name
    if name == "QUERY":
        return "q"
    first, *rest = name.lower().split("_")
    return first + "".join(word.capitalize() for word in rest)


def _instant(given: dict[str, Json], name: str, otherwise: int | None) -> int | None:
    value = given.get(name)
    return otherwise if value is None else read_instant(str(value), name)


def _text(given: dict[str, Json], name: str) -> str | None:
    value = given.get(name)
    return str(value) if value else None


def _whole(given: dict[str, Json], name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1 or value > _LARGEST:
        raise RequestError(400, "invalid-query-parameter", f"{name} must be a whole number from 1, not '{value}'")
    return value


def _labels(given: Json) -> tuple[tuple[str, str], ...]:
    if given is None:
        return ()
    if not isinstance(given, dict):
        raise InvalidError([Violation("must be a map of texts", path="labels")])
    return tuple((key, str(value)) for key, value in given.items())
