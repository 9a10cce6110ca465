"""Node.js scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import NODE
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script
from tiercel.tasks.scripts.watching import CommandsWatch, SourceWatch, WatchOutputs, look


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.node.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.node.Commands
env:
  NAME: "{{ inputs.name }}"
inputFiles:
  main.js: |
    console.log(process.env.NAME);
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


class CommandsTrigger(
    CommandsWatch,
    type="io.kestra.plugin.scripts.node.CommandsTrigger",
    outputs=WatchOutputs,
    example="""
type: io.kestra.plugin.scripts.node.CommandsTrigger
interval: PT5M
commands:
  - node check.js
exitCondition: exit 0
""",
):
    """Starts an execution when commands, run in a shell that has Node.js, end as expected."""

    container_image: str = "node"

    def evaluate(self, ctx: RunContext) -> WatchOutputs | None:
        """Run them."""
        return look(ctx, self, lambda ctx, given: Commands(**given).run(ctx))


class ScriptTrigger(
    SourceWatch,
    type="io.kestra.plugin.scripts.node.ScriptTrigger",
    outputs=WatchOutputs,
    example="""
type: io.kestra.plugin.scripts.node.ScriptTrigger
interval: PT5M
script: |
  process.exit(3);
exitCondition: exit 3
""",
):
    """Starts an execution when a JavaScript program ends as expected."""

    container_image: str = "node"

    def evaluate(self, ctx: RunContext) -> WatchOutputs | None:
        """Run it."""
        return look(ctx, self, lambda ctx, given: Script(**given).run(ctx))
