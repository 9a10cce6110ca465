"""Reading the key-value store."""

from __future__ import annotations

from tiercel.plugins import Json, Outputs, RunContext, Task
from tiercel.tasks.kv.namespaces import missing, reachable
from tiercel.tasks.kv.values import shown_value

_OWN = "{{ flow.namespace }}"


class GetOutputs(Outputs):
    """What a Get gives back.

    Attributes:
        value: The value, None when there is none.
    """

    value: Json = None


class Get(
    Task,
    type="io.kestra.plugin.core.kv.Get",
    example="""
type: io.kestra.plugin.core.kv.Get
key: last_run
errorOnMissing: true
""",
):
    """Reads a value of the key-value store.

    Attributes:
        key: Its key.
        namespace: Where it is. When this is the flow's own, parent namespaces are searched too.
        error_on_missing: Whether a missing key fails the task.
    """

    key: str
    namespace: str = _OWN
    error_on_missing: bool = False

    def run(self, ctx: RunContext) -> GetOutputs:
        """Look in the namespace, then, for the flow's own, in those above it."""
        namespace = reachable(ctx, self.namespace)
        while namespace:
            entry = ctx.call("kv.get", namespace=namespace, key=self.key)
            if entry is not None:
                return GetOutputs(value=shown_value(entry.get("type"), entry["value"], ctx.dialect))
            namespace = namespace.rpartition(".")[0] if self.namespace == ctx.facts.namespace else ""
        if self.error_on_missing:
            raise missing(self.key, self.namespace)
        return GetOutputs()


class GetKeysOutputs(Outputs):
    """What a GetKeys gives back.

    Attributes:
        keys: In order.
    """

    keys: list[str]


class GetKeys(
    Task,
    type="io.kestra.plugin.core.kv.GetKeys",
    example="""
type: io.kestra.plugin.core.kv.GetKeys
prefix: customer_
""",
):
    """Lists keys of the key-value store.

    Attributes:
        prefix: What they begin with; all when nothing is said.
        namespace: Where they are.
    """

    prefix: str | None = None
    namespace: str = _OWN

    def run(self, ctx: RunContext) -> GetKeysOutputs:
        """Ask for them."""
        namespace = reachable(ctx, self.namespace)
        return GetKeysOutputs(keys=ctx.call("kv.list", namespace=namespace, prefix=self.prefix or ""))
