"""Tasks for looking at values."""

from __future__ import annotations

from tiercel.plugins import Dialect, Json, LogLevel, Outputs, RunContext, Task


class ReturnOutputs(Outputs):
    """What a Return gives back.

    Attributes:
        value: The rendered text.
    """

    value: str | None = None


class Return(
    Task,
    type="io.kestra.plugin.core.debug.Return",
    aliases=("io.kestra.core.tasks.debugs.Return",),
    inline=True,
    outputs=ReturnOutputs,
    example="""
type: io.kestra.plugin.core.debug.Return
format: "{{ flow.id }} in {{ flow.namespace }}"
""",
):
    """Gives a text as output.

    Attributes:
        format: The text.
    """

    format: str | None = None

    def run(self, ctx: RunContext) -> dict[str, Json]:
        """Log the text at DEBUG and hand it on."""
        if self.format is None:
            return {}
        ctx.log.debug(self.format)
        ctx.counter("length", len(self.format))
        ctx.timer("duration", 0.0)
        return {"value": self.format}


class Echo(
    Task,
    type="io.kestra.plugin.core.debug.Echo",
    aliases=("io.kestra.core.tasks.debugs.Echo",),
    inline=True,
    dialects=(Dialect.V1_3,),
    deprecated=True,
    example="""
type: io.kestra.plugin.core.debug.Echo
format: "{{ inputs.name }}"
""",
):
    """Writes a text to the log; ``log.Log`` does the same.

    Attributes:
        format: The text.
        level: Its severity.
    """

    format: str | None = None
    level: LogLevel = LogLevel.INFO

    def run(self, ctx: RunContext) -> None:
        """Write the line."""
        ctx.log.write(self.level, self.format or "")
