"""The kinds of triggers authors write: those that are asked now and then, and those that listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import aclosing, closing
from datetime import timedelta
from inspect import isawaitable
from typing import Any, ClassVar

from msgspec import UNSET, Struct, UnsetType
from pydantic import BaseModel

from tiercel.errors import PluginError
from tiercel.model.json import Json
from tiercel.model.types import TypeKind
from tiercel.plugins.context import RunContext
from tiercel.plugins.markers import Static
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.task import Task, TaskResult


class Trigger(Plugin):
    """Something that starts executions."""

    kind: ClassVar[TypeKind] = TypeKind.TRIGGER


class PollingTrigger(Task):
    """A trigger that looks now and then whether there is a reason to start an execution. Write ``evaluate``.

    It runs where tasks run, with rendered properties and the same ``ctx``. While an execution it started runs it is
    not asked, unless ``allowConcurrent`` is set. What it must know the next time it gives to ``ctx.keep``: that is
    stored in the transaction that stores the execution, so nothing found is lost or found twice.

    Attributes:
        interval: How long after one look the next one comes.
    """

    kind: ClassVar[TypeKind] = TypeKind.TRIGGER
    default_control: ClassVar[str] = "polling"

    interval: Static[timedelta] = timedelta(minutes=1)

    def evaluate(self, ctx: RunContext) -> TaskResult | Awaitable[TaskResult]:  # noqa: ARG002 (for those who override it)
        """Look; may be ``async``. Give what expressions see as ``trigger``, or None when there is no reason."""
        raise PluginError(f"{type(self).__name__} has no evaluate method")

    def run(self, ctx: RunContext) -> TaskResult | Awaitable[TaskResult]:
        """Look; what it found is the output ``trigger``, so that nothing to tell is not the same as no reason."""
        found = self.evaluate(ctx)
        return _found_later(found, ctx) if isawaitable(found) else _found(found, ctx)


class TriggerEvent(Struct, frozen=True, kw_only=True):
    """What a trigger that listens has heard.

    Attributes:
        variables: What expressions see as ``trigger``: a mapping or a model.
        key: Tells it from all others, so that one that comes again starts nothing; empty when none ever does.
        state: What the trigger keeps from now on; stored in the transaction that stores the execution.
    """

    variables: Mapping[str, Json] | BaseModel
    key: str = ""
    state: Json | UnsetType = UNSET


class RealtimeTrigger(Task):
    """A trigger that listens all the time, and starts an execution for each event. Write ``listen``.

    It runs on a thread of its own, or on the loop of coroutines when ``listen`` is an asynchronous generator, from
    when the flow is saved until it is disabled, removed or the server stops. It begins anew when it fails or ends,
    after a pause that grows with each failure.

    The generator goes on after ``yield`` when the execution is stored, so that is the moment to acknowledge the event
    at its source. Until then the source must give it again, with the same ``key``.
    """

    kind: ClassVar[TypeKind] = TypeKind.TRIGGER
    default_control: ClassVar[str] = "realtime"

    def listen(self, ctx: RunContext) -> Iterator[TriggerEvent] | AsyncIterator[TriggerEvent]:  # noqa: ARG002 (as above)
        """Give events as they come; wait with ``ctx.wait``, and end when ``ctx.is_cancelled``."""
        raise PluginError(f"{type(self).__name__} has no listen method")

    def run(self, ctx: RunContext) -> TaskResult | Awaitable[TaskResult]:
        """Listen, and pass on what is heard."""
        events = self.listen(ctx)
        if isinstance(events, AsyncIterator):
            return _pass_on_later(events, ctx)
        _pass_on(events, ctx)
        return None


def _found(found: TaskResult, ctx: RunContext) -> TaskResult:
    outputs: dict[str, Json] = {} if ctx.kept is UNSET else {"state": {"kept": ctx.kept}}
    if found is not None:
        outputs["trigger"] = _plain(found)
    return outputs or None


async def _found_later(found: Awaitable[TaskResult], ctx: RunContext) -> TaskResult:
    return _found(await found, ctx)


def _pass_on(events: Iterator[TriggerEvent], ctx: RunContext) -> None:
    with closing(_closable(events)):
        for event in events:
            _emit(event, ctx)


async def _pass_on_later(events: AsyncIterator[TriggerEvent], ctx: RunContext) -> None:
    async with aclosing(_closable(events)):
        async for event in events:
            await asyncio.to_thread(_emit, event, ctx)


def _closable(events: Any) -> Any:  # noqa: ANN401 (generators can be closed, other iterators need not be)
    return events if hasattr(events, "close") or hasattr(events, "aclose") else _Open()


class _Open:
    """Stands for an iterator that nothing need be done for at its end."""

    def close(self) -> None:
        """Do nothing."""

    async def aclose(self) -> None:
        """Do nothing."""


def _emit(event: TriggerEvent, ctx: RunContext) -> None:
    kept: Json = None if event.state is UNSET else {"kept": event.state}
    ctx.call("triggers.emit", variables=_plain(event.variables), key=event.key, state=kept)


def _plain(found: Mapping[str, Json] | BaseModel) -> Json:
    return found.model_dump(by_alias=True, exclude_none=True) if isinstance(found, BaseModel) else dict(found)
