"""A call to the platform: who makes it, and its arguments."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from tiercel.engine.durations import instant
from tiercel.errors import InvalidError
from tiercel.model.json import Json
from tiercel.operations.actor import EVERYTHING, Actor
from tiercel.operations.environment import Environment


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
        return Actor(name=name, permissions=EVERYTHING, is_system=True, client="system")

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


def micros_of(text: str) -> int:
    """Read a date or date-time, UTC when it has no offset.

    Raises:
        InvalidError: It is none.
    """
    try:
        return instant(text)
    except ValueError:
        raise InvalidError(f"'{text}' is no date such as 2026-01-31T12:00:00Z") from None
