"""The filter language of query strings: ``filters[field][OP]=value``, grouped by ``[or][0]`` and ``[and][1]``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from tiercel.api.errors import RequestError
from tiercel.api.filter_fields import DATES, LISTS, PRESENCE, Fields
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


def read_filters(
    parameters: Iterable[tuple[str, str]], fields: Fields, now: int, *, default_days: int = 0
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
    written = _written(parameters)
    refused = [
        Violation(why, path=one.path, code="invalid-query-filters")
        for one in written
        if (why := fields.refusal(one.field, one.operation))
    ]
    if refused:
        raise _refused(f"Provided query filters are invalid: {', '.join(one.message for one in refused)}", refused)
    root, seen = _Builder(), {one.field for one in written}
    for one in written:
        root.add(one.groups, _filter(one, now))
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
    lists = {name for name, _ in given if operations[name] in LISTS}
    joined = {name: ",".join(value for other, value in given if other == name) for name in lists}
    pairs = [(name, value) for name, value in given if name not in lists] + list(joined.items())
    return [(f"filters[{name}][{operations[name]}]", value) for name, value in pairs]


class _Written(Struct, frozen=True):
    """One filter as it was written; ``key`` is that of a map such as labels."""

    groups: list[tuple[bool, int]]
    field: str
    operation: str
    key: str | None
    value: str

    @property
    def path(self) -> str:
        return f"filters[{self.field}][{self.operation}]"


def _written(parameters: Iterable[tuple[str, str]]) -> list[_Written]:
    found: list[_Written] = []
    for name, value in parameters:
        if not name.startswith("filters"):
            continue
        if len(found) == _MOST_FILTERS:
            raise _refused(f"a search has at most {_MOST_FILTERS} filters")
        match = _NAME.fullmatch(name) if len(name) <= _LONGEST else None
        if match is None:
            raise _refused(f"'{name[:_MOST_SHOWN]}' is no filter; write filters[field][OPERATION]=value")
        groups = [(kind.lower() == "or", int(index)) for kind, index in _GROUP.findall(match[1])]
        if len(groups) > _DEEPEST or any(index >= _WIDEST for _, index in groups):
            raise _refused(f"filters nest at most {_DEEPEST} deep and {_WIDEST} wide")
        found.append(_Written(groups, match[2], match[3].upper(), match[4], value))
    return found


def _filter(wanted: _Written, now: int) -> Filter:
    field, value, known = wanted.field, wanted.value, Operation(wanted.operation)
    if wanted.operation in PRESENCE:
        return _presence(wanted)
    if field == "timeRange":
        return Filter("startDate", Operation.GREATER_THAN_OR_EQUAL_TO, now - _micros_of_duration(value))
    if field in DATES:
        return Filter(field, known, _instant(field, value))
    if known is Operation.REGEX:
        _check_pattern(field, value)
    read = _attempt if field == "attemptNumber" else str.strip
    if wanted.operation in LISTS:
        values = tuple(read(part) for part in value.split(","))
        if len(values) > _MOST_VALUES:
            raise _refused(f"a filter by {field} has at most {_MOST_VALUES:,} values")
        return Filter(field, known, values, wanted.key)
    return Filter(field, known, int(read(value)) if field == "attemptNumber" else value, wanted.key)


def _presence(wanted: _Written) -> Filter:
    """Whether there is such a label: it is named in brackets, or by the value."""
    key = wanted.key or wanted.value
    if not key:
        raise _refused(f"{wanted.path} names a label: write {wanted.path}=key")
    return Filter(wanted.field, Operation(wanted.operation), "", key)


def _attempt(text: str) -> str:
    """Give the number of an attempt as it is stored."""
    return str(_number("attemptNumber", text.strip()) + FIRST_ATTEMPT)


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


def _refused(message: str, violations: Sequence[Violation] = ()) -> RequestError:
    return RequestError(400, "invalid-query-filters", message, violations)


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
