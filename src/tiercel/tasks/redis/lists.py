"""Tasks and triggers on lists, and sending to channels."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Annotated, Any

from pydantic import Field

from tiercel.plugins import Json, Outputs, PollingTrigger, RealtimeTrigger, RunContext, Static, TriggerEvent
from tiercel.tasks.redis.connection import RedisTask, Serde, read, values_from, written
from tiercel.tasks.serdes.values import store_rows

_WAIT_SECONDS = 1


class PushedOutputs(Outputs):
    """How many values were sent.

    Attributes:
        count: So many.
    """

    count: int


class PoppedOutputs(Outputs):
    """The values that were taken.

    Attributes:
        uri: A file of them, as Ion rows.
        count: How many there are.
    """

    uri: str
    count: int


class ListPush(
    RedisTask,
    type="io.kestra.plugin.redis.list.ListPush",
    aliases=("io.kestra.plugin.redis.ListPush",),
    example="""
type: io.kestra.plugin.redis.list.ListPush
url: "{{ secret('REDIS_URL') }}"
key: orders
from:
  - "{{ outputs.first.value }}"
  - "{{ outputs.second.value }}"
""",
):
    """Puts values before the first one of a list, one after another.

    Attributes:
        key: Key of the list.
        from_: The values: a list, or the URI of a file with Ion rows.
        serde_type: Whether they are written as texts or as JSON.
        batch_size: How many are sent at once.
    """

    key: str
    from_: str | list[Any] = Field(alias="from")
    serde_type: Serde = "STRING"
    batch_size: Annotated[int, Field(ge=1)] = 500

    def run(self, ctx: RunContext) -> PushedOutputs:
        """Send them batch by batch."""
        count = 0
        values = (written(value, self.serde_type) for value in values_from(ctx, self.from_))
        with self.opened(ctx) as client:
            while batch := list(islice(values, self.batch_size)):
                client.lpush(self.key, *batch)
                count += len(batch)
        ctx.counter("inserted.records.count", count)
        return PushedOutputs(count=count)


class ListPop(
    RedisTask,
    type="io.kestra.plugin.redis.list.ListPop",
    aliases=("io.kestra.plugin.redis.ListPop",),
    example="""
type: io.kestra.plugin.redis.list.ListPop
url: "{{ secret('REDIS_URL') }}"
key: orders
maxRecords: 1000
""",
):
    """Takes values from the front of a list until it is empty, or there are enough.

    Attributes:
        key: Key of the list.
        serde_type: Whether they are texts or JSON.
        count: How many are taken at once.
        max_records: How many are taken in all, at most.
        max_duration: How long it goes on, at most.
    """

    key: str
    serde_type: Serde = "STRING"
    count: Annotated[int, Field(ge=1)] = 100
    max_records: Annotated[int, Field(ge=1)] | None = None
    max_duration: timedelta | None = None

    def run(self, ctx: RunContext) -> PoppedOutputs:
        """Take them, and store them as they come."""
        with self.opened(ctx) as client:
            uri, size = store_rows(ctx, self._values(ctx, client))
        return PoppedOutputs(uri=uri, count=size)

    def _values(self, ctx: RunContext, client: Any) -> Iterator[Json]:  # noqa: ANN401 (of an optional package)
        left, end = (
            self.max_records,
            time.monotonic() + self.max_duration.total_seconds() if self.max_duration else None,
        )
        while not ctx.is_cancelled and left != 0 and (end is None or time.monotonic() < end):
            batch = client.lpop(self.key, self.count if left is None else min(self.count, left))
            if not batch:
                return
            left = left if left is None else left - len(batch)
            yield from (read(text, self.serde_type) for text in batch)


class Publish(
    RedisTask,
    type="io.kestra.plugin.redis.pubsub.Publish",
    aliases=("io.kestra.plugin.redis.Publish",),
    example="""
type: io.kestra.plugin.redis.pubsub.Publish
url: "{{ secret('REDIS_URL') }}"
channel: orders
from:
  - "{{ outputs.first.value }}"
