"""Gathered events that are due: the executions that come of them, stored in the transaction that removes the events."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial

from tiercel.errors import UnavailableError
from tiercel.model.execution import Execution
from tiercel.model.log import LogEntry, LogLevel
from tiercel.operations.environment import Environment
from tiercel.operations.gathering import Comes, what_comes
from tiercel.operations.streams import LogsWritten
from tiercel.repository.batch import Batch, save_batch
from tiercel.repository.connection import Connection
from tiercel.repository.firings import add_firing, event_firing
from tiercel.repository.gatherings import Gathering, list_due_gatherings, list_events, remove_events
from tiercel.repository.leases import Lease, check_lease
from tiercel.repository.logs import save_logs
from tiercel.source.limits import MOST_EVENTS

AT_ONCE = 100
_log = logging.getLogger("tiercel.scheduler")


@dataclass(frozen=True, slots=True)
class Begun:
    """An execution of gathered events; its end is to be told to the trigger when it is open."""

    execution: Execution
    is_open: bool


async def begin_due(environment: Environment, lease: Lease) -> tuple[int, list[Begun]]:
    """Store the executions of events that are due.

    Returns:
        How many gatherings were due, and what is to begin now.

    Raises:
        LeaseTakenError: Another scheduler is at work; nothing more is stored.
        UnavailableError: The database cannot be used.
    """
    now = environment.clock()
    due = await environment.database.read(lambda connection: list_due_gatherings(connection, now, limit=AT_ONCE))
    begun: list[Begun] = []
    for gathering in due:
        found = await _begin(environment, lease, gathering)
        if found is not None:
            begun.append(found)
    return len(due), begun


async def _begin(environment: Environment, lease: Lease, gathering: Gathering) -> Begun | None:
    name = ".".join(gathering.key)
    try:
        events = await environment.database.read(partial(list_events, gathering=gathering, limit=MOST_EVENTS))
        comes = await what_comes(environment, gathering, events)
    except UnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 (one trigger must not stop the others)
        _log.exception("events gathered by trigger %s cannot start anything", name)
        comes = Comes(execution=None, used=(), reason=f"Internal error: {error!r}")
    now = environment.clock()
    is_done = await environment.database.write(lambda connection: _store(connection, lease, gathering, comes, now))
    if is_done and comes.execution is None:
        environment.streams.publish(LogsWritten("", (_line(gathering, comes, now),)))
    if not is_done or comes.execution is None:
        return None
    environment.bell.note_fired(gathering.key, now)
    return Begun(comes.execution, _is_open(comes))


def _store(connection: Connection, lease: Lease, gathering: Gathering, comes: Comes, now: int) -> bool:
    check_lease(connection, lease)
    if not remove_events(connection, gathering, list(comes.used), comes.rule, now):
        return False  # one more came meanwhile
    execution = comes.execution
    if execution is None:
        save_logs(connection, [_line(gathering, comes, now)])
        return True
    save_batch(connection, Batch(executions=[execution]))
    if _is_open(comes):
        add_firing(connection, event_firing(gathering.key, execution.id, execution.id, is_open=True))
    return True


def _is_open(comes: Comes) -> bool:
    return comes.rule is not None and bool(comes.rule.stop_after)


def _line(gathering: Gathering, comes: Comes, now: int) -> LogEntry:
    namespace, flow_id, trigger_id = gathering.key
    return LogEntry(
        at=now,
        level=LogLevel.WARN,
        message=f"{gathering.count} gathered events start nothing: {comes.reason}",
        namespace=namespace,
        flow_id=flow_id,
        trigger_id=trigger_id,
    )
