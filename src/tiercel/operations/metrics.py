"""Figures that tasks leave: of an execution one by one, of a flow added up over time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from tiercel.errors import InvalidArgumentError, Violation
from tiercel.model.log import MetricEntry
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.executions import get_execution
from tiercel.operations.flows import FlowKey
from tiercel.repository import metrics as repository
from tiercel.repository.lists import search_metrics
from tiercel.repository.metrics import Sum
from tiercel.repository.query import Page, Query

_SECOND = 1_000_000
_MINUTE, _HOUR, _DAY = 60 * _SECOND, 3600 * _SECOND, 86_400 * _SECOND
_LONGEST_DAYS = 3660


class Aggregation(StrEnum):
    """What becomes of the figures of one stretch of time."""

    SUM = "sum"
    AVG = "avg"
    MIN = "min"
    MAX = "max"


class Grouping(StrEnum):
    """How long a stretch of time is."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Stretch(Struct, frozen=True):
    """The figures from one time on; None when there are none to take an average, least or most of."""

    at: int
    value: float | None


class Aggregates(Struct, frozen=True):
    """Every stretch of the time asked for, those without figures included, in order."""

    grouping: Grouping
    stretches: list[Stretch]


@operation(Resource.EXECUTION, Action.READ)
async def search_execution_metrics(
    environment: Environment, actor: Actor, execution_id: str, query: Query
) -> Page[MetricEntry]:
    """Give one page of the figures of an execution, which the conditions of the query name too.

    Raises:
        NotFoundError: There is no such execution.
        InvalidError: A filter or order is unknown.
    """
    await get_execution(environment, actor, execution_id)
    return await environment.database.read(lambda connection: search_metrics(connection, query))


@operation(Resource.FLOW, Action.READ)
async def list_metric_names(
    environment: Environment, actor: Actor, key: FlowKey, task_id: str | None = None
) -> list[str]:
    """Name the figures of a flow, or of one of its tasks, in order."""
    actor.require(Resource.FLOW, Action.READ, key[0])
    return await environment.database.read(
        lambda connection: repository.list_metric_names(connection, *key, task_id=task_id)
    )


@operation(Resource.FLOW, Action.READ)
async def list_metric_tasks(environment: Environment, actor: Actor, key: FlowKey) -> list[str]:
    """Name the tasks of a flow that left figures, in order."""
    actor.require(Resource.FLOW, Action.READ, key[0])
    return await environment.database.read(lambda connection: repository.list_metric_tasks(connection, *key))


@operation(Resource.FLOW, Action.READ)
async def aggregate_metric(  # noqa: PLR0913 (each is a part of the question)
    environment: Environment,
    actor: Actor,
    key: FlowKey,
    name: str,
    *,
    task_id: str | None,
    start: int,
    end: int,
    aggregation: Aggregation,
) -> Aggregates:
    """Add up the figures of one name between two times; how long the stretches are depends on how far these lie apart.

    Raises:
        InvalidError: The end is not after the start, or more than ten years after it, or the start before 1970.
    """
    actor.require(Resource.FLOW, Action.READ, key[0])
    if start < 0:
        raise InvalidArgumentError([Violation("must not be before 1970", path="startDate")])
    if not start < end:
        raise InvalidArgumentError([Violation("must be after startDate", path="endDate")])
    if end - start > _LONGEST_DAYS * _DAY:
        raise InvalidArgumentError([Violation(f"may be at most {_LONGEST_DAYS} days before endDate", path="startDate")])
    grouping = _grouping(end - start)
    begin = _BEGINS[grouping]
    width = {Grouping.MINUTE: _MINUTE, Grouping.HOUR: _HOUR}.get(grouping, _DAY)
    sums = await environment.database.read(
        lambda connection: repository.sum_metrics(
            connection, key, name, task_id=task_id, start=start, end=end, width=width
        )
    )
    found: dict[int, list[Sum]] = {}
    for one in sums:
        found.setdefault(_micros(begin(_moment(one.at))), []).append(one)
    return Aggregates(
        grouping, [Stretch(at, _value(found.get(at, []), aggregation)) for at in _stretches(grouping, start, end)]
    )


def _grouping(length: int) -> Grouping:
    days = length // _DAY
    if days > 365:  # noqa: PLR2004 (a year)
        return Grouping.MONTH
    if days > 180:  # noqa: PLR2004 (half a year)
        return Grouping.WEEK
    if days > 1:
        return Grouping.DAY
    return Grouping.HOUR if length // _HOUR > 6 else Grouping.MINUTE  # noqa: PLR2004 (hours)


_BEGINS: dict[Grouping, Callable[[datetime], datetime]] = {
    Grouping.MINUTE: lambda at: at.replace(second=0, microsecond=0),
    Grouping.HOUR: lambda at: at.replace(minute=0, second=0, microsecond=0),
    Grouping.DAY: lambda at: at.replace(hour=0, minute=0, second=0, microsecond=0),
    Grouping.WEEK: lambda at: (at - timedelta(at.weekday())).replace(hour=0, minute=0, second=0, microsecond=0),
    Grouping.MONTH: lambda at: at.replace(day=1, hour=0, minute=0, second=0, microsecond=0),
}
_STEPS = {
    Grouping.MINUTE: timedelta(minutes=1),
    Grouping.HOUR: timedelta(hours=1),
    Grouping.DAY: timedelta(days=1),
    Grouping.WEEK: timedelta(weeks=1),
    Grouping.MONTH: timedelta(days=31),  # from the first of a month into the next one
}


def _stretches(grouping: Grouping, start: int, end: int) -> Iterator[int]:
    begin = _BEGINS[grouping]
    at = begin(_moment(start))
    last = datetime.max.replace(tzinfo=UTC) - _STEPS[grouping]
    while (found := _micros(at)) < end:
        yield found
        if at > last:
            return
        at = begin(at + _STEPS[grouping])


def _value(sums: list[Sum], aggregation: Aggregation) -> float | None:
    if aggregation is Aggregation.SUM:
        return sum(one.total for one in sums)
    if not sums:
        return None
    if aggregation is Aggregation.MIN:
        return min(one.least for one in sums)
    if aggregation is Aggregation.MAX:
        return max(one.most for one in sums)
    return sum(one.total for one in sums) / sum(one.count for one in sums)


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at // _SECOND, UTC)


def _micros(at: datetime) -> int:
    return int(at.timestamp()) * _SECOND
