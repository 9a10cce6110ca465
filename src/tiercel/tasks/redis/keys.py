"""Tasks on keys."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic import Field

from tiercel.plugins import Json, Outputs, Properties, RunContext, TaskError
from tiercel.tasks.redis.connection import RedisTask, Serde, read, written


class ExpiryOptions(Properties):
    """How long a key is kept.

    Attributes:
        expiration_duration: For so long.
        expiration_date: Until then.
    """

    expiration_duration: timedelta | None = None
    expiration_date: datetime | None = None


class SetOptions(ExpiryOptions):
    """How a key is set.

    Attributes:
        expiration_duration: Kept for so long.
        expiration_date: Kept until then.
        keep_ttl: Whether it is kept as long as the value before.
        must_exist: Whether it is only set when there is one.
        must_not_exist: Whether it is only set when there is none.
    """

    keep_ttl: bool = False
    must_exist: bool = False
    must_not_exist: bool = False


class DataOutputs(Outputs):
    """What a Get gives back.

    Attributes:
        key: The key.
        data: Its value; none when there is no such key.
    """

    key: str
    data: Json = None


class Get(
    RedisTask,
    type="io.kestra.plugin.redis.string.Get",
    aliases=("io.kestra.plugin.redis.Get",),
    example="""
type: io.kestra.plugin.redis.string.Get
url: "{{ secret('REDIS_URL') }}"
key: orders:last
""",
):
    """Gets the value of a key.

    Attributes:
        key: The key.
        serde_type: Whether it is a text or JSON.
        failed_on_missing: Whether it is an error when there is no such key.
    """

    key: str
    serde_type: Serde = "STRING"
    failed_on_missing: bool = False

    def run(self, ctx: RunContext) -> DataOutputs:
        """Get it."""
        with self.opened(ctx) as client:
            found = client.get(self.key)
        if found is None and self.failed_on_missing:
            raise TaskError(f"There is no key {self.key}")
        return DataOutputs(key=self.key, data=read(found, self.serde_type))


class OldValueOutputs(Outputs):
    """What a Set gives back.

    Attributes:
        old_value: The value before, when it was asked for.
    """

    old_value: str | None = None


class Set(
    RedisTask,
    type="io.kestra.plugin.redis.string.Set",
    aliases=("io.kestra.plugin.redis.Set",),
    example="""
type: io.kestra.plugin.redis.string.Set
url: "{{ secret('REDIS_URL') }}"
key: orders:last
value: "{{ execution.id }}"
options:
  expirationDuration: PT1H
""",
):
    """Sets the value of a key.

    Attributes:
        key: The key.
        value: The value.
        serde_type: Whether it is written as a text or as JSON.
        get: Whether the value before is given back.
        options: When it is set, and how long it is kept.
    """

    key: str
    value: Any
    serde_type: Serde = "STRING"
    get: bool = False
    options: SetOptions = Field(default_factory=SetOptions)

    def run(self, ctx: RunContext) -> OldValueOutputs:
        """Set it."""
        options = self.options
        with self.opened(ctx) as client:
            before = client.set(
                self.key,
                written(self.value, self.serde_type),
                px=options.expiration_duration,
                pxat=options.expiration_date,
                keepttl=options.keep_ttl,
                xx=options.must_exist,
                nx=options.must_not_exist,
                get=self.get,
            )
        return OldValueOutputs(old_value=before if self.get else None)


class CountOutputs(Outputs):
    """What a Delete gives back.

    Attributes:
        count: How many keys there were.
    """

    count: int


class Delete(
    RedisTask,
    type="io.kestra.plugin.redis.string.Delete",
    aliases=("io.kestra.plugin.redis.Delete",),
    example="""
type: io.kestra.plugin.redis.string.Delete
url: "{{ secret('REDIS_URL') }}"
keys:
  - orders:last
""",
):
    """Deletes keys.

    Attributes:
        keys: The keys.
        failed_on_missing: Whether it is an error when one of them is not there.
    """

    keys: list[str]
    failed_on_missing: bool = False

    def run(self, ctx: RunContext) -> CountOutputs:
        """Delete them."""
        with self.opened(ctx) as client:
            count = client.delete(*self.keys) if self.keys else 0
        ctx.counter("keys.deleted", count)
        if self.failed_on_missing and count != len(self.keys):
            raise TaskError(f"Only {count} of {len(self.keys)} keys were there")
        return CountOutputs(count=count)


class NumberOutputs(Outputs):
    """What an Increment gives back.

    Attributes:
        key: The key.
        value: Its new value.
    """

    key: str
    value: int | float


class Increment(
    RedisTask,
    type="io.kestra.plugin.redis.string.Increment",
    example="""
type: io.kestra.plugin.redis.string.Increment
url: "{{ secret('REDIS_URL') }}"
key: orders:count
amount: 5
""",
):
    """Adds to the number a key holds; one that is not there counts as 0.

    Attributes:
        key: The key.
        amount: How much; 1 when nothing is said.
        options: How long the key is kept from then on.
    """

    key: str
    amount: float | None = None
    options: ExpiryOptions = Field(default_factory=ExpiryOptions)

    def run(self, ctx: RunContext) -> NumberOutputs:
        """Add it."""
        amount = 1 if self.amount is None else self.amount
        with self.opened(ctx) as client:
            is_whole = float(amount).is_integer()
            value = client.incrby(self.key, int(amount)) if is_whole else client.incrbyfloat(self.key, amount)
            if self.options.expiration_duration is not None:
                client.pexpire(self.key, self.options.expiration_duration)
            if self.options.expiration_date is not None:
                client.pexpireat(self.key, self.options.expiration_date)
        return NumberOutputs(key=self.key, value=value)


class TtlOutputs(Outputs):
    """What a Ttl gives back.

    Attributes:
        key: The key.
        ttl: For how many seconds it is still kept; -1 for ever, -2 when there is none.
    """

    key: str
    ttl: int


class Ttl(
    RedisTask,
    type="io.kestra.plugin.redis.string.Ttl",
    example="""
type: io.kestra.plugin.redis.string.Ttl
url: "{{ secret('REDIS_URL') }}"
key: orders:last
""",
):
    """Tells how long a key is still kept.

    Attributes:
        key: The key.
    """

    key: str

    def run(self, ctx: RunContext) -> TtlOutputs:
        """Ask for it."""
        with self.opened(ctx) as client:
            return TtlOutputs(key=self.key, ttl=client.ttl(self.key))
