"""Waiting."""

from __future__ import annotations

from datetime import timedelta

from tiercel.plugins import RunContext, Task, duration_text


class Sleep(
    Task,
    type="io.kestra.plugin.core.flow.Sleep",
    example="""
type: io.kestra.plugin.core.flow.Sleep
duration: PT5S
""",
):
    """Waits for a time.

    Attributes:
        duration: How long.
    """

    duration: timedelta

    def run(self, ctx: RunContext) -> None:
        """Wait; a kill or a timeout ends it early."""
        ctx.log.info("Waiting for %s", duration_text(self.duration))
        ctx.wait(self.duration.total_seconds())
