"""Tasks that decide how an execution ends."""

from __future__ import annotations

from typing import Literal

from tiercel.plugins import (
    Dialect,
    Effects,
    ExpressionError,
    LogLevel,
    Raw,
    RunContext,
    State,
    Task,
    TaskError,
    is_truthy,
)

_STATES = {"CANCELED": State.CANCELLED}


class Fail(
    Task,
    type="io.kestra.plugin.core.execution.Fail",
    aliases=("io.kestra.core.tasks.executions.Fail",),
    inline=True,
    example="""
type: io.kestra.plugin.core.execution.Fail
condition: "{{ outputs.count.value == 0 }}"
errorMessage: There is nothing to do
""",
):
    """Fails, always or when a condition holds.

    Attributes:
        condition: Fail only when this holds.
        error_message: What to say.
    """

    condition: str | None = None
    error_message: str = "Task failure"

    def run(self, ctx: RunContext) -> None:
        """Fail, unless the condition does not hold."""
        if self.condition is None:
            raise TaskError(self.error_message)
        if is_truthy(self.condition):
            ctx.log.error(self.error_message)
            raise TaskError("Fail on a condition")


class Exit(
    Task,
    type="io.kestra.plugin.core.execution.Exit",
    inline=True,
    updates=True,
    example="""
type: io.kestra.plugin.core.execution.Exit
state: WARNING
""",
):
    """Ends the execution at once in a given state.

    Attributes:
        state: The state to end in.
    """

    state: Literal["SUCCESS", "WARNING", "KILLED", "FAILED", "CANCELED", "CANCELLED"] = "SUCCESS"

    def run(self, ctx: RunContext) -> None:
        """Ask for the end."""
        if self.state == "CANCELED" and ctx.dialect is Dialect.V2_0:
            raise TaskError("There is no state CANCELED: it is spelled CANCELLED")
        ctx.change(Effects(exit_state=_STATES.get(self.state) or State(self.state)))


class Assert(
    Task,
    type="io.kestra.plugin.core.execution.Assert",
    inline=True,
    example="""
type: io.kestra.plugin.core.execution.Assert
conditions:
  - "{{ inputs.count > 0 }}"
errorMessage: The input is out of range
""",
):
    """Fails unless all conditions hold.

    Attributes:
        conditions: Each is false only when it renders to ``false``, ``0``, ``-0`` or nothing.
        error_message: What to say beside the number of failures.
    """

    conditions: Raw[list[str]]
    error_message: str | None = None

    def run(self, ctx: RunContext) -> None:
        """Test all conditions, logging those that do not hold."""
        failed = sum(not self._holds(ctx, condition) for condition in self.conditions)
        ctx.counter("success", len(self.conditions) - failed)
        ctx.counter("failed", failed)
        if failed:
            count = f"{failed} assertion{'s' if failed > 1 else ''} failed!"
            raise TaskError(f"{count}\n{self.error_message}" if self.error_message else count)

    def _holds(self, ctx: RunContext, condition: str) -> bool:
        try:
            holds = is_truthy(str(ctx.render(condition)))
        except ExpressionError as error:
            ctx.log.write(LogLevel.ERROR, "Assertion `%s` failed, failed to render `%s`", condition, error)
            return False
        if not holds:
            ctx.log.error("Assertion `%s` failed!", condition)
        return holds
