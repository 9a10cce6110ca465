"""Shell scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import SHELL
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.shell.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.shell.Commands
env:
  NAME: "{{ inputs.name }}"
commands:
  - echo "$NAME"
""",
):
    """Runs commands in a shell."""

    container_image: str = "ubuntu"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, SHELL)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.shell.Script",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.shell.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  echo "$NAME"
""",
):
    """Runs a shell script."""

    container_image: str = "ubuntu"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, SHELL)
