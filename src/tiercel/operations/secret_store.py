"""Secrets that users store for a namespace and all below it. Values go in, and come out for expressions only."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Mapping, Sequence
from functools import partial

from msgspec import UNSET, Struct, UnsetType, structs

from tiercel.errors import InvalidError, NotFoundError, TiercelError, UnavailableError, Violation
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.kv import parents_of
from tiercel.operations.sealing import seal, unseal
from tiercel.repository import secrets as repository
from tiercel.repository.connection import Connection
from tiercel.repository.secrets import StoredSecret

_KEY = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,255}")
_LONGEST_VALUE = 64 * 1024
_MOST_TAGS = 50
_LONGEST_TEXT = 1000
_LOOKED_AT_EVERY_SECONDS = 15.0
_log = logging.getLogger("tiercel.secrets")


class SecretMeta(Struct, frozen=True, kw_only=True):
    """What may be seen of a secret; ``namespace`` is empty for one of the process environment."""

    key: str
    namespace: str = ""
    description: str | None = None
    tags: tuple[dict[str, Json], ...] = ()
    updated_at: int | None = None


class SecretChange(Struct, frozen=True, kw_only=True):
    """What is to be stored; UNSET leaves what is there."""

    value: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    tags: Sequence[Mapping[str, Json]] | UnsetType = UNSET


@operation(Resource.SECRET, Action.READ)
async def list_secrets(environment: Environment, actor: Actor, namespace: str | None = None) -> list[SecretMeta]:
    """Give what may be seen of the secrets of one namespace, or of all the actor may see, by namespace and key.

    Those of the process environment come first: every namespace has them.
    """
    if namespace is not None:
        actor.require(Resource.SECRET, Action.READ, namespace)
    found = await environment.database.read(lambda connection: repository.list_secrets(connection, namespace))
    seen = [_meta(one) for one in found if actor.may(Resource.SECRET, Action.READ, one.namespace)]
    return [*(SecretMeta(key=name) for name in environment.secrets.names()), *seen]


@operation(Resource.SECRET, Action.READ)
async def list_inherited(environment: Environment, actor: Actor, namespace: str) -> dict[str, list[str]]:
    """Name the secrets that the flows of a namespace can read, by the namespace they are stored for."""
    actor.require(Resource.SECRET, Action.READ, namespace)
    names: dict[str, list[str]] = {namespace: environment.secrets.names()}
    for place in (namespace, *parents_of(namespace)):
        found = await environment.database.read(partial(repository.list_secrets, namespace=place))
        if found:
            names.setdefault(place, []).extend(one.key for one in found)
    return names


@operation(Resource.SECRET, Action.UPDATE)
async def set_secret(
    environment: Environment, actor: Actor, namespace: str, key: str, change: SecretChange
) -> SecretMeta:
    """Store a secret, or change what is said of it.

    Raises:
        InvalidError: The key or a value cannot be stored.
        NotFoundError: It has no value yet, and none is given.
    """
    actor.require(Resource.SECRET, Action.UPDATE, namespace)
    _check(key, change)
    sealing_key = await _key(environment) if isinstance(change.value, str) else b""

    def write(connection: Connection) -> StoredSecret:
        present = repository.find_secret(connection, namespace, key)
        stored = _changed(environment, present, (namespace, key), change, sealing_key)
        repository.save_secret(connection, stored)
        return stored

    stored = await environment.database.write(write)
    await load_secrets(environment, sealing_key or None)
    return _meta(stored)


@operation(Resource.SECRET, Action.DELETE)
async def delete_secret(environment: Environment, actor: Actor, namespace: str, key: str) -> None:
    """Remove a stored secret.

    Raises:
        NotFoundError: There is none.
    """
    actor.require(Resource.SECRET, Action.DELETE, namespace)
    is_gone = await environment.database.write(lambda connection: repository.delete_secret(connection, namespace, key))
    if not is_gone:
        raise NotFoundError("secret", f"{key} of namespace {namespace}")
    await load_secrets(environment, await _key(environment))


async def load_secrets(environment: Environment, key: bytes | None) -> None:
    """Open what is stored, for expressions and for masking.

    Raises:
        InvalidError: A secret does not open with the key, or there is none.
    """
    mark, stored = await environment.database.read(
        lambda connection: (repository.find_mark(connection), repository.list_secrets(connection))
    )
    if not stored:
        environment.secrets.put_stored({}, mark)
        return
    if key is None:
        key = await _key(environment)
    opened: dict[str, dict[str, str]] = {}
    for one in stored:
        opened.setdefault(one.namespace, {})[one.key] = unseal(key, one.value, (one.namespace, one.key))
    environment.secrets.put_stored(opened, mark)


async def watch_secrets(environment: Environment, *, seconds: float = _LOOKED_AT_EVERY_SECONDS) -> None:
    """Take what another process stored or removed, without end: nothing older than ``seconds`` is used."""
    while True:
        await asyncio.sleep(seconds)
        try:
            if await environment.database.read(repository.find_mark) != environment.secrets.mark:
                await load_secrets(environment, None)
        except TiercelError as error:
            _log.warning("the stored secrets cannot be read again, trying again: %s", error)


async def _key(environment: Environment) -> bytes:
    if environment.secrets_key is None:
        raise UnavailableError("This process keeps no secrets: it was opened without a key for them")
    return await asyncio.to_thread(environment.secrets_key)


def _changed(
    environment: Environment,
    present: StoredSecret | None,
    place: tuple[str, str],
    change: SecretChange,
    sealing_key: bytes,
) -> StoredSecret:
    now = environment.clock()
    if present is None:
        if not isinstance(change.value, str):
            raise NotFoundError("secret", f"{place[1]} of namespace {place[0]}")
        present = StoredSecret(namespace=place[0], key=place[1], value=b"", created_at=now, updated_at=now)
    # A secret keeps the spelling of its key, whatever the case it is named in later.
    where = (present.namespace, present.key)
    return structs.replace(
        present,
        updated_at=now,
        **({"value": seal(sealing_key, change.value, where)} if isinstance(change.value, str) else {}),
        **({} if change.description is UNSET else {"description": change.description or None}),
        **({} if change.tags is UNSET else {"tags": tuple(map(dict, change.tags))}),
    )


def _check(key: str, change: SecretChange) -> None:
    problems: list[Violation] = []
    if not _KEY.fullmatch(key):
        problems.append(
            Violation("must begin with a letter or digit, then letters, digits, dots, dashes, underscores", path="key")
        )
    if isinstance(change.value, str):
        if not change.value:
            problems.append(Violation("must not be empty", path="value", hint="To remove a secret, delete it"))
        elif len(change.value.encode()) > _LONGEST_VALUE:
            problems.append(Violation(f"must have at most {_LONGEST_VALUE:,} bytes", path="value"))
    if isinstance(change.description, str) and len(change.description) > _LONGEST_TEXT:
        problems.append(Violation(f"must have at most {_LONGEST_TEXT:,} characters", path="description"))
    if not isinstance(change.tags, UnsetType):
        problems.extend(_tag_problems(change.tags))
    if problems:
        raise InvalidError(problems)


def _tag_problems(tags: Sequence[Mapping[str, Json]]) -> list[Violation]:
    if len(tags) > _MOST_TAGS:
        return [Violation(f"may be {_MOST_TAGS} at most", path="tags")]
    return [
        Violation('must be a map such as {"key": "team", "value": "data"}', path=f"tags[{place}]")
        for place, tag in enumerate(tags)
        if set(tag) != {"key", "value"}
        or not all(isinstance(text, str) and len(text) <= _LONGEST_TEXT for text in tag.values())
    ]


def _meta(stored: StoredSecret) -> SecretMeta:
    return SecretMeta(
        key=stored.key,
        namespace=stored.namespace,
        description=stored.description,
        tags=stored.tags,
        updated_at=stored.updated_at,
    )
