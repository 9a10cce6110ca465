"""Bun scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import BUN
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.bun.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.bun.Commands
env:
  NAME: "{{ inputs.name }}"
inputFiles:
  main.ts: |
    console.log(process.env.NAME);
commands:
  - bun run main.ts
""",
):
    """Runs commands in a shell that has Bun."""

    container_image: str = "oven/bun"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, BUN)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.bun.Script",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.bun.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  console.log(process.env.NAME);
""",
):
    """Runs a TypeScript or JavaScript program."""

    container_image: str = "oven/bun"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, BUN)
