"""The roles a user can have, as data: what each allows in the namespace it is granted for, and below."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from tiercel.errors import InvalidError, Violation
from tiercel.operations.actor import Action, Permission, Resource
from tiercel.repository.users import Grant

_WORK = (Resource.FLOW, Resource.EXECUTION, Resource.TRIGGER, Resource.LOG, Resource.KV, Resource.FILE)
_SEEN = (*_WORK, Resource.NAMESPACE, Resource.DASHBOARD, Resource.PLUGIN, Resource.INSTANCE)
_VIEW = frozenset((resource, Action.READ) for resource in _SEEN)
_EDIT = (
    _VIEW
    | {(resource, action) for resource in (*_WORK, Resource.DASHBOARD) for action in Action}
    | {(Resource.SECRET, Action.READ)}
)
_ALL = frozenset((resource, action) for resource in Resource for action in Action)

ROLES: Mapping[str, frozenset[tuple[Resource, Action]]] = {"admin": _ALL, "editor": _EDIT, "viewer": _VIEW}
"""What each role allows. A viewer sees everything but the names of secrets; an editor changes what is in namespaces."""

OWN = frozenset(Permission(Resource.ACCOUNT, action) for action in Action)
"""What every user may do: change the own password, make and revoke own tokens."""

_ANYWHERE = frozenset((resource, Action.READ) for resource in (Resource.DASHBOARD, Resource.PLUGIN, Resource.INSTANCE))
_OF_NO_NAMESPACE = frozenset(
    {Resource.DASHBOARD, Resource.PLUGIN, Resource.INSTANCE, Resource.USER, Resource.ACCOUNT, Resource.AUDIT}
)


def permissions_of(grants: Iterable[Grant]) -> frozenset[Permission]:
    """Give what a user with these roles may do.

    A role in a namespace allows nothing about the installation as a whole, except to see what it can do.
    """
    found = OWN
    for grant in grants:
        found |= _permissions(grant)
    return found


def read_grants(given: object) -> tuple[Grant, ...]:
    """Read ``[{"role": ..., "namespace": ...}]``.

    Raises:
        InvalidError: It is of another form, or names no role.
    """
    if not isinstance(given, list):
        raise InvalidError(
            [Violation('must be a list such as [{"role": "viewer", "namespace": "team"}]', path="roles")]
        )
    return check_grants([_read(place, one) for place, one in enumerate(given)])


def check_grants(grants: Sequence[Grant]) -> tuple[Grant, ...]:
    """Give the grants, each once.

    Raises:
        InvalidError: One names no role.
    """
    unknown = [
        Violation(f"'{grant.role}' is no role", path="roles", hint=f"one of {', '.join(ROLES)}", code="unknown-role")
        for grant in grants
        if grant.role not in ROLES
    ]
    if unknown:
        raise InvalidError(unknown)
    return tuple(dict.fromkeys(grants))


def _read(place: int, one: object) -> Grant:
    role, namespace = (one.get("role"), one.get("namespace", "")) if isinstance(one, dict) else (None, "")
    if not isinstance(role, str) or not isinstance(namespace, str):
        raise InvalidError([Violation("needs a role, and may have a namespace", path=f"roles[{place}]")])
    return Grant(role, namespace)


@cache
def _permissions(grant: Grant) -> frozenset[Permission]:
    allowed = ROLES.get(grant.role, frozenset())  # a role of another version allows nothing here
    if not grant.namespace:
        return frozenset(Permission(resource, action) for resource, action in allowed)
    inside = {
        Permission(resource, action, grant.namespace)
        for resource, action in allowed
        if resource not in _OF_NO_NAMESPACE
    }
    return frozenset(inside | {Permission(resource, action) for resource, action in allowed & _ANYWHERE})
