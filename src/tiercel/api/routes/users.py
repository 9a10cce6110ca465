"""Users, their API tokens, and the audit log."""

from __future__ import annotations

from litestar import Response, delete, get, patch, post, put
from litestar.params import FromPath

from tiercel.api.errors import BodyError, RequestError
from tiercel.api.paging import page_shape, read_page
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, json_of, query_of, whole
from tiercel.api.shapes.times import instant
from tiercel.errors import InvalidError, Violation
from tiercel.expressions.iso import parse_duration
from tiercel.model.json import Json
from tiercel.operations import users
from tiercel.operations.actor import Action, Resource
from tiercel.operations.roles import read_grants
from tiercel.repository.audit import AuditEntry
from tiercel.repository.sessions import ApiToken
from tiercel.repository.users import User

ROOT = "/api/v1/main/users"
_PAGE = 100


@get("/api/v1/main/me")
async def me(request: Incoming) -> Response[bytes]:
    """Tell who asks, and what the asker may do in which namespace."""
    actor = actor_of(request)
    permissions: list[Json] = [
        {"resource": one.resource, "action": one.action, "namespace": one.namespace}
        for one in sorted(actor.permissions, key=lambda one: (one.namespace, one.resource, one.action))
    ]
    return answer({"username": actor.name, "isKnown": actor.is_known, "permissions": permissions})


@get(ROOT)
async def list_users(request: Incoming) -> Response[bytes]:
    """List users by name: all, or one page where ``size``, ``page`` or ``cursor`` ask for one."""
    query = query_of(request)
    environment, actor = environment_of(request), actor_of(request)
    if any(name in {"size", "page", "cursor", "sort"} for name, _ in query):
        return answer(page_shape(await users.search_users(environment, actor, read_page(query)), _user_shape))
    found = await users.list_users(environment, actor)
    return answer({"results": [_user_shape(user) for user in found], "total": len(found)})


@post(ROOT, status_code=200)
async def add_user(request: Incoming) -> Response[bytes]:
    """Make a user."""
    actor_of(request).require(Resource.USER, Action.CREATE)
    body = await _body(request, {"username", "password", "roles"})
    grants = read_grants(body.get("roles", []))
    user = await users.add_user(
        environment_of(request), actor_of(request), body.get("username"), body.get("password"), grants
    )
    return answer(_user_shape(user))


@get(ROOT + "/{name:str}")
async def get_user(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Give a user."""
    return answer(_user_shape(await users.get_user(environment_of(request), actor_of(request), name)))


@patch(ROOT + "/{name:str}")
async def change_user(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Change the roles of a user, or disable or enable the account."""
    actor_of(request).require(Resource.USER, Action.UPDATE)
    body = await _body(request, {"roles", "disabled"})
    is_disabled = body.get("disabled")
    if is_disabled is not None and not isinstance(is_disabled, bool):
        raise InvalidError([Violation("must be true or false", path="disabled")])
    grants = read_grants(body["roles"]) if "roles" in body else None
    user = await users.change_user(
        environment_of(request), actor_of(request), name, grants=grants, is_disabled=is_disabled
    )
    return answer(_user_shape(user))


@put(ROOT + "/{name:str}/password", status_code=204)
async def change_password(request: Incoming, name: FromPath[str]) -> None:
    """Change a password; the own one with ``currentPassword``."""
    body = await _body(request, {"password", "currentPassword"})
    password, current = body.get("password"), body.get("currentPassword")
    if not isinstance(password, str) or not isinstance(current, str | None):
        raise BodyError("Send a JSON object with password, and with currentPassword when it is your own")
    await users.change_password(environment_of(request), actor_of(request), name, password, current=current)


@get(ROOT + "/{name:str}/tokens")
async def list_tokens(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """List the API tokens of a user; what they are is not kept."""
    found = await users.list_tokens(environment_of(request), actor_of(request), name)
    return answer({"results": [_token_shape(token) for token in found], "total": len(found)})


@post(ROOT + "/{name:str}/tokens", status_code=200)
async def add_token(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Make an API token; its text is in this answer only."""
    body = await _body(request, {"name", "lifetime"})
    token_name, lifetime = body.get("name"), body.get("lifetime")
    if not isinstance(token_name, str) or not isinstance(lifetime, str | None):
        raise BodyError("Send a JSON object with name, and with lifetime, such as P30D, when it shall end")
    try:
        duration = parse_duration(lifetime).to_timedelta() if lifetime is not None else None
    except (ValueError, OverflowError) as error:
        raise InvalidError([Violation(str(error), path="lifetime", hint="such as P30D")]) from None
    made = await users.add_token(environment_of(request), actor_of(request), name, token_name, duration)
    return answer(_token_shape(made.token) | {"token": made.text})


@delete(ROOT + "/{name:str}/tokens/{token_id:str}")
async def delete_token(request: Incoming, name: FromPath[str], token_id: FromPath[str]) -> None:
    """Revoke an API token."""
    await users.delete_token(environment_of(request), actor_of(request), name, token_id)


@get("/api/v1/main/audit")
async def list_audit(request: Incoming) -> Response[bytes]:
    """List changes from the newest on; ``cursor``, or ``before`` a number, asks for what follows."""
    query = query_of(request)
    size, cursor = whole(query, "size"), whole(query, "cursor")
    limit = _PAGE if size is None else size
    found = await users.list_audit(
        environment_of(request),
        actor_of(request),
        before=whole(query, "before") if cursor is None else cursor,
        limit=limit,
    )
    shape: dict[str, Json] = {"results": [_audit_shape(entry) for entry in found]}
    return answer(shape if len(found) < limit else shape | {"nextCursor": str(found[-1].number)})


async def _body(request: Incoming, known: set[str]) -> dict[str, Json]:
    """Give the members of the body; one that cannot be set is refused, so that nobody believes it was."""
    body = await json_of(request)
    if not isinstance(body, dict):
        raise BodyError(f"Send a JSON object with {', '.join(sorted(known))}")
    unknown = sorted(body.keys() - known)
    if unknown:
        raise RequestError(422, "invalid-request-body", f"{', '.join(unknown)} cannot be set here")
    return body


def _user_shape(user: User) -> dict[str, Json]:
    return {
        "username": user.name,
        "roles": [{"role": grant.role, "namespace": grant.namespace} for grant in user.grants],
        "disabled": user.is_disabled,
        "createdAt": instant(user.created_at),
        "updatedAt": instant(user.updated_at),
    }


def _token_shape(token: ApiToken) -> dict[str, Json]:
    shape: dict[str, Json] = {"id": token.id, "name": token.name, "createdAt": instant(token.created_at)}
    if token.expires_at is not None:
        shape["expiresAt"] = instant(token.expires_at)
    if token.used_at is not None:
        shape["usedAt"] = instant(token.used_at)
    return shape


def _audit_shape(entry: AuditEntry) -> dict[str, Json]:
    return {
        "number": entry.number,
        "at": instant(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "resource": entry.resource,
        "namespace": entry.namespace,
        "id": entry.id,
    }


ROUTES = (
    me,
    list_users,
    add_user,
    get_user,
    change_user,
    change_password,
    list_tokens,
    add_token,
    delete_token,
    list_audit,
)
