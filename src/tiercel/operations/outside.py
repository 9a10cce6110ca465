"""Rendering outside of an execution's own pass: inputs, checks, expressions that users try out.

A template is first rendered on the spot. Only when it asks for the outside is all of it done again on a thread, where
it may wait.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from tiercel.engine.world import World
from tiercel.expressions.context import Context, Host
from tiercel.expressions.values import Value, ZonedDateTime
from tiercel.model.dialect import Dialect, DialectSetting
from tiercel.model.flow import Flow
from tiercel.operations.encryption import encrypt, reveal
from tiercel.operations.environment import Environment
from tiercel.operations.hiding import mask_text

_Answer = TypeVar("_Answer")


class OutsideNeededError(Exception):
    """A template that is rendered on the loop asked for something that may block."""


class HereHost:
    """A host that knows the time and chance, and nothing that may block."""

    def now(self) -> ZonedDateTime:
        """Give the time."""
        seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
        return ZonedDateTime(datetime.fromtimestamp(seconds, UTC), nanoseconds, "UTC")

    def random_bytes(self, count: int) -> bytes:
        """Give unpredictable bytes."""
        return os.urandom(count)

    def call(self, name: str, arguments: dict[str, Value], context: Context) -> Value:  # noqa: ARG002 (the protocol's)
        """Say that it cannot be answered here."""
        raise OutsideNeededError(name)


def expression_context(environment: Environment, flow: Flow, seen: Mapping[str, Value], host: Host) -> Context:
    """Give what expressions of a flow are rendered with."""
    return Context(
        seen,
        host,
        flow.dialect,
        recursive=environment.settings.variables.is_recursive,
        encryption_key=environment.encryption_key,
    )


async def with_host(environment: Environment, namespace: str, work: Callable[[Host], _Answer]) -> _Answer:
    """Do work that renders, on the spot if possible, else on a thread with a host that can reach everything.

    ``work`` may be called twice, so it must not change anything.
    """
    try:
        return work(HereHost())
    except OutsideNeededError:
        if environment.outside is None:
            raise
        host = environment.outside(namespace)
        return await asyncio.to_thread(work, host)


def world_of(environment: Environment) -> World:
    """Give what expressions see of the installation."""
    settings = environment.settings
    names = {"name": settings.environment.name, "color": settings.environment.color}
    return World(
        envs=environment.envs,
        globals=settings.variables.globals,
        environment={key: value for key, value in names.items() if value},
        url=settings.server.url,
        mask=partial(mask_text, environment),
        namespaces=environment.namespaces.variables_of,
        reveal=lambda value: reveal(environment.encryption_key, value),
        encrypt=None if environment.encryption_key is None else partial(encrypt, environment.encryption_key),
    )


def dialect_outside_flows(setting: DialectSetting) -> Dialect:
    """Give the dialect of a text that belongs to no flow."""
    return Dialect.V2_0 if setting is DialectSetting.V2_0 else Dialect.V1_3
