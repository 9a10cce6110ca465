"""Keys and values of namespaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import msgspec
from msgspec import Struct

from tiercel.errors import ConflictError, InvalidEntityError, NotFoundError, StaleError, Violation
from tiercel.expressions.iso import parse_duration
from tiercel.model.json import Json
from tiercel.model.moments import micros_in
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.visibility import only_visible
from tiercel.repository import kv as repository
from tiercel.repository.connection import Connection
from tiercel.repository.lists import search_kv
from tiercel.repository.query import Page, Query
from tiercel.repository.records import KvEntry

_KEY = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*")
_LONGEST_KEY = 500
_TYPES = frozenset({"STRING", "NUMBER", "BOOLEAN", "DATETIME", "DATE", "DURATION", "JSON"})
_DURATION = re.compile(r"[+-]?P(?=.)[0-9DTHMS.+-]*", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATETIME = re.compile(r"\d{4}-\d{2}-\d{2}T\S+")


class KvValue(Struct, frozen=True, kw_only=True):
    """What is to be stored.

    Attributes:
        type: STRING, NUMBER, BOOLEAN, DATETIME, DATE, DURATION or JSON; None = told from the value.
        ttl: How long it is kept; None = for ever.
        is_overwriting: False: a key that is there is refused.
        keeps_metadata: Description and expiry of a key that is there stay.
        expected_revision: The one it must be at, 0 when it must not be there; None = whatever.
    """

    value: Json
    type: str | None = None
    ttl: timedelta | None = None
    description: str | None = None
    is_overwriting: bool = True
    keeps_metadata: bool = False
    expected_revision: int | None = None


@operation(Resource.KV, Action.READ)
async def find_value(environment: Environment, actor: Actor, namespace: str, key: str) -> KvEntry | None:
    """Give a key of exactly this namespace; None when it was never set or is deleted.

    Raises:
        ConflictError: It has expired.
    """
    actor.require(Resource.KV, Action.READ, namespace)
    entry = await environment.database.read(lambda connection: repository.find_kv(connection, namespace, key))
    if entry is not None and entry.is_expired(environment.clock()):
        raise ExpiredError(namespace, key)
    return entry


class ExpiredError(ConflictError):
    """A key was there, but its time is over."""

    def __init__(self, namespace: str, key: str) -> None:
        super().__init__(f"The key {key} of namespace {namespace} has expired")


@operation(Resource.KV, Action.READ)
async def get_value(environment: Environment, actor: Actor, namespace: str, key: str) -> KvEntry:
    """Give a key of exactly this namespace.

    Raises:
        NotFoundError: It was never set or is deleted.
        ExpiredError: Its time is over.
    """
    entry = await find_value(environment, actor, namespace, key)
    if entry is None:
        raise NotFoundError("key", f"{key} in namespace {namespace}")
    return entry


@operation(Resource.KV, Action.UPDATE)
async def set_value(environment: Environment, actor: Actor, namespace: str, key: str, wanted: KvValue) -> KvEntry:
    """Set a key; its revision goes up by one.

    Raises:
        InvalidError: The key or the type is none.
        ConflictError: The key is there and may not be overwritten.
        StaleError: The key is not at the expected revision.
    """
    actor.require(Resource.KV, Action.UPDATE, namespace)
    _check_key(key)
    kind = wanted.type or type_of(wanted.value)
    if kind not in _TYPES:
        raise InvalidEntityError(
            [Violation(f"'{kind}' is no type of value", path="type", hint=", ".join(sorted(_TYPES)))]
        )
    now = environment.clock()

    def save(connection: Connection) -> KvEntry:
        former = _find_replaced(connection, namespace, key, wanted, now)
        expires_at = now + micros_in(wanted.ttl) if wanted.ttl is not None else None
        description = wanted.description
        if former is not None and wanted.keeps_metadata:
            expires_at, description = former.expires_at, former.description
        return repository.save_kv(
            connection,
            namespace,
            key,
            wanted.value,
            type=kind,
            now=now,
            expires_at=expires_at,
            description=description,
        )

    return await environment.database.write(save)


def _check_key(key: str) -> None:
    if not _KEY.fullmatch(key) or len(key) > _LONGEST_KEY:
        message = f"'{key}' is no key: letters, digits, dot, dash and underscore, first a letter or digit"
        raise InvalidEntityError([Violation(message, path="key", code="bad-key")])


def _find_replaced(connection: Connection, namespace: str, key: str, wanted: KvValue, now: int) -> KvEntry | None:
    """Give what a value takes the place of; refuse when it may not."""
    former = repository.find_kv(connection, namespace, key)
    if former is not None and former.is_expired(now):
        former = None
    revision = former.revision if former is not None else 0
    if wanted.expected_revision not in {None, revision}:
        raise StaleError(f"The key {key} of namespace {namespace}", revision, wanted.expected_revision or 0)
    if former is not None and not wanted.is_overwriting:
        raise ConflictError(f"The key {key} of namespace {namespace} exists, and may not be overwritten")
    return former


@operation(Resource.KV, Action.DELETE)
async def delete_value(environment: Environment, actor: Actor, namespace: str, key: str) -> bool:
    """Remove a key; tells whether it was there."""
    actor.require(Resource.KV, Action.DELETE, namespace)
    now = environment.clock()
    return await environment.database.write(
        lambda connection: repository.delete_kv(connection, namespace, key, now=now)
    )


@operation(Resource.KV, Action.DELETE)
async def delete_values(environment: Environment, actor: Actor, namespace: str, keys: Sequence[str]) -> list[str]:
    """Remove several keys; gives those that were there."""
    actor.require(Resource.KV, Action.DELETE, namespace)
    now = environment.clock()
    return await environment.database.write(
        lambda connection: [key for key in keys if repository.delete_kv(connection, namespace, key, now=now)]
    )


@operation(Resource.KV, Action.READ)
async def list_keys(environment: Environment, actor: Actor, namespace: str, prefix: str = "") -> list[str]:
    """Give the keys of exactly this namespace that are set, in order."""
    actor.require(Resource.KV, Action.READ, namespace)
    now = environment.clock()
    return await environment.database.read(
        lambda connection: repository.list_keys(connection, namespace, now=now, prefix=prefix)
    )


@operation(Resource.KV, Action.READ)
async def list_inherited(environment: Environment, actor: Actor, namespace: str) -> list[KvEntry]:
    """Give the keys of the namespaces above, the nearest of each name."""
    actor.require(Resource.KV, Action.READ, namespace)
    now = environment.clock()
    above = parents_of(namespace)

    def read(connection: Connection) -> list[KvEntry]:
        found: dict[str, KvEntry] = {}
        for name in above:
            for entry in repository.list_namespace_kv(connection, name, now=now):
                found.setdefault(entry.key, entry)
        return [entry for _, entry in sorted(found.items())]

    return await environment.database.read(read)


@operation(Resource.KV, Action.READ)
async def search_values(environment: Environment, actor: Actor, query: Query) -> Page[KvEntry]:
    """Give one page of the keys of all namespaces.

    Raises:
        InvalidError: A filter or order is unknown.
    """
    query = only_visible(actor, Resource.KV, query)
    return await environment.database.read(lambda connection: search_kv(connection, query))


@operation(Resource.KV, Action.DELETE)
async def purge(
    environment: Environment,
    actor: Actor,
    namespace: str,
    is_wanted: Callable[[str], bool],
    *,
    is_expired_only: bool,
) -> int:
    """Remove the keys of a namespace whose name is wanted, expired ones only or all; gives how many there were."""
    actor.require(Resource.KV, Action.DELETE, namespace)
    now = environment.clock()

    def delete(connection: Connection) -> int:
        keys = repository.list_expired_keys(connection, namespace, now=now)
        if not is_expired_only:
            keys += repository.list_keys(connection, namespace, now=now)
        wanted = [key for key in keys if is_wanted(key)]
        for key in wanted:
            repository.delete_kv(connection, namespace, key, now=now)
        return len(wanted)

    return await environment.database.write(delete)


def parents_of(namespace: str) -> list[str]:
    """Give the namespaces above, nearest first."""
    steps = namespace.split(".")
    return [".".join(steps[:length]) for length in range(len(steps) - 1, 0, -1)]


def type_of(value: Json) -> str:
    """Tell the type of a value: of a text whether it is a date or a duration."""
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, int | float):
        return "NUMBER"
    if not isinstance(value, str):
        return "JSON"
    if _is(_DURATION, value, parse_duration):
        return "DURATION"
    if _is(_DATE, value, date.fromisoformat):
        return "DATE"
    if _is(_DATETIME, value, datetime.fromisoformat):
        return "DATETIME"
    return "STRING"


def read_text(text: str) -> tuple[str, Json]:
    """Read a value as it is written in the body of a request: JSON, a date, a duration, else text.

    A text in quotes is a STRING whatever it looks like.
    """
    try:
        value = msgspec.json.decode(text)
    except RecursionError:
        raise InvalidEntityError("The value is nested too deep: flatten it") from None
    except msgspec.DecodeError:
        kind = type_of(text)
        return kind, text
    return ("STRING" if isinstance(value, str) else type_of(value)), value


def _is(form: re.Pattern[str], text: str, read: Callable[[str], object]) -> bool:
    if not form.fullmatch(text):
        return False
    try:
        read(text)
    except ValueError:
        return False
    return True
