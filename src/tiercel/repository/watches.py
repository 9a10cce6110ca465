"""What Flow triggers look at: an index from executions to the triggers, kept with every save of a flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tiercel.model.state import State
from tiercel.repository.connection import Connection, Row, Target
from tiercel.repository.records import Watch

COLUMNS = ("upstream_namespace", "upstream_flow_id", "namespace", "flow_id", "trigger_id", "states")
TARGET = Target(table="watches", columns=COLUMNS, key=COLUMNS[:5], updates=("states",))


def save_watches(connection: Connection, namespace: str, flow_id: str, watches: Iterable[Watch]) -> None:
    """Put what the triggers of a flow look at in the place of what they looked at before."""
    connection.execute("DELETE FROM watches WHERE namespace = ? AND flow_id = ?", (namespace, flow_id))
    rows: list[Row] = [
        (one.namespace, one.flow_id, namespace, flow_id, one.trigger_id, ",".join(one.states)) for one in watches
    ]
    if rows:
        connection.insert(TARGET, rows)


def list_watches(connection: Connection) -> Iterator[tuple[tuple[str, str], Watch]]:
    """Every watch with the flow whose trigger it belongs to."""
    for namespace, flow_id, own_namespace, own_id, trigger_id, states in connection.fetch(
        f"SELECT {', '.join(COLUMNS)} FROM watches"
    ):
        watch = Watch(
            trigger_id=trigger_id,
            namespace=namespace,
            flow_id=flow_id,
            states=tuple(State(state) for state in states.split(",") if state),
        )
        yield (own_namespace, own_id), watch
