"""PowerShell scripts."""

from __future__ import annotations

from pydantic import Field

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import POWERSHELL
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.powershell.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.powershell.Commands
env:
  NAME: "{{ inputs.name }}"
commands:
  - Write-Output $env:NAME
""",
):
    """Runs commands in a shell that has PowerShell."""

    container_image: str = "ghcr.io/kestra-io/powershell:latest"
    interpreter: list[str] = Field(default_factory=lambda: ["pwsh", "-NoProfile", "-NonInteractive", "-Command"])

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, POWERSHELL)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.powershell.Script",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.powershell.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  Write-Output $env:NAME
""",
):
    """Runs a PowerShell program."""

    container_image: str = "ghcr.io/kestra-io/powershell:latest"
    interpreter: list[str] = Field(default_factory=lambda: ["pwsh", "-NoProfile", "-NonInteractive", "-Command"])

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, POWERSHELL)
