"""Secrets: values go in and never come out; what is listed are names, descriptions and tags."""

from __future__ import annotations

from functools import partial

from litestar import Response, delete, get, patch, put
from litestar.params import FromPath
from msgspec import UNSET

from tiercel.api.errors import BodyError
from tiercel.api.filter_fields import SECRET_FIELDS
from tiercel.api.filters import read_filters
from tiercel.api.paging import read_page
from tiercel.api.requests import Incoming, actor_of, answer, empty, environment_of, json_of, one, query_of, valid_ids
from tiercel.api.shapes.times import instant
from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json
from tiercel.operations import secret_store
from tiercel.operations.actor import Action, Resource
from tiercel.operations.secret_store import SecretChange, SecretMeta
from tiercel.repository.matching import Matching, Value
from tiercel.repository.query import Filter, Operation

_SECRETS = "/api/v1/main/namespaces/{namespace:str}/secrets"
_FIELDS = frozenset({"key", "value", "description", "tags", "namespace"})


@get("/api/v1/main/secrets")
async def list_secrets(request: Incoming) -> Response[bytes]:
    """Name the secrets of all namespaces; the values never leave."""
    query = query_of(request)
    return await _list(request, one(query, "namespace"))


@get(_SECRETS)
async def list_of_namespace(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Name the secrets stored for a namespace, and those of the process environment; the values never leave."""
    valid_ids(namespace)
    return await _list(request, namespace)


@put(_SECRETS)
async def put_secret(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Store a secret: a JSON object with key, value, and maybe description and tags."""
    valid_ids(namespace)
    actor_of(request).require(Resource.SECRET, Action.UPDATE, namespace)
    body = await _body(request)
    key = body.get("key")
    if not isinstance(key, str) or not isinstance(body.get("value"), str):
        missing = [name for name in ("key", "value") if not isinstance(body.get(name), str)]
        raise InvalidError([Violation("must be a text", path=name) for name in missing])
    change = _change(body)
    found = await secret_store.set_secret(environment_of(request), actor_of(request), namespace, key, change)
    return answer([_shape(found)])


@patch(_SECRETS + "/{key:str}")
async def patch_secret(request: Incoming, namespace: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """Change description and tags of a secret; also its value, when one is given."""
    valid_ids(namespace, key)
    actor_of(request).require(Resource.SECRET, Action.UPDATE, namespace)
    change = _change(await _body(request))
    found = await secret_store.set_secret(environment_of(request), actor_of(request), namespace, key, change)
    return answer([_shape(found)])


@delete(_SECRETS + "/{key:str}", status_code=200)
async def delete_secret(request: Incoming, namespace: FromPath[str], key: FromPath[str]) -> Response[bytes]:
    """Remove a secret."""
    valid_ids(namespace, key)
    await secret_store.delete_secret(environment_of(request), actor_of(request), namespace, key)
    return empty(204)


@get("/api/v1/main/namespaces/{namespace:str}/inherited-secrets")
async def inherited_secrets(request: Incoming, namespace: FromPath[str]) -> Response[bytes]:
    """Name the secrets the flows of a namespace can read, by where they are stored; the values never leave."""
    valid_ids(namespace)
    found = await secret_store.list_inherited(environment_of(request), actor_of(request), namespace)
    return answer({place: list(names) for place, names in found.items()})


async def _list(request: Incoming, namespace: str | None) -> Response[bytes]:
    query, actor = query_of(request), actor_of(request)
    page = read_page(query)
    text = (one(query, "q") or "").upper()
    where = read_filters(query, SECRET_FIELDS, environment_of(request).clock())
    same = next((one for one in where if isinstance(one, Filter) and _is_of_one(one)), None)
    if namespace is None and same is not None:
        namespace, where = str(same.value), tuple(one for one in where if one is not same)
    matching = Matching(where)
    found = await secret_store.list_secrets(environment_of(request), actor, namespace)
    fitting = [one for one in found if text in one.key.upper() and matching.holds(partial(_value_of, one))]
    first = (page.page - 1) * page.size
    results: list[Json] = [_shape(secret) for secret in fitting[first : first + page.size]]
    is_read_only = not actor.may(Resource.SECRET, Action.UPDATE, namespace)
    return answer({"readOnly": is_read_only, "results": results, "total": len(fitting)})


def _is_of_one(condition: Filter) -> bool:
    """Whether it names one namespace, which has the secrets of the process environment too."""
    return condition.field == "namespace" and condition.operation is Operation.EQUALS


def _value_of(secret: SecretMeta, field: str) -> Value:
    return secret.namespace or None if field == "namespace" else secret.key


async def _body(request: Incoming) -> dict[str, Json]:
    body = await json_of(request)
    if not isinstance(body, dict):
        raise BodyError("Send a JSON object with key, value, and maybe description and tags")
    unknown = [Violation("is no field of a secret", path=name) for name in body if name not in _FIELDS]
    if unknown:
        raise InvalidError(unknown)
    return body


def _change(body: dict[str, Json]) -> SecretChange:
    texts = ("value", "description")
    problems = [Violation("must be a text", path=name) for name in texts if not isinstance(body.get(name), str | None)]
    tags = body.get("tags")
    if tags is not None and (not isinstance(tags, list) or not all(isinstance(tag, dict) for tag in tags)):
        problems.append(Violation('must be a list of maps such as {"key": "team", "value": "data"}', path="tags"))
    if problems:
        raise InvalidError(problems)
    value = body.get("value")
    return SecretChange(
        value=UNSET if value is None else value,
        description=body.get("description", UNSET),
        tags=UNSET if tags is None else tags,
    )


def _shape(secret: SecretMeta) -> dict[str, Json]:
    shape: dict[str, Json] = {"key": secret.key, "tags": list(secret.tags)}
    if secret.namespace:
        shape["namespace"] = secret.namespace
    if secret.description is not None:
        shape["description"] = secret.description
    if secret.updated_at is not None:
        shape["updateDate"] = instant(secret.updated_at)
    return shape


ROUTES = (
    list_secrets,
    list_of_namespace,
    put_secret,
    patch_secret,
    delete_secret,
    inherited_secrets,
)
