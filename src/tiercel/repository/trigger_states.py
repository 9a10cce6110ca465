"""What polling and realtime triggers keep between one look and the next: one JSON value for each."""

from __future__ import annotations

import msgspec

from tiercel.model.json import Json
from tiercel.repository.codec import to_json
from tiercel.repository.connection import Connection, Target
from tiercel.repository.triggers import TriggerKey

_COLUMNS = ("namespace", "flow_id", "trigger_id", "state", "updated_at")
_TARGET = Target(table="trigger_states", columns=_COLUMNS, key=_COLUMNS[:3], updates=_COLUMNS[3:])


def find_state(connection: Connection, key: TriggerKey) -> Json:
    """What a trigger kept last; None when it kept nothing."""
    rows = connection.fetch(
        "SELECT state FROM trigger_states WHERE namespace = ? AND flow_id = ? AND trigger_id = ?", key
    )
    return msgspec.json.decode(rows[0][0]) if rows else None


def save_state(connection: Connection, key: TriggerKey, state: Json, *, now: int) -> None:
    """Keep something for a trigger in place of what it kept before."""
    connection.insert(_TARGET, [(*key, to_json(state), now)])