""",
):
    """Sends values to those who listen to a channel.

    Attributes:
        channel: The channel.
        from_: The values: a list, or the URI of a file with Ion rows.
        serde_type: Whether they are written as texts or as JSON.
    """

    channel: str
    from_: str | list[Any] = Field(alias="from")
    serde_type: Serde = "STRING"

    def run(self, ctx: RunContext) -> PushedOutputs:
        """Send them one by one."""
        count = 0
        with self.opened(ctx) as client:
            for value in values_from(ctx, self.from_):
                client.publish(self.channel, written(value, self.serde_type))
                count += 1
        ctx.counter("published.records.count", count)
        return PushedOutputs(count=count)


class ListTrigger(
    PollingTrigger,
    RedisTask,
    type="io.kestra.plugin.redis.list.Trigger",
    aliases=("io.kestra.plugin.redis.TriggerList",),
    outputs=PoppedOutputs,
    example="""
type: io.kestra.plugin.redis.list.Trigger
url: "{{ secret('REDIS_URL') }}"
key: orders
maxRecords: 100
interval: PT1M
""",
):
    """Starts an execution for the values of a list, which it takes from its front.

    Values that are taken wait in a list beside it until the execution for them is stored, so none is lost.

    Attributes:
        interval: How often it looks.
        key: Key of the list.
        serde_type: Whether they are texts or JSON.
        count: How many are taken, when ``maxRecords`` says nothing.
        max_records: How many are taken at most.
        max_duration: Has no effect: what is there is taken at once.
    """

    interval: Static[timedelta] = timedelta(minutes=1)
    key: str
    serde_type: Serde = "STRING"
    count: Annotated[int, Field(ge=1)] = 100
    max_records: Annotated[int, Field(ge=1)] | None = None
    max_duration: timedelta | None = None

    def evaluate(self, ctx: RunContext) -> PoppedOutputs | None:
        """Forget the values of the look before, then take others; a dry look takes none."""
        most = self.max_records or self.count
        aside = aside_of(ctx, self.key)
        with self.opened(ctx) as client:
            if ctx.facts.is_dry:
                texts = client.lrange(self.key, 0, most - 1)
            else:
                client.ltrim(aside, _kept(ctx), -1)
                while client.llen(aside) < most and client.lmove(self.key, aside, "LEFT", "RIGHT") is not None:
                    pass
                texts = client.lrange(aside, 0, most - 1)
        ctx.keep({"taken": 0 if ctx.facts.is_dry else len(texts)})
        if not texts:
            return None
        uri, size = store_rows(ctx, (read(text, self.serde_type) for text in texts))
        return PoppedOutputs(uri=uri, count=size)


class ValueOutputs(Outputs):
    """What expressions see as ``trigger``.

    Attributes:
        value: The value.
    """

    value: Json = None


class ListWatch(
    RealtimeTrigger,
    RedisTask,
    type="io.kestra.plugin.redis.list.RealtimeTrigger",
    outputs=ValueOutputs,
    example="""
type: io.kestra.plugin.redis.list.RealtimeTrigger
url: "{{ secret('REDIS_URL') }}"
key: orders
""",
):
    """Starts an execution for each value of a list, which it takes from its front.

    A value waits in a list beside it until its execution is stored, so none is lost.

    Attributes:
        key: Key of the list.
        serde_type: Whether they are texts or JSON.
    """

    key: str
    serde_type: Serde = "STRING"

    def listen(self, ctx: RunContext) -> Iterator[TriggerEvent]:
        """Give what was left aside first, then wait for more."""
        aside = aside_of(ctx, self.key)
        with self.opened(ctx) as client:
            while not ctx.is_cancelled:
                text = client.lindex(aside, 0)
                if text is None:
                    text = client.blmove(self.key, aside, _WAIT_SECONDS, "LEFT", "RIGHT")
                if text is not None:
                    yield TriggerEvent(variables={"value": read(text, self.serde_type)})
                    client.lpop(aside)


def aside_of(ctx: RunContext, key: str) -> str:
    """Give the key of the list where values wait until their execution is stored."""
    return f"{key}:tiercel:{ctx.facts.namespace}.{ctx.facts.flow_id}.{ctx.facts.task_id}"


def _kept(ctx: RunContext) -> int:
    kept = ctx.kept_before()
    return int(kept.get("taken") or 0) if isinstance(kept, dict) else 0
