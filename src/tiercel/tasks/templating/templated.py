"""A task made from a template when it runs."""

from __future__ import annotations

from tiercel.plugins import Json, RunContext, Task


class TemplatedTask(
    Task,
    type="io.kestra.plugin.core.templating.TemplatedTask",
    aliases=("io.kestra.core.tasks.templating.TemplatedTask",),
    example="""
type: io.kestra.plugin.core.templating.TemplatedTask
spec: |
  type: io.kestra.plugin.core.log.Log
  message: "{{ inputs.text }}"
""",
):
    """Renders a text to the YAML of a task and runs that task in its own place.

    Attributes:
        spec: The YAML; expressions the task itself shall render stand between ``raw`` tags.
    """

    spec: str

    def run(self, ctx: RunContext) -> dict[str, Json] | None:
        """Have it run in the place of this task."""
        outputs: dict[str, Json] | None = ctx.call("tasks.run", spec=self.spec)
        return outputs
