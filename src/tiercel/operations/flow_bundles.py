"""Several flows at once: files with many documents, whole namespaces, checks without saving."""

from __future__ import annotations

import re

from msgspec import Struct

from tiercel.errors import InvalidError, Violation
from tiercel.model.dialect import Dialect, DialectSetting
from tiercel.operations import flows
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.flows import FlowKey, SavedFlow, save_flow
from tiercel.operations.parsing import document_of, parse
from tiercel.repository import flows as repository
from tiercel.repository.connection import Connection
from tiercel.repository.records import StoredFlow

_NAMESPACE_LINE = re.compile(r"^namespace:.*$", re.MULTILINE)
_DISABLED_LINE = re.compile(r"^disabled:.*$\n?", re.MULTILINE)


class CheckedText(Struct, frozen=True, kw_only=True):
    """What a check says of one text.

    Attributes:
        name: Of the file it came from.
        flow_id: As far as it can be read.
        is_outdated: It carries a revision that is not the next one.
    """

    name: str
    flow_id: str
    namespace: str
    violations: tuple[Violation, ...]
    dialect: Dialect | None = None
    is_outdated: bool = False


@operation(Resource.FLOW, Action.READ)
async def validate_texts(
    environment: Environment,
    actor: Actor,  # noqa: ARG001 (every operation takes it)
    texts: list[tuple[str, str]],
    *,
    dialect: DialectSetting | None = None,
) -> list[CheckedText]:
    """Check each text without saving; the texts come with the names of their files."""
    return [await _check(environment, name, text, dialect) for name, text in texts]


@operation(Resource.FLOW, Action.UPDATE)
async def save_texts(  # noqa: PLR0913 (each is a part of the request)
    environment: Environment,
    actor: Actor,
    texts: list[tuple[str, str]],
    *,
    namespace: str | None,
    is_deleting: bool,
    is_overriding: bool = False,
    with_children: bool = False,
) -> list[SavedFlow]:
    """Store every text, or none when one is invalid; with ``is_deleting`` the other flows are removed.

    Args:
        environment: Of the installation.
        actor: Who asks.
        texts: With the names of their files.
        namespace: All flows must be of it; None = of any.
        is_deleting: Flows of the namespace (of all when None) that are not among the texts are removed.
        is_overriding: The namespace written in the texts is replaced.
        with_children: Namespaces below are accepted too.

    Returns:
        The removed flows, then the saved ones.
    """
    if namespace is not None and is_overriding:
        texts = [(name, _NAMESPACE_LINE.sub(f"namespace: {namespace}", text, count=1)) for name, text in texts]
    keys = _checked_keys(environment, texts, namespace, with_children=with_children)
    saved = [await save_flow(environment, actor, text) for _, text in texts]
    removed = []
    if is_deleting:
        for stored in await _list(environment, namespace):
            if (stored.namespace, stored.id) not in keys:
                gone = await flows.delete_flow(environment, actor, (stored.namespace, stored.id))
                removed.append(SavedFlow(gone, document_of(gone.source)))
    return removed + saved


@operation(Resource.FLOW, Action.CREATE)
async def import_texts(environment: Environment, actor: Actor, texts: list[tuple[str, str]]) -> list[str]:
    """Store every text that is valid; gives the names of the others."""
    failed = []
    for name, text in texts:
        try:
            await save_flow(environment, actor, text)
        except InvalidError:
            failed.append(name)
    return failed


@operation(Resource.FLOW, Action.DELETE)
async def delete_flows(environment: Environment, actor: Actor, keys: list[FlowKey]) -> int:
    """Remove several flows, or none when one is unknown.

    Raises:
        NotFoundError: One is unknown.
    """
    for namespace, _ in keys:
        actor.require(Resource.FLOW, Action.DELETE, namespace)
    now = environment.clock()

    def delete(connection: Connection) -> int:
        for key in keys:
            repository.delete_flow(connection, *key, now=now)
        return len(keys)

    count = await environment.database.write(delete)
    for key in keys:
        environment.flows.forget_last(*key)
    return count


@operation(Resource.FLOW, Action.UPDATE)
async def set_disabled(environment: Environment, actor: Actor, keys: list[FlowKey], *, is_disabled: bool) -> int:
    """Disable or enable flows by one line of their source; gives how many were changed.

    Raises:
        NotFoundError: One is unknown.
    """
    found = [await flows.get_flow(environment, actor, key) for key in keys]
    changed = [saved.stored for saved in found if saved.stored.is_disabled is not is_disabled]
    for stored in changed:
        source = _with_disabled(stored.source, is_disabled=is_disabled)
        await save_flow(environment, actor, source, dialect=DialectSetting(stored.dialect))
    return len(changed)


def _with_disabled(source: str, *, is_disabled: bool) -> str:
    """Change the one line that says it, or add it after the namespace; everything else stays as it is."""
    source = _DISABLED_LINE.sub("", source, count=1)
    if not is_disabled:
        return source
    return _NAMESPACE_LINE.sub(lambda match: f"{match[0]}\ndisabled: true", source, count=1)


async def _check(environment: Environment, name: str, text: str, dialect: DialectSetting | None) -> CheckedText:
    parsed = parse(environment, text, dialect)
    document = document_of(text)
    flow_id, namespace = str(document.get("id") or ""), str(document.get("namespace") or "")
    is_outdated = False
    if flow_id and namespace and isinstance(written := document.get("revision"), int):
        last = await environment.database.read(lambda connection: repository.find_flow(connection, namespace, flow_id))
        is_outdated = written != (last.revision if last is not None else 0) + 1
    return CheckedText(
        name=name,
        flow_id=flow_id,
        namespace=namespace,
        violations=tuple(parsed.violations),
        dialect=parsed.dialect,
        is_outdated=is_outdated,
    )


def _checked_keys(
    environment: Environment, texts: list[tuple[str, str]], namespace: str | None, *, with_children: bool
) -> set[FlowKey]:
    wrong: list[Violation] = []
    keys: set[FlowKey] = set()
    for index, (name, text) in enumerate(texts):
        parsed = parse(environment, text)
        wrong += parsed.errors
        if parsed.flow is None:
            continue
        key = (parsed.flow.namespace, parsed.flow.id)
        where = name or f"flows[{index}]"
        if key in keys:
            wrong.append(Violation(f"flow {'.'.join(key)} is there twice", path=where, code="duplicate-flow"))
        if namespace is not None and not _belongs(key[0], namespace, with_children=with_children):
            wrong.append(Violation(f"namespace must be {namespace}, not {key[0]}", path=where, code="other-namespace"))
        keys.add(key)
    if wrong:
        raise InvalidError(wrong)
    return keys


def _belongs(given: str, namespace: str, *, with_children: bool) -> bool:
    return given == namespace or (with_children and given.startswith(f"{namespace}."))


async def _list(environment: Environment, namespace: str | None) -> list[StoredFlow]:
    def read(connection: Connection) -> list[StoredFlow]:
        names = repository.list_flow_namespaces(connection) if namespace is None else [namespace]
        return [stored for name in names for stored in repository.list_namespace_flows(connection, name)]

    return await environment.database.read(read)
