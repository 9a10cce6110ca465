"""Removing values from the key-value store."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from tiercel.plugins import Outputs, Properties, RunContext, Task
from tiercel.tasks.kv.namespaces import missing, reachable
from tiercel.tasks.namespace.selection import selected_namespaces


class DeleteOutputs(Outputs):
    """What a Delete gives back.

    Attributes:
        deleted: Whether there was such a key.
    """

    deleted: bool


class Delete(
    Task,
    type="io.kestra.plugin.core.kv.Delete",
    example="""
type: io.kestra.plugin.core.kv.Delete
key: last_run
""",
):
    """Removes a value from the key-value store.

    Attributes:
        key: Its key.
        namespace: Where it is.
        error_on_missing: Whether a missing key fails the task.
    """

    key: str
    namespace: str = "{{ flow.namespace }}"
    error_on_missing: bool = False

    def run(self, ctx: RunContext) -> DeleteOutputs:
        """Remove it."""
        deleted = bool(ctx.call("kv.delete", namespace=reachable(ctx, self.namespace), key=self.key))
        if not deleted and self.error_on_missing:
            raise missing(self.key, self.namespace)
        return DeleteOutputs(deleted=deleted)


class KvPurgeBehavior(Properties):
    """What is purged: keys, or older versions of values.

    Attributes:
        type: ``key`` or ``version``.
        expired_only: Of keys, only those that have expired.
        before: Of versions, those made before this date.
        keep_amount: Of versions, all but so many of the newest.
    """

    type: Literal["key", "version"] = "key"
    expired_only: bool = True
    before: str | None = None
    keep_amount: int | None = None


class PurgeOutputs(Outputs):
    """What a purge gives back.

    Attributes:
        size: How many were removed.
    """

    size: int


class PurgeKV(
    Task,
    type="io.kestra.plugin.core.kv.PurgeKV",
    deprecated_properties=("expiredOnly",),
    example="""
type: io.kestra.plugin.core.kv.PurgeKV
namespacePattern: company.*
keyPattern: "tmp_*"
behavior:
  type: key
  expiredOnly: false
""",
):
    """Removes many values from key-value stores, or older versions of values.

    Attributes:
        namespaces: Whose stores; give these or a pattern, else all are purged.
        namespace_pattern: Those whose name fits.
        include_child_namespaces: Whether namespaces below those are purged too.
        key_pattern: Only keys that fit.
        behavior: What is purged.
        expired_only: Old place of ``behavior.expiredOnly``.
    """

    namespaces: list[str] | None = None
    namespace_pattern: str | None = None
    include_child_namespaces: bool = True
    key_pattern: str | None = None
    behavior: KvPurgeBehavior = Field(default_factory=KvPurgeBehavior)
    expired_only: bool | None = None

    def run(self, ctx: RunContext) -> PurgeOutputs:
        """Purge the store of each namespace."""
        behavior = self.behavior
        expired_only = behavior.expired_only if self.expired_only is None else self.expired_only
        namespaces = selected_namespaces(ctx, self.namespaces, self.namespace_pattern, self.include_child_namespaces)
        ctx.log.info("purging %s namespaces: [%s]", len(namespaces), ", ".join(namespaces))
        size = sum(
            int(
                ctx.call(
                    "kv.purge",
                    namespace=namespace,
                    key_pattern=self.key_pattern,
                    target=behavior.type,
                    expired_only=expired_only,
                    before=behavior.before,
                    keep_amount=behavior.keep_amount,
                )
            )
            for namespace in namespaces
        )
        ctx.log.info("purged %s keys", size)
        return PurgeOutputs(size=size)
