"""Flows: what is saved, read and removed. The source is the truth; everything else is parsed from it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from msgspec import Struct

from tiercel import source as reading
from tiercel.errors import ExistsError, InvalidError, NotFoundError, StaleError, Violation
from tiercel.model.dialect import DialectSetting
from tiercel.model.flow import Flow
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.declaring import declared_triggers
from tiercel.operations.environment import Environment
from tiercel.operations.parsing import document_of, parse, plugin_defaults
from tiercel.operations.templates import named_templates, with_templates
from tiercel.operations.watching import watches_of
from tiercel.repository import flows as repository
from tiercel.repository.connection import Connection
from tiercel.repository.records import StoredFlow

_PARSED_AT_ONCE = 10
FlowKey = tuple[str, str]
"""Namespace and id."""


class SavedFlow(Struct, frozen=True):
    """A stored revision with its parsed document, for showing it; ``warnings`` only after a save."""

    stored: StoredFlow
    document: dict[str, Json]
    warnings: tuple[Violation, ...] = ()


async def load_flow(environment: Environment, key: FlowKey, revision: int | None = None) -> Flow:
    """Give a revision ready to run, the last one when None. For the engine: nobody's rights are checked.

    Raises:
        NotFoundError: There is no such flow or revision.
        InvalidError: It no longer parses; a plugin may be gone.
    """
    cache = environment.flows
    known = cache.find_last(*key) if revision is None else cache.find(*key, revision)
    if known is not None:
        return known
    changes = cache.changes
    stored = await environment.database.read(lambda connection: repository.get_flow(connection, *key, revision))
    known = cache.find(*key, stored.revision)
    if known is None:
        known = parse_stored(environment, stored)
        if named_templates(known):
            return await with_templates(environment, known)  # not kept: a template may change
        cache.put(known)
    if revision is None:
        cache.note_last(known, changes)
    return known


async def preload_flows(environment: Environment, keys: Iterable[FlowKey]) -> None:
    """Read the last revisions of several flows at once, so that loading them is free; errors are left to that."""
    cache = environment.flows
    missing = [key for key in dict.fromkeys(keys) if cache.find_last(*key) is None]
    if not missing:
        return
    changes = cache.changes
    found = await environment.database.read(
        lambda connection: [repository.find_flow(connection, *key) for key in missing]
    )
    for number, stored in enumerate(found):
        if stored is None:
            continue
        known = cache.find(stored.namespace, stored.id, stored.revision)
        if known is None:
            try:
                known = parse_stored(environment, stored)
            except InvalidError:
                continue
            if named_templates(known):
                continue
            cache.put(known)
        cache.note_last(known, changes)
        if number % _PARSED_AT_ONCE == 0:
            await asyncio.sleep(0)


def parse_stored(environment: Environment, stored: StoredFlow) -> Flow:
    """Parse a stored revision in the dialect it was saved in.

    Raises:
        InvalidError: It no longer parses.
    """
    parsed = reading.parse_stored(
        stored.source, environment.types, stored.dialect, stored.revision, plugin_defaults(environment)
    )
    if parsed.flow is None:
        raise InvalidError(parsed.errors)
    return parsed.flow


@operation(Resource.FLOW, Action.CREATE)
async def create_flow(
    environment: Environment,
    actor: Actor,
    source: str,
    *,
    dialect: DialectSetting | None = None,
    is_draft: bool = False,
) -> SavedFlow:
    """Store a new flow.

    Raises:
        InvalidError: Everything that is wrong with the source.
        ConflictError: A flow of that id exists.
    """
    flow, warnings = _parse_for_save(environment, source, dialect)
    actor.require(Resource.FLOW, Action.CREATE, flow.namespace)

    def save(connection: Connection) -> StoredFlow:
        if repository.find_flow(connection, flow.namespace, flow.id) is not None:
            raise ExistsError(f"Flow id already exists: {flow.namespace}.{flow.id}; update it instead")
        return repository.save_flow(connection, _to_store(environment, actor, flow, is_draft=is_draft))

    return await _finish(environment, flow, await environment.database.write(save), warnings)


@operation(Resource.FLOW, Action.UPDATE)
async def update_flow(  # noqa: PLR0913 (each is a part of the request)
    environment: Environment,
    actor: Actor,
    key: FlowKey,
    source: str,
    *,
    dialect: DialectSetting | None = None,
    is_draft: bool = False,
    expected_revision: int | None = None,
) -> SavedFlow:
    """Store a new revision; the same bytes again make none.

    Raises:
        InvalidError: Everything that is wrong with the source, or it names another flow.
        NotFoundError: There is no such flow.
        StaleError: The last revision is not the expected one.
    """
    actor.require(Resource.FLOW, Action.UPDATE, key[0])
    await get_flow(environment, actor, key)
    flow, warnings = _parse_for_save(environment, source, dialect)
    _check_same_flow(flow, key)

    def save(connection: Connection) -> StoredFlow:
        last = repository.get_flow(connection, *key)
        if expected_revision is not None and last.revision != expected_revision:
            raise StaleError(f"Flow {'.'.join(key)}", last.revision, expected_revision)
        return repository.save_flow(connection, _to_store(environment, actor, flow, is_draft=is_draft))

    return await _finish(environment, flow, await environment.database.write(save), warnings)


@operation(Resource.FLOW, Action.UPDATE)
async def save_flow(
    environment: Environment, actor: Actor, source: str, *, dialect: DialectSetting | None = None
) -> SavedFlow:
    """Store a flow, whether it is new or not.

    Raises:
        InvalidError: Everything that is wrong with the source.
    """
    flow, warnings = _parse_for_save(environment, source, dialect)
    actor.require(Resource.FLOW, Action.CREATE, flow.namespace)
    actor.require(Resource.FLOW, Action.UPDATE, flow.namespace)
    stored = await environment.database.write(
        lambda connection: repository.save_flow(connection, _to_store(environment, actor, flow, is_draft=False))
    )
    return await _finish(environment, flow, stored, warnings)


@operation(Resource.FLOW, Action.READ)
async def get_flow(
    environment: Environment,
    actor: Actor,
    key: FlowKey,
    *,
    revision: int | None = None,
    with_deleted: bool = False,
) -> SavedFlow:
    """Give a revision, the last one when None.

    Raises:
        NotFoundError: There is no such flow or revision, or it was deleted.
    """
    actor.require(Resource.FLOW, Action.READ, key[0])

    def read(connection: Connection) -> StoredFlow:
        if revision is None and with_deleted:
            revisions = repository.list_revisions(connection, *key)
            if not revisions:
                raise NotFoundError("flow", ".".join(key))
            return revisions[-1]
        return repository.get_flow(connection, *key, revision)

    stored = await environment.database.read(read)
    return SavedFlow(stored, document_of(stored.source))


@operation(Resource.FLOW, Action.READ)
async def list_revisions(environment: Environment, actor: Actor, key: FlowKey) -> list[SavedFlow]:
    """Give every revision, oldest first, also of a deleted flow.

    Raises:
        NotFoundError: There has never been such a flow.
    """
    actor.require(Resource.FLOW, Action.READ, key[0])
    found = await environment.database.read(lambda connection: repository.list_revisions(connection, *key))
    if not found:
        raise NotFoundError("flow", ".".join(key))
    return [SavedFlow(stored, document_of(stored.source)) for stored in found]


@operation(Resource.FLOW, Action.DELETE)
async def delete_flow(environment: Environment, actor: Actor, key: FlowKey) -> StoredFlow:
    """Remove a flow; its revisions stay readable for the executions that ran them.

    Raises:
        NotFoundError: There is no such flow.
    """
    actor.require(Resource.FLOW, Action.DELETE, key[0])
    now = environment.clock()
    gone = await environment.database.write(lambda connection: repository.delete_flow(connection, *key, now=now))
    environment.flows.forget_last(*key)
    environment.watchers.replace(key, ())
    return gone


@operation(Resource.FLOW, Action.DELETE)
async def delete_revisions(environment: Environment, actor: Actor, key: FlowKey, revisions: list[int]) -> int:
    """Remove old revisions for good; the last one always stays. Gives how many were removed.

    Raises:
        NotFoundError: There is no such flow.
    """
    actor.require(Resource.FLOW, Action.DELETE, key[0])
    await get_flow(environment, actor, key)
    count = await environment.database.write(
        lambda connection: repository.delete_revisions(connection, *key, revisions)
    )
    environment.flows.forget(*key)
    return count


def _parse_for_save(
    environment: Environment, source: str, dialect: DialectSetting | None
) -> tuple[Flow, tuple[Violation, ...]]:
    parsed = parse(environment, source, dialect)
    if parsed.flow is None:
        raise InvalidError(parsed.errors)
    return parsed.flow, tuple(parsed.warnings)


def _check_same_flow(flow: Flow, key: FlowKey) -> None:
    wrong = [
        Violation(f"must stay '{expected}'; a flow cannot be renamed", path=path, code="flow-renamed")
        for path, given, expected in (("namespace", flow.namespace, key[0]), ("id", flow.id, key[1]))
        if given != expected
    ]
    if wrong:
        raise InvalidError(wrong)


def _to_store(environment: Environment, actor: Actor, flow: Flow, *, is_draft: bool) -> StoredFlow:
    return StoredFlow(
        namespace=flow.namespace,
        id=flow.id,
        revision=0,
        source=flow.source,
        dialect=flow.dialect,
        created_at=environment.clock(),
        description=flow.description,
        labels=flow.labels,
        is_disabled=flow.is_disabled,
        is_draft=is_draft or flow.is_draft,
        watches=() if is_draft else watches_of(flow),
        triggers=declared_triggers(environment.types, flow, is_draft=is_draft),
        author=actor.name if actor.is_known else "",
        origin=actor.client,
    )


async def _finish(
    environment: Environment, flow: Flow, stored: StoredFlow, warnings: tuple[Violation, ...]
) -> SavedFlow:
    environment.flows.forget_last(flow.namespace, flow.id)
    environment.bell.ring()
    environment.watchers.replace((flow.namespace, flow.id), () if stored.is_draft else watches_of(flow))
    if not stored.is_draft:
        await environment.transport.note_saved((flow.namespace, flow.id), stored.revision, flow.concurrency)
    return SavedFlow(stored, flow.document, (*warnings, *map(_removed, stored.removed_triggers)))


def _removed(trigger_id: str) -> Violation:
    """Say that a save has removed a trigger."""
    message = f"trigger '{trigger_id}' was removed; for 24 hours it comes back as it was when it is declared again"
    hint = "`tiercel trigger undo` takes the removal back"
    return Violation(message, path="triggers", code="trigger-removed", hint=hint, is_error=False)
