"""Limits on starts: who holds slots or waits, what has started lately, and the pools.

A slot is never a row of its own: it is held by an execution being live, so it cannot leak.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec import Struct

from tiercel.errors import NotFoundError
from tiercel.model.claims import NOTE, Claim, FlowKey, Scope, read_claim
from tiercel.model.state import State
from tiercel.repository.connection import Connection, Row, Target

WAITING = frozenset({State.CREATED, State.RESTARTED, State.QUEUED})
"""States of executions that have not ended and hold no slot."""

STARTS = Target(table="limit_starts", columns=("scope", "at", "execution_id", "expires_at"))


class LimitStart(Struct, frozen=True):
    """A start that a rate counts, until ``expires_at``."""

    scope: Scope
    at: int
    execution_id: str
    expires_at: int


class Standing(Struct, frozen=True, kw_only=True):
    """A live execution as limits see it.

    Attributes:
        waits_since: None when it holds its slots.
    """

    claim: Claim
    revision: int
    waits_since: int | None = None


class Ledger(Struct, frozen=True, kw_only=True):
    """What limits of a flow count.

    Attributes:
        revision: The newest that is no draft; 0 when the flow is gone for good.
        standings: Who holds slots and who waits.
        starts: What rates count, oldest first.
    """

    revision: int
    standings: list[Standing]
    starts: list[tuple[Scope, int]]


class StoredPool(Struct, frozen=True, kw_only=True):
    """Slots that several flows share."""

    name: str
    slots: int
    created_at: int
    updated_at: int
    description: str | None = None


def list_live_flows(connection: Connection) -> list[FlowKey]:
    """Namespace and id of the flows that have executions which are not over, in order."""
    rows = connection.fetch(
        "SELECT DISTINCT namespace, flow_id FROM executions WHERE is_over = 0 AND kind <> 'LOOP'"
        " ORDER BY namespace, flow_id"
    )
    return [(namespace, flow_id) for namespace, flow_id in rows]


def list_limited_flows(connection: Connection) -> list[FlowKey]:
    """The flows of which somebody is queued, or holds more than a slot of the flow itself; in order."""
    rows = connection.fetch(
        "SELECT DISTINCT namespace, flow_id FROM executions WHERE is_over = 0 AND kind <> 'LOOP'"
        f" AND (state = 'QUEUED' OR notes LIKE '%\"{NOTE}\"%') ORDER BY namespace, flow_id"
    )
    return [(namespace, flow_id) for namespace, flow_id in rows]


def read_standings(connection: Connection, flow: FlowKey) -> list[Standing]:
    """Read who holds slots of a flow and who is queued, oldest first; iterations count with their parent."""
    rows = connection.fetch(
        "SELECT id, revision, state, history, notes FROM executions"
        " WHERE namespace = ? AND flow_id = ? AND is_over = 0 AND kind <> 'LOOP' ORDER BY id",
        flow,
    )
    found: list[Standing] = []
    for execution_id, revision, name, history, notes in rows:
        state = State(name)
        if state.is_terminal or (state in WAITING and state is not State.QUEUED):
            continue
        note = msgspec.json.decode(notes).get(NOTE) if notes else None
        since = int(msgspec.json.decode(history)[-1][1]) if state is State.QUEUED else None
        claim = read_claim(execution_id, flow, note)
        found.append(Standing(claim=claim, revision=revision, waits_since=since))
    return found


def read_starts(connection: Connection, flow: FlowKey) -> list[tuple[Scope, int]]:
    """Read what rates of a flow count, oldest first."""
    own, keys = scope_text(("flow", *flow)), scope_text(("key", *flow, ""))[:-2]
    rows = connection.fetch(
        "SELECT scope, at FROM limit_starts WHERE scope = ? OR (scope >= ? AND scope < ?) ORDER BY at",
        (own, keys, f"{keys}\U0010ffff"),
    )
    return [(tuple(msgspec.json.decode(scope)), at) for scope, at in rows]


def read_ledger(connection: Connection, flow: FlowKey) -> Ledger:
    """Read what limits of a flow count."""
    newest = connection.fetch(
        "SELECT max(revision) FROM flow_revisions WHERE namespace = ? AND id = ? AND is_draft = 0", flow
    )[0][0]
    return Ledger(
        revision=newest or 0, standings=read_standings(connection, flow), starts=read_starts(connection, flow)
    )


def remove_expired_starts(connection: Connection, now: int) -> None:
    """Forget starts that no rate counts any more."""
    connection.execute("DELETE FROM limit_starts WHERE expires_at <= ?", (now,))


def start_row(start: LimitStart) -> Row:
    """The row of a start."""
    return scope_text(start.scope), start.at, start.execution_id, start.expires_at


def scope_text(scope: Scope) -> str:
    """A scope as the database has it."""
    return msgspec.json.encode(scope).decode()


def list_pools(connection: Connection) -> list[StoredPool]:
    """The pools by name."""
    rows = connection.fetch("SELECT name, slots, description, created_at, updated_at FROM pools ORDER BY name")
    return [
        StoredPool(name=name, slots=slots, description=text, created_at=created_at, updated_at=updated_at)
        for name, slots, text, created_at, updated_at in rows
    ]


def save_pool(connection: Connection, pool: StoredPool) -> None:
    """Store a pool, in place of the one of that name."""
    connection.execute(
        "INSERT INTO pools (name, slots, description, created_at, updated_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET slots = excluded.slots, description = excluded.description,"
        " updated_at = excluded.updated_at",
        (pool.name, pool.slots, pool.description, pool.created_at, pool.updated_at),
    )


def delete_pool(connection: Connection, name: str) -> None:
    """Remove a pool.

    Raises:
        NotFoundError: There is none of that name.
    """
    if not connection.execute("DELETE FROM pools WHERE name = ?", (name,)):
        raise NotFoundError("pool", name)


def list_pool_users(connection: Connection, pool: str) -> list[FlowKey]:
    """The flows with live executions that count in a pool; may name some more."""
    text = msgspec.json.encode(pool).decode()
    rows = connection.fetch(
        "SELECT DISTINCT namespace, flow_id FROM executions WHERE is_over = 0 AND kind <> 'LOOP'"
        " AND instr(notes, ?) > 0 ORDER BY namespace, flow_id",
        (f'"pool":{text}',),
    )
    return [(namespace, flow_id) for namespace, flow_id in rows]


def count_standings(standings: Iterable[Standing]) -> tuple[int, int]:
    """How many hold slots, and how many wait."""
    waits = [standing.waits_since is not None for standing in standings]
    return waits.count(False), waits.count(True)
