"""What users are told of: failed executions of flows they may see, and what happened to the installation.

Failures of one flow within an hour are one notification, which counts them and becomes unread again with each.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from tiercel.errors import InvalidArgumentError, UnavailableError, Violation
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.failures import Failed
from tiercel.operations.noticeboard import Posted
from tiercel.repository import notifications as repository
from tiercel.repository.connection import Connection
from tiercel.repository.lists import search_executions
from tiercel.repository.notifications import Notification
from tiercel.repository.query import Filter, Operation, Query, Sort

FAILURE = "SYSTEM_EXECUTION_FAILED"
GENERIC = "GENERIC"
_TOGETHER_MICROS = 3_600_000_000
_PAUSE_SECONDS = 0.25
_PATIENCE_SECONDS = 1.0
_MOST_MISSED = 1000
_MOST_DIGITS = 18
_log = logging.getLogger("tiercel.notifications")


class Told(Struct, frozen=True):
    """A notification as one user sees it."""

    notification: Notification
    is_read: bool


class History(Struct, frozen=True):
    """One page of notifications; ``next`` asks for what is older, None when nothing is."""

    told: list[Told]
    next: str | None


@operation(Resource.EXECUTION, Action.READ)
async def list_since(environment: Environment, actor: Actor, since: int) -> list[Told]:
    """Give what is new or changed after a time, newest first."""
    return await _list(environment, actor, since=since)


@operation(Resource.EXECUTION, Action.READ)
async def list_history(environment: Environment, actor: Actor, before: str | None, limit: int) -> History:
    """Give one page, newest first; ``before`` is what the page before gave as ``next``.

    Raises:
        InvalidError: The cursor is none.
    """
    found = await _list(environment, actor)
    if before is not None:
        place = _place(before)
        found = [one for one in found if (one.notification.updated_at, one.notification.id) < place]
    page = found[:limit]
    last = page[-1].notification if len(found) > limit else None
    return History(page, f"{last.updated_at}-{last.id}" if last is not None else None)


@operation(Resource.EXECUTION, Action.READ)
async def count_unread(environment: Environment, actor: Actor) -> int:
    """Count what the user has not read."""
    return sum(not one.is_read for one in await _list(environment, actor))


@operation(Resource.EXECUTION, Action.READ)
async def mark(environment: Environment, actor: Actor, notification_id: str, *, is_read: bool) -> None:
    """Mark one as read or not, for this user; what the user cannot see is passed over, as what is marked so already."""
    found = [one for one in await _list(environment, actor) if one.notification.id == notification_id]
    await _mark(environment, actor, [one for one in found if one.is_read is not is_read], is_read=is_read)


@operation(Resource.EXECUTION, Action.READ)
async def mark_all_read(environment: Environment, actor: Actor) -> int:
    """Mark everything as read for this user; gives how many were not."""
    unread = [one for one in await _list(environment, actor) if not one.is_read]
    await _mark(environment, actor, unread, is_read=True)
    return len(unread)


@operation(Resource.EXECUTION, Action.READ)
async def follow(environment: Environment, actor: Actor) -> AsyncIterator[Posted]:
    """Give what is new or changes for this user from now on."""

    async def mine() -> AsyncIterator[Posted]:
        async for posted in environment.noticeboard.follow():
            if posted.user_name in {None, actor.name} and _may_see(actor, posted.notification):
                yield posted

    return mine()


async def notify(environment: Environment, title: str, key: tuple[str, str] = ("", "")) -> None:
    """Tell what happened to a flow, given by namespace and id, or to the installation, for those who look after it."""
    notification = notice_of(environment, title, key)
    await environment.database.write(lambda connection: repository.save_notifications(connection, [notification]))
    environment.noticeboard.post([Posted(notification, is_new=True)])


def notice_of(environment: Environment, title: str, key: tuple[str, str]) -> Notification:
    """Word what happened to a flow or to the installation; to be stored and posted."""
    now = environment.clock()
    return Notification(
        id=environment.new_id(),
        type=GENERIC,
        title=title,
        namespace=key[0],
        flow_id=key[1],
        created_at=now,
        updated_at=now,
    )


async def tell_failures(environment: Environment) -> None:
    """Tell of executions that fail, until cancelled; first of those that ended while nobody told of them."""
    await _catch_up(environment)
    while True:
        failed = await environment.streams.tally.failures.take()
        while not await _is_told(environment, failed):
            pass
        await asyncio.sleep(_PAUSE_SECONDS)


async def _catch_up(environment: Environment) -> None:
    """Take up what failed after the last that was told; an installation that was never told anything begins now."""
    last = await environment.database.read(partial(repository.last_told, kind=FAILURE))
    if last is None:
        return
    missed = await environment.database.read(partial(search_executions, query=_missed(last)))
    for execution in missed.items:
        environment.streams.tally.failures.note(execution)


def _missed(last: int) -> Query:
    where = (
        Filter("endDate", Operation.GREATER_THAN, last),
        Filter("state", Operation.EQUALS, "FAILED"),
    )
    return Query(where=where, sort=(Sort("id"),), size=_MOST_MISSED, count_up_to=0)


async def _is_told(environment: Environment, failed: Sequence[Failed]) -> bool:
    try:
        posted = await environment.database.write(lambda connection: _store(environment, connection, failed))
    except UnavailableError as error:
        _log.warning("notifications could not be stored, trying again: %s", error)
        await asyncio.sleep(_PATIENCE_SECONDS)
        return False
    environment.noticeboard.post(posted)
    return True


def _store(environment: Environment, connection: Connection, failed: Sequence[Failed]) -> list[Posted]:
    posted = [_joined(environment, connection, one) for one in failed]
    repository.save_notifications(connection, [one.notification for one in posted])
    return posted


def _joined(environment: Environment, connection: Connection, failed: Failed) -> Posted:
    """Count failures with those the flow had before, or make a new notification of them."""
    since = failed.at - _TOGETHER_MICROS
    found = repository.find_recent(connection, FAILURE, failed.namespace, failed.flow_id, since=since)
    if found is None:
        found = Notification(
            id=environment.new_id(),
            type=FAILURE,
            title="",
            namespace=failed.namespace,
            flow_id=failed.flow_id,
            total=failed.count,
            created_at=failed.at,
            updated_at=failed.at,
        )
        return Posted(_titled(found, failed), is_new=True)
    counted = replace(found, total=found.total + failed.count, updated_at=max(found.updated_at, failed.at))
    return Posted(_titled(counted, failed), is_new=False)


def _titled(notification: Notification, failed: Failed) -> Notification:
    times = "" if notification.total == 1 else f" {notification.total} times"
    title = f"{failed.namespace}.{failed.flow_id} failed{times}"
    return replace(notification, title=title, reference_id=failed.execution_id)


async def _list(environment: Environment, actor: Actor, *, since: int = 0) -> list[Told]:
    found, read = await environment.database.read(
        lambda connection: (
            repository.list_notifications(connection, since=since),
            repository.list_read(connection, actor.name),
        )
    )
    return [Told(one, one.id in read) for one in found if _may_see(actor, one)]


async def _mark(environment: Environment, actor: Actor, told: Sequence[Told], *, is_read: bool) -> None:
    if not told:
        return
    ids = [one.notification.id for one in told]

    def change(connection: Connection) -> None:
        if is_read:
            repository.mark_read(connection, actor.name, ids)
            return
        for id_ in ids:
            repository.mark_unread(connection, actor.name, id_)

    await environment.database.write(change)
    environment.noticeboard.post(
        Posted(one.notification, is_new=False, is_read=is_read, user_name=actor.name) for one in told
    )


def _may_see(actor: Actor, notification: Notification) -> bool:
    if not notification.namespace:
        return actor.may(Resource.INSTANCE, Action.UPDATE, "")
    return actor.may(Resource.EXECUTION, Action.READ, notification.namespace)


def _place(cursor: str) -> tuple[int, str]:
    at, dash, id_ = cursor.partition("-")
    if not dash or not at.isdecimal() or len(at) > _MOST_DIGITS:
        raise InvalidArgumentError(
            [Violation(f"'{cursor}' is no cursor", path="before", hint="give a nextCursor back")]
        )
    return int(at), id_
