"""What a viewer narrows the charts of a dashboard to, as clients send it."""

from __future__ import annotations

from collections.abc import Sequence

from tiercel.api.body_filters import filter_parameters
from tiercel.api.errors import BodyError, RequestError
from tiercel.api.filter_fields import EXECUTION_FIELDS, LOG_FIELDS, TRIGGER_FIELDS, Fields
from tiercel.api.filters import read_filters, read_instant
from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json
from tiercel.operations.charts import Overrides
from tiercel.repository.query import Condition, Filter, Group, Operation

_FIELDS = Fields("CHART", EXECUTION_FIELDS.names).also(LOG_FIELDS.names).also(TRIGGER_FIELDS.names)
_KNOWN = frozenset({"startDate", "endDate", "pageSize", "pageNumber", "namespace", "labels", "filters"})
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
        raise BodyError("Send a map with startDate, endDate, namespace, labels, filters, pageSize, pageNumber")
    unknown = [
        Violation(f'Unrecognized field "{name}"', path=name, hint=f"one of {', '.join(sorted(_KNOWN))}")
        for name in given
        if name not in _KNOWN
    ]
    if unknown:
        raise InvalidError(unknown)
    start, end, where = _range(read_filters(filter_parameters(given.get("filters")), _FIELDS, now))
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
        raise RequestError(422, "invalid-argument", f"{name} must be a whole number from 1, not '{value}'")
    return value


def _labels(given: Json) -> tuple[tuple[str, str], ...]:
    if given is None:
        return ()
    if not isinstance(given, dict):
        raise InvalidError([Violation("must be a map of texts", path="labels")])
    return tuple((key, str(value)) for key, value in given.items())
