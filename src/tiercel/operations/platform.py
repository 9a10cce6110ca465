"""What running tasks may ask of the platform, by name: `call` carries it out with the rights of the caller's flow.

Arguments and answers are plain data, so that a caller may sit at the other end of a pipe.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from tiercel.errors import InvalidError, NotFoundError
from tiercel.model.json import Json
from tiercel.operations import kv, namespace_files, namespaces
from tiercel.operations.actor import EVERYTHING, Actor
from tiercel.operations.environment import Environment

_MICROSECOND = timedelta(microseconds=1)


class Caller(Struct, frozen=True):
    """The run on whose behalf something is done."""

    namespace: str
    flow_id: str
    execution_id: str
    task_run_id: str | None = None


class Request(Struct, frozen=True):
    """One call."""

    environment: Environment
    caller: Caller
    arguments: Mapping[str, Json]

    @property
    def actor(self) -> Actor:
        """Who acts: the flow."""
        name = f"flow {self.caller.namespace}.{self.caller.flow_id}"
        return Actor(name=name, permissions=EVERYTHING, is_system=True)

    @property
    def namespace(self) -> str:
        """The namespace it is about: that of the caller unless another is named."""
        return str(self.arguments.get("namespace") or self.caller.namespace)

    def text(self, name: str) -> str:
        """Give a text that must be there.

        Raises:
            InvalidError: It is not.
        """
        value = self.arguments.get(name)
        if not isinstance(value, str):
            raise InvalidError(f"{name} must be a text, not {value!r}")
        return value


Carried = Callable[[Request], Awaitable[Json]]


def has_operation(name: str) -> bool:
    """Tell whether there is an operation of that name."""
    return name in OPERATIONS


async def call(environment: Environment, caller: Caller, operation: str, arguments: Mapping[str, Json]) -> Json:
    """Carry out an operation of the platform.

    Raises:
        NotFoundError: There is no such operation, or what it is about does not exist.
        TiercelError: It cannot be done; the message is for the author of the flow.
    """
    carry_out = OPERATIONS.get(operation)
    if carry_out is None:
        raise NotFoundError("operation", operation)
    return await carry_out(Request(environment, caller, arguments))


async def _get_secret(request: Request) -> Json:
    name = request.text("name")
    value = request.environment.secrets.find(name)
    if value is None:
        raise NotFoundError("secret", name)
    return value


async def _get_kv(request: Request) -> Json:
    entry = await kv.find_value(request.environment, request.actor, request.namespace, request.text("key"))
    if entry is None:
        return None
    return {"type": entry.type, "value": entry.value, "revision": entry.revision, "description": entry.description}


async def _set_kv(request: Request) -> Json:
    arguments = request.arguments
    seconds = arguments.get("ttl_seconds")
    wanted = kv.KvValue(
        value=arguments.get("value"),
        type=arguments.get("type"),
        ttl=timedelta(seconds=seconds) if seconds is not None else None,
        description=arguments.get("description"),
        is_overwriting=bool(arguments.get("overwrite", True)),
        keeps_metadata=bool(arguments.get("keeps_metadata", False)),
    )
    entry = await kv.set_value(request.environment, request.actor, request.namespace, request.text("key"), wanted)
    return entry.revision


async def _delete_kv(request: Request) -> Json:
    return await kv.delete_value(request.environment, request.actor, request.namespace, request.text("key"))


async def _list_kv(request: Request) -> Json:
    prefix = str(request.arguments.get("prefix") or "")
    return await kv.list_keys(request.environment, request.actor, request.namespace, prefix)


async def _purge_kv(request: Request) -> Json:
    arguments = request.arguments
    pattern = str(arguments.get("key_pattern") or "*")
    if arguments.get("target") == "version":
        return 0  # only the last version of a value is kept
    return await kv.purge(
        request.environment,
        request.actor,
        request.namespace,
        lambda key: fnmatch.fnmatchcase(key, pattern),
        is_expired_only=bool(arguments.get("expired_only", True)),
    )


async def _list_namespaces(request: Request) -> Json:
    return await namespaces.list_namespaces(request.environment, request.actor)


async def _has_namespace(request: Request) -> Json:
    return await namespaces.has_namespace(request.environment, request.actor, request.namespace)


async def _list_files(request: Request) -> Json:
    found = await namespace_files.list_files(request.environment, request.actor, request.namespace)
    return [f"/{file.path}" for file in found if not file.is_directory]


async def _delete_file(request: Request) -> Json:
    path = request.text("path")
    gone = await namespace_files.delete_files(request.environment, request.actor, request.namespace, path)
    if request.arguments.get("with_empty_folders", True):
        await namespace_files.delete_empty_parents(request.environment, request.actor, request.namespace, path)
    return len(gone)


async def _purge_files(request: Request) -> Json:
    arguments = request.arguments
    before = arguments.get("before")
    keep = arguments.get("keep_amount")
    return await namespace_files.purge_revisions(
        request.environment,
        request.actor,
        request.namespace,
        pattern=str(arguments.get("pattern") or "*"),
        before=micros_of(before) if before else None,
        keep=int(keep) if keep is not None else None,
    )


def micros_of(text: str) -> int:
    """Read a date or date-time, UTC when it has no offset.

    Raises:
        InvalidError: It is none.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidError(f"'{text}' is no date such as 2026-01-31T12:00:00Z") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // _MICROSECOND


OPERATIONS: Mapping[str, Carried] = {
    "secrets.get": _get_secret,
    "kv.get": _get_kv,
    "kv.set": _set_kv,
    "kv.delete": _delete_kv,
    "kv.list": _list_kv,
    "kv.purge": _purge_kv,
    "namespaces.list": _list_namespaces,
    "namespaces.exists": _has_namespace,
    "namespace_files.list": _list_files,
    "namespace_files.delete": _delete_file,
    "namespace_files.purge": _purge_files,
}
