"""What Flow triggers remember within their windows; a row that is past its end is void and is removed in passing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from tiercel.model.memory import Memory
from tiercel.repository.connection import Connection, Removal, Row, Target

TriggerKey = tuple[str, str, str]
"""Namespace and id of the flow, id of the trigger."""

COLUMNS = ("namespace", "flow_id", "trigger_id", "group_id", "ends_at", "memory")
TARGET = Target(table="trigger_memories", columns=COLUMNS, key=COLUMNS[:4], updates=COLUMNS[4:])
REMOVAL = Removal(table="trigger_memories", key=COLUMNS[:4])

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Memory)


def find_memories(connection: Connection, key: TriggerKey) -> dict[str, Memory]:
    """What a trigger remembers, by group."""
    rows = connection.fetch(
        "SELECT group_id, memory FROM trigger_memories WHERE namespace = ? AND flow_id = ? AND trigger_id = ?", key
    )
    return {group_id: _decoder.decode(memory) for group_id, memory in rows}


def save_memories(connection: Connection, changed: Mapping[TriggerKey, Mapping[str, Memory | None]]) -> None:
    """Remember, or forget where it is None."""
    gone: list[Row] = []
    kept: list[Row] = []
    for key, groups in changed.items():
        for group_id, memory in groups.items():
            if memory is None:
                gone.append((*key, group_id))
            else:
                kept.append((*key, group_id, memory.end, _encoder.encode(memory)))
    if gone:
        connection.delete(REMOVAL, gone)
    if kept:
        connection.insert(TARGET, kept)


def remove_void_memories(connection: Connection, now: int) -> int:
    """Remove what no longer counts; gives how many rows that were."""
    return connection.execute("DELETE FROM trigger_memories WHERE ends_at <= ?", (now,))


def remove_memories(connection: Connection, namespace: str, flow_id: str, kept: Iterable[str] = ()) -> None:
    """Forget what triggers of a flow remember, but for those ``kept``."""
    names = tuple(kept)
    marks = ", ".join("?" * len(names))
    connection.execute(
        f"DELETE FROM trigger_memories WHERE namespace = ? AND flow_id = ? AND trigger_id NOT IN ({marks})",
        (namespace, flow_id, *names),
    )
