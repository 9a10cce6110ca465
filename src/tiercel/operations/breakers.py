"""The breaker: a flow whose executions lead to more and more of them is stopped until somebody resumes it.

Counted are starts that executions cause: by Flow triggers and as subflows. Those that come back to a flow that led to
them have a limit of their own, and a low one, since a flow is seldom meant to start itself.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from tiercel.errors import NotFoundError
from tiercel.model.execution import LINEAGE, Execution
from tiercel.model.json import Json
from tiercel.model.log import LogEntry, LogLevel
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.noticeboard import Posted
from tiercel.operations.notifications import notice_of
from tiercel.operations.streams import LogsWritten
from tiercel.operations.tripping import FlowKey
from tiercel.repository.breakers import OpenBreaker, close_breaker, list_breakers, open_breaker
from tiercel.repository.connection import Connection
from tiercel.repository.logs import save_logs
from tiercel.repository.notifications import save_notifications

WINDOW_MICROS = 600 * 1_000_000
"""What led to an execution longer ago is forgotten."""

LONGEST_LINEAGE = 64
_log = logging.getLogger("tiercel.breaker")


async def load_breakers(environment: Environment) -> None:
    """Read which flows are stopped; before anything starts."""
    environment.breakers.load(await environment.database.read(list_breakers))


async def count_start(environment: Environment, key: FlowKey, lineage: Sequence[Json]) -> None:
    """Count a start that an execution causes, and stop the flow when it is one too many.

    Args:
        environment: Of the installation.
        key: The flow that is to start.
        lineage: The flows that led to it, as namespace, flow and time.

    Raises:
        ConflictError: It is stopped, now or since before.
    """
    environment.breakers.check(key)
    is_own = any(isinstance(entry, list) and entry[:2] == list(key) for entry in lineage)
    now = environment.clock()
    reason = environment.breakers.count(key, now, environment.settings.breaker, is_own=is_own)
    if reason is None:
        return
    opened = OpenBreaker(namespace=key[0], flow_id=key[1], opened_at=now, reason=reason)
    line = LogEntry(
        at=now,
        level=LogLevel.ERROR,
        message=f"{reason}; it is stopped until somebody resumes it",
        namespace=key[0],
        flow_id=key[1],
    )
    _log.error("flow %s is stopped: %s", ".".join(key), reason)

    notice = notice_of(environment, f"{'.'.join(key)} is stopped: {reason}", key)

    def write(connection: Connection) -> None:
        open_breaker(connection, opened)
        save_logs(connection, [line])
        save_notifications(connection, [notice])

    environment.breakers.open(opened)
    await environment.database.write(write)
    environment.streams.publish(LogsWritten("", (line,)))
    environment.noticeboard.post([Posted(notice, is_new=True)])
    environment.breakers.check(key)


def lineage_of(execution: Execution, at: int) -> list[Json]:
    """Name the flows that led to one another up to what this execution starts, lately."""
    former = [entry for entry in execution.notes.get(LINEAGE, ()) if entry[2] >= at - WINDOW_MICROS]
    here: list[Json] = [execution.namespace, execution.flow_id, at]
    return [*former, here][-LONGEST_LINEAGE:]


@operation(Resource.FLOW, Action.READ)
async def list_stopped(environment: Environment, actor: Actor) -> list[OpenBreaker]:
    """Give the flows that are stopped, as far as the user may see them."""
    actor.require(Resource.FLOW, Action.READ)
    found = await environment.database.read(list_breakers)
    return [one for one in found if actor.may(Resource.FLOW, Action.READ, one.namespace)]


@operation(Resource.FLOW, Action.UPDATE)
async def resume_flow(environment: Environment, actor: Actor, key: FlowKey) -> None:
    """Let triggers and other flows start executions of a flow again.

    Raises:
        NotFoundError: It is not stopped.
    """
    actor.require(Resource.FLOW, Action.UPDATE, key[0])
    if not await environment.database.write(lambda connection: close_breaker(connection, *key)):
        raise NotFoundError("stopped flow", ".".join(key))
    environment.breakers.close(key)
