"""Perl scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import PERL
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.perl.Commands",
    deprecated_properties=DEPRECATED,
    example=r"""
type: io.kestra.plugin.scripts.perl.Commands
env:
  NAME: "{{ inputs.name }}"
inputFiles:
  main.pl: |
    print "$ENV{NAME}\n";
commands:
  - perl main.pl
""",
):
    """Runs commands in a shell that has Perl."""

    container_image: str = "perl"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, PERL)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.perl.Script",
    deprecated_properties=DEPRECATED,
    example=r"""
type: io.kestra.plugin.scripts.perl.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  print "$ENV{NAME}\n";
""",
):
    """Runs a Perl program."""

    container_image: str = "perl"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, PERL)
