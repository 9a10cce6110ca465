"""Log lines: read, followed, removed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from functools import partial

from msgspec import Struct, structs

from tiercel.errors import InvalidArgumentError
from tiercel.model.log import LogEntry, LogLevel
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.executions import get_execution
from tiercel.operations.streams import LogsWritten, Subscription
from tiercel.operations.visibility import only_visible
from tiercel.repository import lists, log_lines, logs as repository
from tiercel.repository.connection import Connection
from tiercel.repository.log_lines import LineFilter
from tiercel.repository.matching import Matching, Value
from tiercel.repository.query import Condition, Group, Page, Query
from tiercel.repository.triggers import TriggerKey

_PAGE = 10_000
_ALL = 1_000_000_000


class LogFilter(Struct, frozen=True, kw_only=True):
    """Which lines of an execution are wanted; None = all.

    Attributes:
        matching: What further holds for them, with levels as their ranks, see ``by_rank``.
    """

    lowest: LogLevel | None = None
    task_id: str | None = None
    task_run_id: str | None = None
    attempt_number: int | None = None
    matching: Matching | None = None

    def accepts(self, entry: LogEntry) -> bool:
        """Tell whether a line is wanted."""
        return (
            (self.lowest is None or entry.level.rank >= self.lowest.rank)
            and (self.task_id is None or entry.task_id == self.task_id)
            and (self.task_run_id is None or entry.task_run_id == self.task_run_id)
            and (self.attempt_number is None or entry.attempt_number == self.attempt_number)
            and (self.matching is None or self.matching.holds(partial(_value_of, entry)))
        )


def by_rank(condition: Condition) -> Condition:
    """Give a condition with the words of levels as their ranks.

    Raises:
        InvalidError: There is no such level.
    """
    if isinstance(condition, Group):
        return structs.replace(condition, members=tuple(map(by_rank, condition.members)))
    if condition.field != "level":
        return condition
    words = condition.value if isinstance(condition.value, tuple) else (str(condition.value),)
    unknown = [word for word in words if word.upper() not in LogLevel.__members__]
    if unknown:
        raise InvalidArgumentError(f"level is one of {', '.join(LogLevel)}, not {', '.join(unknown)}")
    ranks = [LogLevel(word.upper()).rank for word in words]
    is_list = isinstance(condition.value, tuple)
    return structs.replace(condition, value=tuple(map(str, ranks)) if is_list else ranks[0])


_VALUES: dict[str, Callable[[LogEntry], Value]] = {
    "q": lambda entry: entry.message,
    "scope": lambda entry: "SYSTEM" if entry.namespace == "system" else "USER",
    "namespace": lambda entry: entry.namespace,
    "flowId": lambda entry: entry.flow_id,
    "startDate": lambda entry: entry.at,
    "endDate": lambda entry: entry.at,
    "triggerId": lambda entry: entry.trigger_id,
    "level": lambda entry: entry.level.rank,
    "executionId": lambda entry: entry.execution_id,
    "taskId": lambda entry: entry.task_id,
    "taskRunId": lambda entry: entry.task_run_id,
    "attemptNumber": lambda entry: entry.attempt_number,
    "kind": lambda entry: entry.execution_kind,
}


def _value_of(entry: LogEntry, field: str) -> Value:
    return _VALUES[field](entry)


@operation(Resource.LOG, Action.READ)
async def list_logs(environment: Environment, actor: Actor, execution_id: str, wanted: LogFilter) -> list[LogEntry]:
    """Give the lines of an execution in the order of their time.

    Raises:
        NotFoundError: There is no such execution.
    """
    await get_execution(environment, actor, execution_id)
    return sorted(await _all(environment, execution_id, wanted.accepts), key=lambda entry: entry.at)


class LogPage(Struct, frozen=True):
    """Some lines of an execution in the order they were stored; ``next`` asks for what follows, None at the end."""

    entries: list[LogEntry]
    next: int | None


@operation(Resource.LOG, Action.READ)
async def list_page(
    environment: Environment, actor: Actor, execution_id: str, *, after: int, lowest: LogLevel
) -> LogPage:
    """Give lines of an execution from the one after ``after``, those of a lower level left out.

    An execution that is not stored has none, and its lines may outlive it.
    """
    actor.require(Resource.LOG, Action.READ, None)
    page = await environment.database.read(
        lambda connection: repository.list_execution_logs(connection, execution_id, after_id=after, limit=_PAGE)
    )
    entries = [entry for _, entry in page if entry.level.rank >= lowest.rank]
    return LogPage(entries, page[-1][0] if len(page) == _PAGE else None)


class LineRange(Struct, frozen=True):
    """Lines of an execution from a place on; ``total`` is how many there are in all, None when not counted."""

    entries: list[LogEntry]
    total: int | None


@operation(Resource.LOG, Action.READ)
async def list_range(  # noqa: PLR0913 (a place among lines, and which lines)
    environment: Environment,
    actor: Actor,
    wanted: LineFilter,
    *,
    offset: int,
    limit: int,
    is_counted: bool,
    matching: Matching | None = None,
) -> LineRange:
    """Give the wanted lines of an execution from the one at ``offset`` on, in the order they were stored.

    A negative ``offset`` counts from the end. With ``matching`` every wanted line is looked at.

    Raises:
        NotFoundError: There is no such execution.
    """
    await get_execution(environment, actor, wanted.execution_id)

    def read(connection: Connection) -> LineRange:
        if matching is not None:
            every = log_lines.list_lines(connection, wanted, offset=0, limit=_ALL)
            found = [entry for entry in every if matching.holds(partial(_value_of, entry))]
            first = offset if offset >= 0 else max(len(found) + offset, 0)
            return LineRange(found[first : first + limit], len(found))
        entries = log_lines.list_lines(connection, wanted, offset=offset, limit=limit)
        if not is_counted:
            return LineRange(entries, None)
        # The end of what is wanted tells the number without looking at every line again.
        is_end = offset >= 0 and len(entries) < limit and (entries or offset == 0)
        return LineRange(entries, offset + len(entries) if is_end else log_lines.count_lines(connection, wanted))

    return await environment.database.read(read)


@operation(Resource.LOG, Action.READ)
async def follow_logs(
    environment: Environment, actor: Actor, execution_id: str, wanted: LogFilter
) -> AsyncIterator[LogEntry]:
    """Give the lines of an execution: those there are, then each as it comes, without end.

    Raises:
        NotFoundError: There is no such execution.
    """
    await get_execution(environment, actor, execution_id)
    return _follow(environment, execution_id, wanted)


@operation(Resource.LOG, Action.READ)
async def search_logs(environment: Environment, actor: Actor, query: Query) -> Page[LogEntry]:
    """Give one page of lines of all executions, oldest first unless another order is asked for.

    Raises:
        InvalidError: A filter or order is unknown.
    """
    query = only_visible(actor, Resource.LOG, query)
    page = await environment.database.read(lambda connection: lists.search_logs(connection, query))
    return Page(
        items=[entry for _, entry in page.items],
        total=page.total,
        is_total_capped=page.is_total_capped,
        next_cursor=page.next_cursor,
    )


@operation(Resource.LOG, Action.DELETE)
async def delete_logs(environment: Environment, actor: Actor, execution_id: str, unwanted: LogFilter) -> int:
    """Remove lines of an execution; gives how many there were.

    Raises:
        NotFoundError: There is no such execution.
    """
    found = await get_execution(environment, actor, execution_id)
    actor.require(Resource.LOG, Action.DELETE, found.execution.namespace)

    def delete(connection: Connection) -> int:
        if unwanted == LogFilter():
            return repository.delete_execution_logs(connection, [execution_id])
        stored = repository.list_execution_logs(connection, execution_id, limit=_ALL)
        gone = [(number,) for number, entry in stored if unwanted.accepts(entry)]
        connection.execute_many("DELETE FROM logs WHERE id = ?", gone)
        return len(gone)

    return await environment.database.write(delete)


@operation(Resource.LOG, Action.DELETE)
async def delete_trigger_logs(environment: Environment, actor: Actor, key: TriggerKey) -> int:
    """Remove the lines that a trigger wrote; gives how many there were, none when there is no such trigger."""
    namespace, flow_id, trigger_id = key
    actor.require(Resource.LOG, Action.DELETE, namespace)
    return await environment.database.write(
        lambda connection: repository.delete_trigger_logs(connection, namespace, flow_id, trigger_id)
    )


async def _all(environment: Environment, execution_id: str, accepts: Callable[[LogEntry], bool]) -> list[LogEntry]:
    found: list[LogEntry] = []
    after = 0
    while True:
        page = await environment.database.read(
            partial(repository.list_execution_logs, execution_id=execution_id, after_id=after, limit=_PAGE)
        )
        found += [entry for _, entry in page if accepts(entry)]
        if len(page) < _PAGE:
            return found
        after = page[-1][0]


async def _follow(environment: Environment, execution_id: str, wanted: LogFilter) -> AsyncIterator[LogEntry]:
    """Subscribe before reading what there is; a line seen twice is known by its place and text."""
    with environment.streams.subscribe(execution_id) as subscription:
        stored = await _all(environment, execution_id, wanted.accepts)
        for entry in stored:
            yield entry
        seen = {_identity(entry) for entry in stored}
        async for entry in _live(subscription):
            if seen and _identity(entry) in seen:
                continue
            if wanted.accepts(entry):
                yield entry


async def _live(subscription: Subscription) -> AsyncIterator[LogEntry]:
    while (change := await subscription.next()) is not None:
        if isinstance(change, LogsWritten):
            for entry in change.entries:
                yield entry


def _identity(entry: LogEntry) -> tuple[int, str | None, str]:
    return entry.at, entry.task_run_id, entry.message
