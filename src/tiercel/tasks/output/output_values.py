"""Outputs of a flow's own making."""

from __future__ import annotations

from tiercel.plugins import Json, Outputs, RunContext, Task


class ValuesOutputs(Outputs):
    """What OutputValues gives back.

    Attributes:
        values: The rendered values.
    """

    values: dict[str, Json]


class OutputValues(
    Task,
    type="io.kestra.plugin.core.output.OutputValues",
    inline=True,
    outputs=ValuesOutputs,
    example="""
type: io.kestra.plugin.core.output.OutputValues
values:
  total: "{{ outputs.count.value }}"
""",
):
    """Gives values of your choice as outputs.

    Attributes:
        values: By name; each is rendered to text, structures keep their form.
    """

    values: dict[str, Json] | None = None

    def run(self, ctx: RunContext) -> dict[str, Json]:  # noqa: ARG002 (the signature every task has)
        """Hand the values on."""
        return {"values": self.values or {}}
