"""Writing to the log."""

from __future__ import annotations

from tiercel.plugins import LogLevel, RunContext, Task


class Log(
    Task,
    type="io.kestra.plugin.core.log.Log",
    aliases=("io.kestra.core.tasks.log.Log",),
    inline=True,
    example="""
type: io.kestra.plugin.core.log.Log
level: WARN
message: "{{ inputs.count }} rows are missing"
""",
):
    """Writes one or more lines to the log.

    Attributes:
        message: The line, or a list of lines.
        level: Their severity.
    """

    message: str | list[str]
    level: LogLevel = LogLevel.INFO

    def run(self, ctx: RunContext) -> None:
        """Write the lines in order."""
        if isinstance(self.message, str):
            ctx.log.write(self.level, self.message)
        else:
            for line in self.message:
                ctx.log.write(self.level, line)
