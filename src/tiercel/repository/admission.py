"""Limits on how many executions run at once: who holds a slot, and who waits for one.

A slot is never a row of its own: it is held by an execution being live, so it cannot leak.
"""

from __future__ import annotations

from tiercel.model.state import State
from tiercel.repository.connection import Connection

WAITING = frozenset({State.CREATED, State.RESTARTED, State.QUEUED})
"""States of executions that have not ended and hold no slot."""


def list_live_flows(connection: Connection) -> list[tuple[str, str]]:
    """Namespace and id of the flows that have executions which are not over, in order."""
    rows = connection.fetch(
        "SELECT DISTINCT namespace, flow_id FROM executions WHERE is_over = 0 AND kind <> 'LOOP'"
        " ORDER BY namespace, flow_id"
    )
    return [(namespace, flow_id) for namespace, flow_id in rows]


def read_ledger(connection: Connection, namespace: str, flow_id: str) -> tuple[list[str], list[str]]:
    """Read who holds a slot of a flow and who is queued for one, oldest first; iterations count with their parent."""
    rows = connection.fetch(
        "SELECT id, state FROM executions"
        " WHERE namespace = ? AND flow_id = ? AND is_over = 0 AND kind <> 'LOOP' ORDER BY id",
        (namespace, flow_id),
    )
    states = [(execution_id, State(state)) for execution_id, state in rows]
    live = [one for one, state in states if not state.is_terminal and state not in WAITING]
    return live, [one for one, state in states if state is State.QUEUED]
