"""Triggers: one row for each that a flow declares, with what is remembered of it.

What the source says (the definition) and what happened to it (switched off, backfill, dates, lock) are kept apart: a
save of the flow changes the first only. Every change counts ``version`` up; a writer that read an older version is
told so and changes nothing.

``look_at`` is when the scheduler must look at a row, and the only thing it searches by: rows that are switched off,
locked or never due have none, so its work grows with what is due and not with how many rows there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tiercel.errors import NotFoundError
from tiercel.model.dialect import Dialect
from tiercel.model.flow import TriggerDefinition
from tiercel.model.schedule import Backfill, ScheduleState
from tiercel.repository.codec import to_json, to_text
from tiercel.repository.connection import Connection, Row, Target

TriggerKey = tuple[str, str, str]
"""Namespace, flow, trigger."""

SCHEDULE, POLLING, REALTIME = "SCHEDULE", "POLLING", "REALTIME"
LOOKED_AT = frozenset({SCHEDULE, POLLING, REALTIME})
"""The kinds the scheduler looks at."""

UNDER_WAY = "It is being looked at."
"""The reason of a polling trigger that a worker looks for."""

COLUMNS = (
    "namespace",
    "flow_id",
    "trigger_id",
    "kind",
    "definition",
    "dialect",
    "is_active",
    "is_disabled",
    "begin_at",
    "next_at",
    "look_at",
    "last_at",
    "fired_at",
    "evaluated_at",
    "backfill",
    "backfill_id",
    "execution_id",
    "locked_at",
    "held_until",
    "reason",
    "error",
    "failed_at",
    "version",
    "updated_at",
)
SELECTED = f"SELECT {', '.join(COLUMNS)} FROM triggers"
_TARGET = Target(table="triggers", columns=COLUMNS)
_CHANGED = f"UPDATE triggers SET {', '.join(f'{name} = ?' for name in COLUMNS[3:])}"
LOOKED_COLUMNS = tuple(name for name in COLUMNS[3:] if name not in {"kind", "definition", "dialect", "is_active"})
"""What a look may change."""

_LOOKED = f"UPDATE triggers SET {', '.join(f'{name} = ?' for name in LOOKED_COLUMNS)}"
_BY_KEY = "WHERE namespace = ? AND flow_id = ? AND trigger_id = ?"
_definition = msgspec.json.Decoder(TriggerDefinition)
_backfill = msgspec.json.Decoder(Backfill)


class StoredTrigger(Struct, frozen=True, kw_only=True):
    """A trigger with what is remembered of it; times in microseconds since 1970.

    Attributes:
        is_active: Neither the source nor the state of the flow forbids it to fire.
        is_disabled: Switched off by hand or by ``stopAfter``.
        begin_at: It was declared, or its times were changed, then, and it has not been looked at since.
        next_at: The date to be looked at next.
        look_at: When the scheduler looks at it next.
        last_at: The date it last fired for.
        fired_at: When it last fired.
        evaluated_at: When it was last looked at.
        backfill_id: Tells one backfill from another.
        execution_id: The execution that locks it.
        held_until: When a lock, or whatever else held dates back, was gone; dates before it were missed.
        reason: Why it did not fire when it was last looked at.
        error: What went wrong last, until it fires again.
    """

    namespace: str
    flow_id: str
    definition: TriggerDefinition
    kind: str
    dialect: Dialect
    updated_at: int
    is_active: bool = True
    is_disabled: bool = False
    begin_at: int | None = None
    next_at: int | None = None
    look_at: int | None = None
    last_at: int | None = None
    fired_at: int | None = None
    evaluated_at: int | None = None
    backfill: Backfill | None = None
    backfill_id: str = ""
    execution_id: str | None = None
    locked_at: int | None = None
    held_until: int | None = None
    reason: str = ""
    error: str | None = None
    failed_at: int | None = None
    version: int = 1

    @property
    def trigger_id(self) -> str:
        """Unique within the flow."""
        return self.definition.id

    @property
    def key(self) -> TriggerKey:
        """What names it."""
        return self.namespace, self.flow_id, self.definition.id

    @property
    def id(self) -> str:
        """What the audit log calls it."""
        return f"{self.flow_id}.{self.definition.id}"

    @property
    def is_locked(self) -> bool:
        """Whether an execution of it keeps it from firing."""
        return self.execution_id is not None

    @property
    def can_fire(self) -> bool:
        """Whether the scheduler has any reason to look at it."""
        return self.kind in LOOKED_AT and self.is_active and not self.is_disabled and not self.is_locked

    @property
    def state(self) -> ScheduleState:
        """What decisions about it start from."""
        return ScheduleState(
            next_at=self.next_at, last_at=self.last_at, is_disabled=self.is_disabled, backfill=self.backfill
        )

    def woken(self, now: int) -> StoredTrigger:
        """The same, looked at as soon as there is a reason to."""
        if not self.can_fire:
            return replace(self, look_at=None)
        is_filling = self.backfill is not None and not self.backfill.is_paused
        if is_filling or self.begin_at is not None:
            return replace(self, look_at=now)
        if self.kind == REALTIME:
            return self if self.look_at is not None else replace(self, look_at=now)
        return replace(self, look_at=None if self.next_at is None else max(now, self.next_at))


def list_flow_triggers(connection: Connection, namespace: str, flow_id: str) -> list[StoredTrigger]:
    """The triggers of a flow by id."""
    rows = connection.fetch(f"{SELECTED} WHERE namespace = ? AND flow_id = ? ORDER BY trigger_id", (namespace, flow_id))
    return [from_row(row) for row in rows]


def find_trigger(connection: Connection, key: TriggerKey) -> StoredTrigger | None:
    """The trigger of that name."""
    rows = connection.fetch(f"{SELECTED} {_BY_KEY}", key)
    return from_row(rows[0]) if rows else None


def get_trigger(connection: Connection, key: TriggerKey) -> StoredTrigger:
    """As ``find_trigger``.

    Raises:
        NotFoundError: There is none.
    """
    found = find_trigger(connection, key)
    if found is None:
        raise NotFoundError("trigger", ".".join(key))
    return found


def list_due(connection: Connection, now: int, *, limit: int) -> list[StoredTrigger]:
    """Those to be looked at by now, most overdue first."""
    rows = connection.fetch(
        f"{SELECTED} WHERE look_at IS NOT NULL AND look_at <= ? ORDER BY look_at LIMIT ?", (now, limit)
    )
    return [from_row(row) for row in rows]


def wake_interrupted(connection: Connection, now: int) -> None:
    """Have what was under way when a scheduler died looked at at once: looks, and triggers that listen."""
    connection.execute(
        "UPDATE triggers SET look_at = ? WHERE look_at > ? AND (kind = ? OR kind = ? AND reason = ?)",
        (now, now, REALTIME, POLLING, UNDER_WAY),
    )


def find_next_look(connection: Connection) -> int | None:
    """When the next one is to be looked at; None when nothing ever is."""
    at: int | None = connection.fetch("SELECT min(look_at) FROM triggers WHERE look_at IS NOT NULL")[0][0]
    return at


class LateTriggers(Struct, frozen=True):
    """How many triggers wait for the scheduler, since when, and how many fail or are locked."""

    due: int
    first_at: int | None
    failing: int
    locked: int


def count_late(connection: Connection, now: int) -> LateTriggers:
    """Count the triggers that are not as they should be."""
    due, first_at = connection.fetch(
        "SELECT count(*), min(look_at) FROM triggers WHERE look_at IS NOT NULL AND look_at <= ?", (now,)
    )[0]
    failing, locked = connection.fetch(
        "SELECT count(error), count(execution_id) FROM triggers WHERE is_active = 1 AND is_disabled = 0"
    )[0]
    return LateTriggers(due, first_at, failing, locked)


def add_trigger(connection: Connection, trigger: StoredTrigger) -> None:
    """Store a trigger that has no row yet."""
    connection.insert(_TARGET, [to_row(trigger)])


def update_trigger(connection: Connection, changed: StoredTrigger) -> StoredTrigger | None:
    """Store a row made from the one read; None, and nothing is changed, when it was changed or removed meanwhile."""
    stored = replace(changed, version=changed.version + 1)
    row = to_row(stored)
    count = connection.execute(f"{_CHANGED} {_BY_KEY} AND version = ?", (*row[3:], *changed.key, changed.version))
    return stored if count else None


def update_looked(connection: Connection, changed: StoredTrigger) -> StoredTrigger | None:
    """As ``update_trigger``, for a change that leaves the definition alone; it costs less."""
    stored = replace(changed, version=changed.version + 1)
    values = (*_values(stored, LOOKED_COLUMNS), *changed.key, changed.version)
    return stored if connection.execute(f"{_LOOKED} {_BY_KEY} AND version = ?", values) else None


def note_fired(connection: Connection, fired: Mapping[TriggerKey, int]) -> None:
    """Note when triggers fired last, those that nothing depends on; they count as unchanged."""
    for key, at in fired.items():
        connection.execute(f"UPDATE triggers SET fired_at = ?, last_at = ? {_BY_KEY}", (at, at, *key))


def delete_trigger(connection: Connection, key: TriggerKey) -> None:
    """Forget a trigger; no error when there is none."""
    connection.execute(f"DELETE FROM triggers {_BY_KEY}", key)


def from_row(row: Row) -> StoredTrigger:
    """The trigger of a row in the order of COLUMNS."""
    values: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    del values["trigger_id"]
    values["definition"] = _definition.decode(values["definition"])
    values["dialect"] = Dialect(values["dialect"])
    values["backfill"] = _backfill.decode(values["backfill"]) if values["backfill"] else None
    values["is_active"] = bool(values["is_active"])
    values["is_disabled"] = bool(values["is_disabled"])
    return StoredTrigger(**values)


def to_row(trigger: StoredTrigger) -> Row:
    """The trigger as a row, in the order of COLUMNS."""
    return tuple(_values(trigger))


def _values(trigger: StoredTrigger, names: Iterable[str] = COLUMNS) -> Iterable[object]:
    for name in names:
        value = getattr(trigger, name)
        if name in {"definition", "backfill"}:
            yield None if value is None else to_json(value)
        elif name == "dialect":
            yield value.value
        elif isinstance(value, bool):
            yield int(value)
        elif name in {"error", "reason"}:
            yield None if value is None else to_text(value)
        else:
            yield value
