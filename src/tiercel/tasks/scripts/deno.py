"""Deno scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import DENO
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.deno.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.deno.Commands
env:
  NAME: "{{ inputs.name }}"
inputFiles:
  main.ts: |
    console.log(Deno.env.get("NAME"));
commands:
  - deno run --allow-all main.ts
""",
):
    """Runs commands in a shell that has Deno."""

    container_image: str = "denoland/deno"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, DENO)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.deno.Script",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.deno.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  console.log(Deno.env.get("NAME"));
""",
):
    """Runs a TypeScript or JavaScript program."""

    container_image: str = "denoland/deno"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, DENO)
