"""Removing older revisions of flows."""

from __future__ import annotations

from pydantic import Field

from tiercel.plugins import Dialect, Outputs, Properties, RunContext, Task
from tiercel.tasks.namespace.selection import selected_namespaces


class Version(Properties):
    """Which revisions are removed.

    Attributes:
        type: Only ``version``.
        before: Those made before this date.
        keep_amount: All but so many of the newest.
    """

    type: str = "version"
    before: str | None = None
    keep_amount: int | None = Field(default=None, ge=1)


class PurgeFlowsOutputs(Outputs):
    """What a PurgeFlows gives back.

    Attributes:
        size: How many revisions were removed.
    """

    size: int


class PurgeFlows(
    Task,
    type="io.kestra.plugin.core.flow.PurgeFlows",
    dialects=(Dialect.V2_0,),
    example="""
type: io.kestra.plugin.core.flow.PurgeFlows
namespace: company.team
behavior:
  keepAmount: 10
""",
):
    """Removes older revisions of flows.

    Attributes:
        namespace: Only flows of this namespace.
        flow_id: Only this flow.
        namespaces: Only flows of these; give these or a pattern.
        namespace_pattern: Only flows of namespaces that fit.
        include_child_namespaces: Whether namespaces below those are purged too.
        flow_pattern: Only flows whose id fits.
        behavior: Which revisions.
    """

    namespace: str | None = None
    flow_id: str | None = None
    namespaces: list[str] | None = None
    namespace_pattern: str | None = None
    include_child_namespaces: bool = True
    flow_pattern: str | None = None
    behavior: Version = Field(default_factory=lambda: Version(keep_amount=1))

    def run(self, ctx: RunContext) -> PurgeFlowsOutputs:
        """Purge the flows of each namespace."""
        names = [self.namespace] if self.namespace else self.namespaces
        below = self.include_child_namespaces and not self.namespace
        size = sum(
            int(
                ctx.call(
                    "flows.purge_revisions",
                    namespace=namespace,
                    flow_id=self.flow_id,
                    flow_pattern=self.flow_pattern,
                    before=self.behavior.before,
                    keep_amount=self.behavior.keep_amount,
                )
            )
            for namespace in selected_namespaces(ctx, names, self.namespace_pattern, below)
        )
        return PurgeFlowsOutputs(size=size)
