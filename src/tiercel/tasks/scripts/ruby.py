"""Ruby scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import RUBY
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.ruby.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.ruby.Commands
env:
  NAME: "{{ inputs.name }}"
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
