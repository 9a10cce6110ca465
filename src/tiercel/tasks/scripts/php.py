"""PHP scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import PHP
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.php.Commands",
    deprecated_properties=DEPRECATED,
    example=r"""
type: io.kestra.plugin.scripts.php.Commands
env:
  NAME: "{{ inputs.name }}"
inputFiles:
  main.php: |
    <?php echo getenv("NAME"), "\n";
commands:
  - php main.php
""",
):
    """Runs commands in a shell that has PHP."""

    container_image: str = "php"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, PHP)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.php.Script",
    deprecated_properties=DEPRECATED,
    example=r"""
type: io.kestra.plugin.scripts.php.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  <?php echo getenv("NAME"), "\n";
""",
):
    """Runs a PHP program."""

    container_image: str = "php"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, PHP)
