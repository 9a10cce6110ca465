"""Writing the key-value store."""

from __future__ import annotations

from datetime import timedelta

from tiercel.plugins import Json, Native, RunContext, Task
from tiercel.tasks.kv.namespaces import missing, reachable
from tiercel.tasks.kv.values import KvType, read_value


class Set(
    Task,
    type="io.kestra.plugin.core.kv.Set",
    example="""
type: io.kestra.plugin.core.kv.Set
key: last_run
value: "{{ execution.startDate }}"
kvType: DATETIME
ttl: P7D
""",
):
    """Writes a value to the key-value store.

    Attributes:
        key: Its key.
        value: The value; one single expression keeps the type of its result.
        namespace: Where it goes.
        overwrite: Whether a value that is there already is replaced; otherwise the task fails.
        ttl: How long it is kept.
        kv_type: Read the value as this.
        kv_description: What it is for.
    """

    key: str
    value: Native[Json]
    namespace: str = "{{ flow.namespace }}"
    overwrite: bool = True
    ttl: timedelta | None = None
    kv_type: KvType | None = None
    kv_description: str | None = None

    def run(self, ctx: RunContext) -> None:
        """Write it."""
        ctx.call(
            "kv.set",
            namespace=reachable(ctx, self.namespace),
            key=self.key,
            value=self.value if self.kv_type is None else read_value(self.kv_type, self.value, ctx.dialect),
            type=self.kv_type.value if self.kv_type else None,
            description=self.kv_description,
            ttl_seconds=self.ttl.total_seconds() if self.ttl is not None else None,
            overwrite=self.overwrite,
        )


class Put(
    Task,
    type="io.kestra.plugin.core.kv.Put",
    example="""
type: io.kestra.plugin.core.kv.Put
key: settings
value: "{{ outputs.settings.body }}"
""",
):
    """Replaces a value of the key-value store, keeping its description and expiry.

    Attributes:
        key: Its key.
        value: The value, stored as text; maps and lists as their JSON.
        namespace: Where it is.
        error_on_missing: Whether a missing key fails the task.
    """

    key: str
    value: str
    namespace: str = "{{ flow.namespace }}"
    error_on_missing: bool = False

    def run(self, ctx: RunContext) -> None:
        """Write it, whether or not there was one."""
        namespace = reachable(ctx, self.namespace)
        if self.error_on_missing and ctx.call("kv.get", namespace=namespace, key=self.key) is None:
            raise missing(self.key, namespace)
        ctx.call("kv.set", namespace=namespace, key=self.key, value=self.value, keeps_metadata=True)
