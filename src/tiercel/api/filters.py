"""The filter language of query strings: ``filters[field][OP]=value``, grouped by ``[or][0]`` and ``[and][1]``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from tiercel.api.errors import RequestError
from tiercel.api.shapes.logs import FIRST_ATTEMPT
from tiercel.errors import ExpressionError, InvalidArgumentError, Violation
from tiercel.expressions.iso import parse_duration
from tiercel.expressions.patterns import compile_foreign
from tiercel.model.moments import micros_at, micros_in
from tiercel.repository.query import Condition, Filter, Group, Operation

_NAME = re.compile(r"filters((?:\[(?i:and|or)]\[\d+])*)\[([^\]]*)]\[([^\]]*)](?:\[(.+)])?")
_GROUP = re.compile(r"\[(and|or)]\[(\d+)]", re.IGNORECASE)
_DAY = 86_400_000_000
_DEEPEST = 3
_MOST_FILTERS = 100
_MOST_VALUES = 1000
_LONGEST = 1000
_MOST_DIGITS = 15
_MOST_SHOWN = 100
_WIDEST = 20
_LISTS = frozenset({"IN", "NOT_IN"})
_TEXT = frozenset(
    {
        "EQUALS",
        "NOT_EQUALS",
        "IN",
        "NOT_IN",
        "STARTS_WITH",
        "ENDS_WITH",
        "CONTAINS",
        "NOT_CONTAINS",
        "REGEX",
        "PREFIX",
    }
)
_DATE = frozenset(
    {
        "EQUALS",
        "NOT_EQUALS",
        "GREATER_THAN",
        "GREATER_THAN_OR_EQUAL_TO",
        "LESS_THAN",
        "LESS_THAN_OR_EQUAL_TO",
    }
)
_EQUAL = frozenset({"EQUALS", "NOT_EQUALS"})
_ONE_OF = _EQUAL | _LISTS
_ALLOWED: dict[str, frozenset[str]] = {
    "q": _EQUAL,
    "scope": _EQUAL,
    "tags": _ONE_OF | {"CONTAINS", "NOT_CONTAINS"},
    "namespace": _TEXT,
    "flowId": _TEXT,
    "labels": _ONE_OF | {"CONTAINS", "NOT_CONTAINS"},
    "state": _ONE_OF,
    "startDate": _DATE,
    "endDate": _DATE,
    "updated": _DATE,
    "expirationDate": _DATE,
    "timeRange": frozenset({"EQUALS"}),
    "childFilter": _EQUAL,
    "triggerExecutionId": _TEXT,
    "kind": _ONE_OF,
    "parentId": _ONE_OF,
    "level": frozenset({"GREATER_THAN_OR_EQUAL_TO", "LESS_THAN_OR_EQUAL_TO"}),
    "triggerId": _TEXT,
    "workerId": _TEXT,
    "source": _TEXT,
    "executionId": _TEXT,
    "taskId": _TEXT,
    "taskRunId": _TEXT,
    "attemptNumber": _EQUAL,
    "locked": _EQUAL,
    "triggerState": _ONE_OF,
    "nextExecutionDate": _DATE,
    "lastTriggeredDate": _DATE,
}
FLOW_FIELDS = frozenset({"q", "namespace", "flowId", "labels", "scope"})
EXECUTION_FIELDS = frozenset(
    {
        "q",
        "scope",
        "flowId",
        "startDate",
        "endDate",
        "timeRange",
        "state",
        "labels",
        "triggerExecutionId",
        "childFilter",
        "namespace",
        "kind",
        "parentId",
    }
)
LOG_FIELDS = frozenset(
    {
        "q",
        "scope",
        "namespace",
        "startDate",
        "endDate",
        "timeRange",
        "flowId",
        "triggerId",
        "level",
        "executionId",
        "taskId",
        "taskRunId",
        "attemptNumber",
        "kind",
    }
)
TRIGGER_FIELDS = frozenset(
    {
        "q",
        "scope",
        "namespace",
        "flowId",
        "triggerId",
        "triggerState",
        "workerId",
        "source",
        "kind",
        "locked",
        "executionId",
        "lastTriggeredDate",
        "nextExecutionDate",
    }
)
BLUEPRINT_FIELDS = frozenset({"q", "tags"})
KV_FIELDS = frozenset({"q", "namespace", "updated", "expirationDate"})


_DATES = frozenset({"startDate", "endDate", "updated", "expirationDate", "nextExecutionDate", "lastTriggeredDate"})


def read_filters(
    parameters: Iterable[tuple[str, str]], fields: frozenset[str], now: int, *, default_days: int = 0
) -> tuple[Condition, ...]:
    """Read every ``filters[...]`` of a query string; all of the conditions must hold.

    Args:
        parameters: The query string.
        fields: Those that the list knows.
        now: Microseconds since 1970, for lengths of time up to now.
        default_days: When no date is given, only what began so many days ago or later; 0 = no such limit.

    Raises:
        RequestError: A filter is malformed, names an unknown field or an operation that the field does not have.
        InvalidError: A length of time stands beside dates.
    """
    root = _Builder()
    seen: set[str] = set()
    count = 0
    for name, value in parameters:
        if not name.startswith("filters"):
            continue
        count += 1
        if count > _MOST_FILTERS:
            raise _refused(f"a search has at most {_MOST_FILTERS} filters")
        match = _NAME.fullmatch(name) if len(name) <= _LONGEST else None
        if match is None:
            raise _refused(f"'{name[:_MOST_SHOWN]}' is no filter; write filters[field][OPERATION]=value")
        path = [(kind.lower() == "or", int(index)) for kind, index in _GROUP.findall(match[1])]
        if len(path) > _DEEPEST or any(index >= _WIDEST for _, index in path):
            raise _refused(f"filters nest at most {_DEEPEST} deep and {_WIDEST} wide")
        seen.add(match[2])
        root.add(path, _filter(match[2], match[3].upper(), match[4], value, fields, now))
    if "timeRange" in seen and seen & {"startDate", "endDate"}:
        raise InvalidArgumentError(
            [Violation("timeRange cannot stand beside startDate or endDate", path="filters[timeRange]")]
        )
    if default_days and not seen & {"timeRange", "startDate", "endDate"}:
        since = now - default_days * _DAY
        root.add([], Filter("startDate", Operation.GREATER_THAN_OR_EQUAL_TO, since))
    return root.conditions()


def flat_filters(parameters: Sequence[tuple[str, str]], operations: Mapping[str, str]) -> list[tuple[str, str]]:
    """Give plain parameters of older clients as filters; one that takes several values is repeated by them.

    Args:
        parameters: Of the query.
        operations: By the name of the parameter.
    """
    given = [(name, value) for name, value in parameters if name in operations and value]
    lists = {name for name, _ in given if operations[name] in _LISTS}
    joined = {name: ",".join(value for other, value in given if other == name) for name in lists}
    pairs = [(name, value) for name, value in given if name not in lists] + list(joined.items())
    return [(f"filters[{name}][{operations[name]}]", value) for name, value in pairs]


def _filter(field: str, operation: str, key: str | None, value: str, fields: frozenset[str], now: int) -> Filter:
    if field not in fields:
        raise _refused(f"'{field}' is no field to filter by; there are {', '.join(sorted(fields))}")
    if operation not in _ALLOWED[field]:
        allowed = ", ".join(sorted(_ALLOWED[field]))
        raise _refused(f"Operation {operation} is not supported for field {field}; supported: {allowed}")
    known = Operation(operation)
    if field == "timeRange":
        return Filter("startDate", Operation.GREATER_THAN_OR_EQUAL_TO, now - _micros_of_duration(value))
    if field in _DATES:
        return Filter(field, known, _instant(field, value))
    if field == "attemptNumber":
        return Filter(field, known, _number(field, value) + FIRST_ATTEMPT)
    if known is Operation.REGEX:
        _check_pattern(field, value)
    if operation in _LISTS:
        values = tuple(part.strip() for part in value.split(","))
        if len(values) > _MOST_VALUES:
            raise _refused(f"a filter by {field} has at most {_MOST_VALUES:,} values")
        return Filter(field, known, values, key)
    return Filter(field, known, value, key)


def _instant(field: str, value: str) -> int:
    try:
        return read_instant(value, f"filters[{field}]")
    except RequestError as error:
        raise _refused(str(error)) from None


def read_instant(text: str, name: str) -> int:
    """Read a date with time and offset as microseconds since 1970; without an offset it is UTC.

    Raises:
        RequestError: It is none.
    """
    try:
        moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        message = f"{name} must be a date such as 2026-01-31T12:00:00Z, not '{text}'"
        raise RequestError(422, "invalid-format", message) from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return micros_at(moment)


def _micros_of_duration(text: str) -> int:
    try:
        return micros_in(parse_duration(text).to_timedelta())
    except (ValueError, OverflowError, ExpressionError):
        raise _refused(f"'{text}' is no length of time; write PT24H or P7D") from None


def _check_pattern(field: str, text: str) -> None:
    import regex  # noqa: PLC0415 (few lists ask for it)

    if len(text) > _LONGEST:
        raise _refused(f"a regular expression for {field} has at most {_LONGEST:,} characters")
    try:
        compile_foreign(text)
    except regex.error as error:
        raise _refused(f"'{text}' is no regular expression for {field}: {error}") from None


def _number(field: str, value: str) -> int:
    if not value.isdecimal() or len(value) > _MOST_DIGITS:
        raise _refused(f"{field} must be a number, not '{value[:_MOST_SHOWN]}'")
    return int(value)


def _refused(message: str) -> RequestError:
    return RequestError(400, "invalid-query-filters", message)


class _Builder:
    """A tree under construction: groups are found by their path, so that parameters may come in any order."""

    def __init__(self) -> None:
        self._filters: list[Filter] = []
        self._groups: dict[bool, dict[int, _Builder]] = {False: {}, True: {}}

    def add(self, path: list[tuple[bool, int]], condition: Filter) -> None:
        if not path:
            self._filters.append(condition)
            return
        (is_any, index), rest = path[0], path[1:]
        self._groups[is_any].setdefault(index, _Builder()).add(rest, condition)

    def conditions(self) -> tuple[Condition, ...]:
        members: list[Condition] = list(self._filters)
        for is_any, groups in self._groups.items():
            if groups:
                parts = tuple(Group(group.conditions()) for _, group in sorted(groups.items()))
                members.append(Group(parts, is_any))
        return tuple(members)
