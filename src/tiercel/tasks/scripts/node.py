"""Node.js scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import NODE
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.node.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.node.Commands
env:
  NAME: "{{ inputs.name }}"
commands:
  - node main.js
""",
):
    """Runs commands in a shell that has Node.js."""

    container_image: str = "node"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, NODE)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.node.Script",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.node.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  console.log(process.env.NAME);
""",
):
    """Runs a JavaScript program."""

    container_image: str = "node"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, NODE)
