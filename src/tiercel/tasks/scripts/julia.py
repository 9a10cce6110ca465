"""Julia scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import JULIA
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.julia.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.julia.Commands
env:
  NAME: "{{ inputs.name }}"
inputFiles:
  main.jl: |
    println(ENV["NAME"])
commands:
  - julia main.jl
""",
):
    """Runs commands in a shell that has Julia."""

    container_image: str = "julia"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, JULIA)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.julia.Script",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.julia.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  println(ENV["NAME"])
""",
):
    """Runs a Julia program."""

    container_image: str = "julia"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, JULIA)
