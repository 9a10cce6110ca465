"""What a user keeps for the interface: saved views, columns, input sets. Nobody else can read or change it."""

from __future__ import annotations

import re

from tiercel.errors import ConflictError, InvalidError, NotFoundError, Violation
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.repository import preferences as repository
from tiercel.repository.codec import to_json
from tiercel.repository.connection import Connection
from tiercel.repository.preferences import Preference

MOST_KEYS = 200
LARGEST_BYTES = 64 * 1024
_KEY = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,299}")


@operation(Resource.ACCOUNT, Action.READ)
async def list_preferences(environment: Environment, actor: Actor) -> list[Preference]:
    """Give everything the actor keeps, in order of key."""
    return await environment.database.read(lambda connection: repository.list_preferences(connection, actor.name))


@operation(Resource.ACCOUNT, Action.READ)
async def get_preference(environment: Environment, actor: Actor, key: str) -> Preference:
    """Give what the actor keeps under a key.

    Raises:
        NotFoundError: There is nothing.
    """
    found = await environment.database.read(
        lambda connection: repository.find_preference(connection, actor.name, _checked(key))
    )
    if found is None:
        raise NotFoundError("preference", key)
    return found


@operation(Resource.ACCOUNT, Action.UPDATE)
async def save_preference(environment: Environment, actor: Actor, key: str, value: Json) -> Preference:
    """Keep a value under a key, whatever was there.

    Raises:
        InvalidError: The key is malformed or the value too large.
        ConflictError: The actor keeps too many things already.
    """
    size = len(to_json(value).encode())
    if size > LARGEST_BYTES:
        message = f"has {size:,} bytes; {LARGEST_BYTES:,} are allowed"
        raise InvalidError([Violation(message, path="value", code="too-large")])
    kept = Preference(user_name=actor.name, key=_checked(key), value=value, updated_at=environment.clock())

    def save(connection: Connection) -> None:
        if repository.count_other_preferences(connection, actor.name, key) >= MOST_KEYS:
            raise ConflictError(f"There are {MOST_KEYS} preferences already: delete one first")
        repository.save_preference(connection, kept)

    await environment.database.write(save)
    return kept


@operation(Resource.ACCOUNT, Action.DELETE)
async def delete_preference(environment: Environment, actor: Actor, key: str) -> None:
    """Forget what the actor keeps under a key.

    Raises:
        NotFoundError: There is nothing.
    """
    wanted = _checked(key)

    def delete(connection: Connection) -> None:
        if not repository.delete_preference(connection, actor.name, wanted):
            raise NotFoundError("preference", key)

    await environment.database.write(delete)


def _checked(key: str) -> str:
    if not _KEY.fullmatch(key):
        hint = "up to 300 letters, digits, dots, dashes and underscores, the first a letter or digit"
        raise InvalidError([Violation(f"'{key}' is no key", path="key", hint=hint)])
    return key
