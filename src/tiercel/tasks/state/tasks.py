"""State kept between executions of a flow, in the key-value store of its namespace."""

from __future__ import annotations

from tiercel.plugins import Dialect, Json, Outputs, RunContext, Task, TaskError
from tiercel.tasks.state.murmur import murmur128

_KIND = "tasks-states"


class StateTask(Task):
    """A task on a state.

    Attributes:
        name: Which state.
        namespace: Whether all flows of the namespace share it.
        taskrun_value: Whether each iteration has its own.
    """

    name: str = "default"
    namespace: bool = False
    taskrun_value: bool = True

    def key(self, ctx: RunContext) -> str:
        """Give where it is kept."""
        return state_key(ctx, self.name, is_shared=self.namespace, has_value=self.taskrun_value)

    def missing(self, key: str) -> TaskError:
        """Say that there is none."""
        return TaskError(f"State '{self.name}' not found: nothing is stored under '{key}'")


class SetOutputs(Outputs):
    """What a Set gives back.

    Attributes:
        count: How many values there are now.
        key: Where they are kept.
    """

    count: int
    key: str


class Set(
    StateTask,
    type="io.kestra.plugin.core.state.Set",
    aliases=("io.kestra.core.tasks.states.Set",),
    dialects=(Dialect.V1_3,),
    deprecated=True,
    example="""
type: io.kestra.plugin.core.state.Set
name: cursor
data:
  last_id: "{{ outputs.load.vars.last_id }}"
""",
):
    """Adds values to a state, replacing those of the same name.

    Attributes:
        data: The values.
    """

    data: dict[str, Json] | None = None

    def run(self, ctx: RunContext) -> SetOutputs:
        """Read, add, write."""
        key = self.key(ctx)
        data = {**(_stored(ctx, key) or {}), **(self.data or {})}
        ctx.call("kv.set", namespace=ctx.facts.namespace, key=key, value=data)
        return SetOutputs(count=len(data), key=key)


class GetOutputs(Outputs):
    """What a Get gives back.

    Attributes:
        count: How many values there are.
        data: The values.
    """

    count: int
    data: dict[str, Json]


class Get(
    StateTask,
    type="io.kestra.plugin.core.state.Get",
    aliases=("io.kestra.core.tasks.states.Get",),
    dialects=(Dialect.V1_3,),
    deprecated=True,
    example="""
type: io.kestra.plugin.core.state.Get
name: cursor
""",
):
    """Reads a state.

    Attributes:
        error_on_missing: Whether a missing state fails the task.
    """

    error_on_missing: bool = False

    def run(self, ctx: RunContext) -> GetOutputs:
        """Read it."""
        key = self.key(ctx)
        data = _stored(ctx, key)
        if data is None and self.error_on_missing:
            raise self.missing(key)
        return GetOutputs(count=len(data or {}), data=data or {})


class DeleteOutputs(Outputs):
    """What a Delete gives back.

    Attributes:
        deleted: Whether there was one.
    """

    deleted: bool


class Delete(
    StateTask,
    type="io.kestra.plugin.core.state.Delete",
    aliases=("io.kestra.core.tasks.states.Delete",),
    dialects=(Dialect.V1_3,),
    deprecated=True,
    example="""
type: io.kestra.plugin.core.state.Delete
name: cursor
""",
):
    """Removes a state.

    Attributes:
        error_on_missing: Whether a missing state fails the task.
    """

    error_on_missing: bool = False

    def run(self, ctx: RunContext) -> DeleteOutputs:
        """Remove it."""
        key = self.key(ctx)
        deleted = bool(ctx.call("kv.delete", namespace=ctx.facts.namespace, key=key))
        if not deleted and self.error_on_missing:
            raise self.missing(key)
        return DeleteOutputs(deleted=deleted)


def state_key(ctx: RunContext, name: str, *, is_shared: bool, has_value: bool) -> str:
    """Give the key of a state in the key-value store."""
    value = ctx.facts.value if has_value else None
    owner = () if is_shared else (ctx.facts.flow_id,)
    own = () if value is None else (murmur128(value.encode()),)
    return "_".join((*owner, "states", _KIND, name, *own))


def _stored(ctx: RunContext, key: str) -> dict[str, Json] | None:
    entry = ctx.call("kv.get", namespace=ctx.facts.namespace, key=key)
    return None if entry is None else dict(entry["value"])
