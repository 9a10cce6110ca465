"""Writes who changed what, in the transaction of the change itself wherever the change has one.

An operation that changes something is given a database that adds the row to its first transaction that succeeds. One
that changes nothing in the database itself, such as telling the executor something, gets its row right after.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from msgspec import Struct

from tiercel.operations.streams import Changed
from tiercel.repository.audit import AuditEntry, save_audit
from tiercel.repository.connection import Connection
from tiercel.repository.database import Database

T = TypeVar("T")


class Subject(Struct, frozen=True):
    """What a change is about: a namespace, and the id of a thing in it; either may be empty."""

    namespace: str = ""
    id: str = ""


class Change(Struct, frozen=True, kw_only=True):
    """What somebody is about to change, as far as it is known before."""

    actor: str
    action: str
    resource: str
    subject: Subject


class Audited:
    """A database that adds one row of the audit log; fulfils ``tiercel.repository.database.Database``."""

    def __init__(self, database: Database, change: Change, clock: Callable[[], int]) -> None:
        self._database = database
        self._change = change
        self._clock = clock
        self._is_written = False

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` on a snapshot."""
        return await self._database.read(work)

    async def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, the first one with the row."""
        if self._is_written:
            return await self._database.write(work)

        def both(connection: Connection) -> T:
            result = work(connection)
            save_audit(connection, self._entry(result))
            return result

        result = await self._database.write(both)
        self._is_written = True
        return result

    async def close(self) -> None:
        """Leave the database open: it is not this one's."""

    async def finish(self, result: object) -> None:
        """Write the row if no transaction of the operation did."""
        if not self._is_written:
            await self.write(lambda _: result)

    def _entry(self, result: object) -> AuditEntry:
        change = self._change
        known = change.subject
        seen = _seen_in(result)
        return AuditEntry(
            at=self._clock(),
            actor=change.actor,
            action=change.action,
            resource=change.resource,
            namespace=known.namespace or seen.namespace,
            id=known.id or seen.id,
        )


def followed(change: Change, result: object, *, author: str) -> Changed:
    """What is told of a change to those who follow such things."""
    seen = _seen_in(result)
    revision = getattr(getattr(result, "stored", result), "revision", None)
    return Changed(
        resource=change.resource,
        action=change.action,
        namespace=change.subject.namespace or seen.namespace,
        id=change.subject.id or seen.id,
        author=author,
        revision=revision if isinstance(revision, int) else None,
    )


async def finish_early(database: Database, result: object) -> None:
    """Write the row of the operation now, before a wait in which whoever asked may go away."""
    if isinstance(database, Audited):
        await database.finish(result)


Reader: TypeAlias = Callable[[tuple[object, ...], Mapping[str, object]], Subject]


def subject_reader(function: Callable[..., object]) -> Reader:
    """Make what reads the subject of a call from the arguments after environment and actor."""
    names = list(inspect.signature(function).parameters)[2:]

    def read(arguments: tuple[object, ...], named: Mapping[str, object]) -> Subject:
        return _subject({**dict(zip(names, arguments, strict=False)), **named})

    return read


def _subject(given: Mapping[str, object]) -> Subject:
    """Operations name their arguments alike: ``key`` of a flow is a pair, a request has fields of its own."""
    key = given.get("key")
    if isinstance(key, tuple):
        return Subject(key[0], ".".join(key[1:]))
    if "request" in given:
        request = given["request"]
        return Subject(getattr(request, "namespace", ""), getattr(request, "execution_id", ""))
    namespace = given.get("namespace")
    found = next((_text(given[name]) for name in _IDS if given.get(name)), "")
    return Subject(namespace if isinstance(namespace, str) else "", found)


_IDS = ("key", "path", "old", "execution_id", "dashboard_id", "server_id", "name", "execution_ids", "keys")
_MOST_NAMED = 100


def _text(named: object) -> str:
    """Name one thing, or several with commas between; a flow among several by namespace and id."""
    if isinstance(named, str):
        return named
    if not isinstance(named, list | tuple):
        return ""
    names = [".".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in named[:_MOST_NAMED]]
    more = len(named) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _seen_in(result: object) -> Subject:
    """What came out says what went in did not: the id of an execution just started, the flow a text holds."""
    inner = getattr(result, "execution", None) or getattr(result, "stored", None) or result
    namespace, found = getattr(inner, "namespace", ""), getattr(inner, "id", "")
    return Subject(namespace if isinstance(namespace, str) else "", found if isinstance(found, str) else "")
