"""Removing what is old: ended executions with all that is theirs after the days of the settings, and expired keys."""

from __future__ import annotations

from tiercel.operations.actor import SYSTEM
from tiercel.operations.environment import Environment
from tiercel.operations.executions import delete_executions
from tiercel.repository.kv import purge_expired
from tiercel.repository.lists import list_execution_ids
from tiercel.repository.query import Filter, Operation

_DAY_MICROS = 86_400_000_000
_AT_ONCE = 200
_KEYS_AT_ONCE = 1000


async def remove_old(environment: Environment) -> int:
    """Remove executions that ended longer ago than the settings keep them; gives how many there were.

    Works in small commits, so that it can run beside everything else, and go on where it was interrupted.
    """
    days = environment.settings.retention.days
    if days <= 0:
        return 0
    old = Filter("endDate", Operation.LESS_THAN, environment.clock() - days * _DAY_MICROS)
    count = 0
    while True:
        ids = await environment.database.read(lambda connection: list_execution_ids(connection, (old,), limit=_AT_ONCE))
        if not ids:
            return count
        count += await delete_executions(environment, SYSTEM, ids, with_live=True)


async def remove_expired_keys(environment: Environment) -> int:
    """Remove keys that expired a day ago or earlier; gives how many there were.

    Until then whoever asks for one is told that it has expired, and afterwards that there is none.
    """
    before = environment.clock() - _DAY_MICROS
    count = 0
    while True:
        gone = await environment.database.write(
            lambda connection: purge_expired(connection, before=before, limit=_KEYS_AT_ONCE)
        )
        count += gone
        if gone < _KEYS_AT_ONCE:
            return count
