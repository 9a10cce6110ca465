"""Variables of the execution."""

from __future__ import annotations

from tiercel.plugins import Dialect, Effects, Json, RunContext, Task, TaskError


class SetVariables(
    Task,
    type="io.kestra.plugin.core.execution.SetVariables",
    inline=True,
    updates=True,
    example="""
type: io.kestra.plugin.core.execution.SetVariables
variables:
  cursor: "{{ outputs.load.value }}"
""",
):
    """Sets variables of the execution; maps are merged into those that are there.

    Attributes:
        variables: By name; each is rendered to text, structures keep their form.
        overwrite: Whether variables that are there already may be set; otherwise the task fails.
    """

    variables: dict[str, Json]
    overwrite: bool = True

    def run(self, ctx: RunContext) -> None:
        """Ask for it."""
        if not self.overwrite and (taken := sorted(self.variables.keys() & _present(ctx).keys())):
            names = ", ".join(taken)
            raise TaskError(f"`overwrite` is set to false and the following variables already exist: {names}")
        ctx.change(Effects(set_variables=self.variables))


class UnsetVariables(
    Task,
    type="io.kestra.plugin.core.execution.UnsetVariables",
    inline=True,
    updates=True,
    example="""
type: io.kestra.plugin.core.execution.UnsetVariables
variables:
  - cursor
  - settings.mail
ignoreMissing: true
""",
):
    """Removes variables of the execution, those of the flow included.

    Attributes:
        variables: Their names; dots lead into maps.
        ignore_missing: Whether a missing one is no failure (it is none in the 1.3 dialect).
    """

    variables: list[str]
    ignore_missing: bool = False

    def run(self, ctx: RunContext) -> None:
        """Ask for it."""
        if not self.ignore_missing and ctx.dialect is Dialect.V2_0:
            present = _present(ctx)
            for name in self.variables:
                if not _has(present, name.split(".")):
                    last = name.rpartition(".")[2]
                    raise TaskError(f"Variable '{last}' not found and `ignoreMissing` is false")
        ctx.change(Effects(unset_variables=self.variables))


def _present(ctx: RunContext) -> dict[str, Json]:
    present = ctx.render("{{ vars ?? {} }}", is_typed=True)
    return dict(present) if present else {}


def _has(value: Json, path: list[str]) -> bool:
    for name in path:
        if not isinstance(value, dict) or name not in value:
            return False
        value = value[name]
    return True
