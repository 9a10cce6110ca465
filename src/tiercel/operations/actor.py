"""Who asks, what they may do, and the declaration of what each operation needs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from enum import StrEnum
from functools import wraps
from typing import TypeVar, cast

from msgspec import Struct

from tiercel.errors import ForbiddenError
from tiercel.operations.auditing import Audited, Change, followed, subject_reader
from tiercel.operations.environment import Environment

_Operation = TypeVar("_Operation", bound=Callable[..., Awaitable[object]])


class Resource(StrEnum):
    """What an operation is about."""

    FLOW = "FLOW"
    EXECUTION = "EXECUTION"
    TRIGGER = "TRIGGER"
    LOG = "LOG"
    KV = "KV"
    FILE = "FILE"
    SECRET = "SECRET"  # noqa: S105 (the name of a resource)
    NAMESPACE = "NAMESPACE"
    DASHBOARD = "DASHBOARD"
    PLUGIN = "PLUGIN"
    INSTANCE = "INSTANCE"
    USER = "USER"
    ACCOUNT = "ACCOUNT"
    AUDIT = "AUDIT"


class Action(StrEnum):
    """What an operation does to it."""

    READ = "READ"
    CREATE = "CREATE"
    UPDATE = "UPDATE"
    DELETE = "DELETE"


class Permission(Struct, frozen=True):
    """The right to one action on one resource, in a namespace and below it; the empty namespace is everywhere."""

    resource: Resource
    action: Action
    namespace: str = ""

    def covers(self, resource: Resource, action: Action, namespace: str | None) -> bool:
        """Tell whether it allows the action in that namespace; None asks for the action anywhere."""
        if (self.resource, self.action) != (resource, action):
            return False
        return namespace is None or not self.namespace or f"{namespace}.".startswith(f"{self.namespace}.")


EVERYTHING = frozenset(Permission(resource, action) for resource in Resource for action in Action)


class Actor(Struct, frozen=True):
    """Who asks.

    Attributes:
        is_system: The engine, or a task acting for its flow, which may set system labels.
        is_known: False for whoever is let in without saying who it is.
        client: What it asks with, by its own word: ``ui``, ``cli``, ``api``; told to people, never trusted.
    """

    name: str
    permissions: frozenset[Permission] = frozenset()
    is_system: bool = False
    is_known: bool = True
    client: str = "api"

    @property
    def is_audited(self) -> bool:
        """Whether what it changes is written down: nobody known has no name, and the engine acts for an execution."""
        return self.is_known and not self.is_system

    def may(self, resource: Resource, action: Action, namespace: str | None = None) -> bool:
        """Tell whether the action is allowed in the namespace, or anywhere at all when None."""
        if Permission(resource, action) in self.permissions:
            return True
        return any(permission.covers(resource, action, namespace) for permission in self.permissions)

    def namespaces(self, resource: Resource, action: Action) -> tuple[str, ...] | None:
        """Name where the action is allowed, each with what is below it, in order; None = everywhere."""
        if Permission(resource, action) in self.permissions:
            return None
        allowed = (one.namespace for one in self.permissions if (one.resource, one.action) == (resource, action))
        return tuple(sorted(allowed))

    def require(self, resource: Resource, action: Action, namespace: str | None = None) -> None:
        """Refuse what is not allowed.

        Raises:
            ForbiddenError: Always with the missing permission in the message.
        """
        if not self.may(resource, action, namespace):
            where = f" in namespace {namespace}" if namespace else ""
            raise ForbiddenError(f"{self.name} may not {action.lower()} {resource.lower()}s{where}")


SYSTEM = Actor(name="system", permissions=EVERYTHING, is_system=True, client="system")
CONSOLE = Actor(name="console", permissions=EVERYTHING, client="cli")
"""Whoever may write the files of the installation, and uses a command on them."""

LOCAL = Actor(name="local", permissions=EVERYTHING, is_known=False)


_FOLLOWED = frozenset({Resource.FLOW, Resource.TRIGGER, Resource.DASHBOARD, Resource.FILE})
"""Changes of these are told to those who follow them; the executor tells of executions by itself."""


def operation(resource: Resource, action: Action, *, is_change: bool = True) -> Callable[[_Operation], _Operation]:
    """Declare what an operation needs and check it before each call.

    The operation takes an environment and an actor first. The declared pair is readable as ``permission`` on the
    function. The check here is for the action anywhere; an operation on one namespace calls ``actor.require`` itself
    once it knows which. A change by somebody known is written to the audit log.

    Args:
        resource: What it is about.
        action: What it does.
        is_change: False for what needs the right to change something but changes nothing.
    """

    def declare(function: _Operation) -> _Operation:
        subject = subject_reader(function)
        is_written = is_change and action is not Action.READ
        is_followed = resource in _FOLLOWED

        @wraps(function)
        async def checked(environment: Environment, actor: Actor, *arguments: object, **named: object) -> object:
            actor.require(resource, action)
            if not is_written or not (is_followed or actor.is_audited):
                return await function(environment, actor, *arguments, **named)
            change = Change(actor=actor.name, action=action, resource=resource, subject=subject(arguments, named))
            if actor.is_audited:
                audited = Audited(environment.database, change, environment.clock)
                result = await function(replace(environment, database=audited), actor, *arguments, **named)
                await audited.finish(result)
            else:
                result = await function(environment, actor, *arguments, **named)
            if is_followed:
                environment.streams.publish(followed(change, result, author=actor.name if actor.is_known else ""))
            return result

        checked.permission = Permission(resource, action)  # type: ignore[attr-defined]  # read by tests of the gate
        return cast("_Operation", checked)

    return declare
