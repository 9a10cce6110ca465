"""Records that only the database knows: work handed over, leases, keys, files and stored flow revisions.

Times are integer microseconds since 1970 in UTC.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from tiercel.model.command import (
    CloseDirectory,
    Evaluate,
    OpenDirectory,
    RestartChild,
    RunTask,
    StartChild,
    StoreOutputs,
)
from tiercel.model.dialect import Dialect
from tiercel.model.event import Event
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.repository.declared_triggers import DeclaredTrigger

Work: TypeAlias = RunTask | OpenDirectory | CloseDirectory | Evaluate | StartChild | RestartChild | StoreOutputs
"""What a worker can be asked to do, and what the executor cannot answer within the decision that asked for it."""


class Job(Struct, kw_only=True):
    """One attempt that waits for a worker or is with one, or another command that must survive until it is answered.

    Attributes:
        task_run_id: Together with ``token`` the key. Commands without a token have 0 and a key of the executor's own.
        worker_id: Who claimed it; None while it waits.
        leased_until: When the claim lapses unless it is renewed.
    """

    execution_id: str
    task_run_id: str
    token: int
    shard: int
    work: Work
    worker_group: str = ""
    worker_id: str | None = None
    leased_until: int | None = None


class Timer(Struct, frozen=True, kw_only=True):
    """When an execution or one of its task runs (None: the execution) must be told that ``key`` is due."""

    execution_id: str
    shard: int
    key: str
    at: int
    task_run_id: str | None = None


class InboxEntry(Struct, frozen=True, kw_only=True):
    """An event that waits for the owner of its shard; ``id`` gives the order and is 0 before it is stored."""

    execution_id: str
    shard: int
    event: Event
    id: int = 0


class Watch(Struct, frozen=True, kw_only=True):
    """What one Flow trigger of a flow looks at.

    Attributes:
        namespace: Of the executions; empty when it may be any.
        flow_id: Of the executions; empty when it may be any.
        states: Those it looks at.
    """

    trigger_id: str
    namespace: str
    flow_id: str
    states: tuple[State, ...]


class Announcement(Struct, frozen=True, kw_only=True):
    """That an execution entered a state which Flow triggers look at; gone with the commit of what came of it.

    Attributes:
        number: Which entry of its history that is, from 0.
        task_run_count: How many task runs it had then; what came later is not to be seen.
        execution: As it was then, encoded.
        id: Gives the order; 0 before it is stored.
    """

    execution_id: str
    number: int
    at: int
    task_run_count: int
    execution: bytes
    id: int = 0


class StoredFlow(Struct, frozen=True, kw_only=True):
    """One revision of a flow as saved.

    Attributes:
        created_at: When this revision was saved.
        is_deleted: Whether the flow was deleted after this revision; its revisions stay readable.
        watches: What its Flow triggers look at; only when it is saved, reading leaves it empty.
        triggers: Those it declares; as ``watches``.
        removed_triggers: The ids of those that this save removed; only when it is saved.
        author: Who saved the revision; empty = nobody known, or a version that did not write it down.
        origin: By what: ``ui``, ``api``, ``cli`` or ``system``; empty as for ``author``.
    """

    namespace: str
    id: str
    revision: int
    source: str
    dialect: Dialect
    created_at: int
    description: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    is_disabled: bool = False
    is_draft: bool = False
    is_deleted: bool = False
    watches: tuple[Watch, ...] = ()
    triggers: tuple[DeclaredTrigger, ...] = ()
    removed_triggers: tuple[str, ...] = ()
    author: str = ""
    origin: str = ""


class KvEntry(Struct, frozen=True, kw_only=True):
    """One key of a namespace with its typed value.

    Attributes:
        type: STRING, NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON.
        revision: From 1; goes on counting when a deleted key is set again.
    """

    namespace: str
    key: str
    type: str
    value: Json
    revision: int
    created_at: int
    updated_at: int
    expires_at: int | None = None
    description: str | None = None

    def is_expired(self, now: int) -> bool:
        """Whether it counts as missing at that time."""
        return self.expires_at is not None and self.expires_at <= now


class NamespaceFile(Struct, frozen=True, kw_only=True):
    """One revision of a file or directory of a namespace; ``path`` has no leading slash."""

    namespace: str
    path: str
    revision: int
    size_bytes: int
    created_at: int
    updated_at: int
    is_directory: bool = False


class AverageDuration(Struct, frozen=True):
    """How long executions took on average, None without any; and how many were looked at."""

    micros: float | None
    count: int
