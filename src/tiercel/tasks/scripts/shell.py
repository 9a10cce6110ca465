"""Shell scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import SHELL
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script
from tiercel.tasks.scripts.watching import CommandsWatch, SourceWatch, WatchOutputs, look


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


class CommandsTrigger(
    CommandsWatch,
    type="io.kestra.plugin.scripts.shell.CommandsTrigger",
    outputs=WatchOutputs,
    example="""
type: io.kestra.plugin.scripts.shell.CommandsTrigger
interval: PT5M
commands:
  - test -e /srv/inbox/ready
exitCondition: exit 0
""",
):
    """Starts an execution when commands, run in a shell, end as expected."""

    container_image: str = "ubuntu"

    def evaluate(self, ctx: RunContext) -> WatchOutputs | None:
        """Run them."""
        return look(ctx, self, lambda ctx, given: Commands(**given).run(ctx))


class ScriptTrigger(
    SourceWatch,
    type="io.kestra.plugin.scripts.shell.ScriptTrigger",
    outputs=WatchOutputs,
    example="""
type: io.kestra.plugin.scripts.shell.ScriptTrigger
interval: PT5M
script: |
  test -e /srv/inbox/ready
exitCondition: exit 0
""",
):
    """Starts an execution when a shell script ends as expected."""

    container_image: str = "ubuntu"

    def evaluate(self, ctx: RunContext) -> WatchOutputs | None:
        """Run it."""
        return look(ctx, self, lambda ctx, given: Script(**given).run(ctx))
