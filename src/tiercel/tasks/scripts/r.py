"""R scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import R
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.r.Commands",
    deprecated_properties=DEPRECATED,
    example=r"""
type: io.kestra.plugin.scripts.r.Commands
env:
  NAME: "{{ inputs.name }}"
inputFiles:
  main.R: |
    cat(Sys.getenv("NAME"), "\n")
commands:
  - Rscript main.R
""",
):
    """Runs commands in a shell that has R."""

    container_image: str = "r-base"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, R)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.r.Script",
    deprecated_properties=DEPRECATED,
    example=r"""
type: io.kestra.plugin.scripts.r.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  cat(Sys.getenv("NAME"), "\n")
""",
):
    """Runs an R program."""

    container_image: str = "r-base"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, R)
