"""Switching triggers on and off."""

from __future__ import annotations

from tiercel.plugins import Dialect, RunContext, Static, Task


class Toggle(
    Task,
    type="io.kestra.plugin.core.trigger.Toggle",
    aliases=("io.kestra.core.tasks.trigger.Toggle",),
    dialects=(Dialect.V1_3,),
    deprecated=True,
    example="""
type: io.kestra.plugin.core.trigger.Toggle
trigger: nightly
enabled: false
""",
):
    """Switches a trigger on or off.

    Attributes:
        trigger: Its id.
        namespace: Of its flow; of this one when nothing is said.
        flow_id: Its flow; this one when nothing is said.
        enabled: Whether it is to be on.
    """

    trigger: str
    namespace: str | None = None
    flow_id: str | None = None
    enabled: Static[bool] = False

    def run(self, ctx: RunContext) -> None:
        """Ask for it."""
        ctx.call(
            "triggers.toggle",
            namespace=self.namespace or ctx.facts.namespace,
            flow_id=self.flow_id or ctx.facts.flow_id,
            trigger_id=self.trigger,
            is_enabled=self.enabled,
        )
