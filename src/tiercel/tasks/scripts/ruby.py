"""Ruby scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import RUBY
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script
from tiercel.tasks.scripts.watching import CommandsWatch, SourceWatch, WatchOutputs, look


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.ruby.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.ruby.Commands
env:
  NAME: "{{ inputs.name }}"
inputFiles:
  main.rb: |
    puts ENV["NAME"]
commands:
  - ruby main.rb
""",
):
    """Runs commands in a shell that has Ruby."""

    container_image: str = "ruby"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, RUBY)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.ruby.Script",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.ruby.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  puts ENV["NAME"]
""",
):
    """Runs a Ruby program."""

    container_image: str = "ruby"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, RUBY)


class CommandsTrigger(
    CommandsWatch,
    type="io.kestra.plugin.scripts.ruby.CommandsTrigger",
    outputs=WatchOutputs,
    example="""
type: io.kestra.plugin.scripts.ruby.CommandsTrigger
interval: PT5M
commands:
  - ruby check.rb
exitCondition: exit 0
""",
):
    """Starts an execution when commands, run in a shell that has Ruby, end as expected."""

    container_image: str = "ruby"

    def evaluate(self, ctx: RunContext) -> WatchOutputs | None:
        """Run them."""
        return look(ctx, self, lambda ctx, given: Commands(**given).run(ctx))


class ScriptTrigger(
    SourceWatch,
    type="io.kestra.plugin.scripts.ruby.ScriptTrigger",
    outputs=WatchOutputs,
    example="""
type: io.kestra.plugin.scripts.ruby.ScriptTrigger
interval: PT5M
script: |
  exit 3
exitCondition: exit 3
""",
):
    """Starts an execution when a Ruby program ends as expected."""

    container_image: str = "ruby"

    def evaluate(self, ctx: RunContext) -> WatchOutputs | None:
        """Run it."""
        return look(ctx, self, lambda ctx, given: Script(**given).run(ctx))
