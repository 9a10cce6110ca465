"""Go scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import GO
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.go.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.go.Commands
env:
  NAME: "{{ inputs.name }}"
commands:
  - go run main.go
""",
):
    """Runs commands in a shell that has Go."""

    container_image: str = "golang"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, GO)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.go.Script",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.go.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  package main
  import ("fmt"; "os")
  func main() {
    fmt.Println(os.Getenv("NAME"))
  }
""",
):
    """Runs a Go program."""

    container_image: str = "golang"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, GO)
