"""Go scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import GO
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script
from tiercel.tasks.scripts.watching import CommandsWatch, SourceWatch, WatchOutputs, look


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.go.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.go.Commands
env:
  NAME: "{{ inputs.name }}"
inputFiles:
  main.go: |
    package main
    import ("fmt"; "os")
    func main() {
      fmt.Println(os.Getenv("NAME"))
    }
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


class CommandsTrigger(
    CommandsWatch,
    type="io.kestra.plugin.scripts.go.CommandsTrigger",
    outputs=WatchOutputs,
    example="""
type: io.kestra.plugin.scripts.go.CommandsTrigger
interval: PT5M
commands:
  - go run check.go
exitCondition: exit 0
""",
):
    """Starts an execution when commands, run in a shell that has Go, end as expected."""

    container_image: str = "golang"

    def evaluate(self, ctx: RunContext) -> WatchOutputs | None:
        """Run them."""
        return look(ctx, self, lambda ctx, given: Commands(**given).run(ctx))


class ScriptTrigger(
    SourceWatch,
    type="io.kestra.plugin.scripts.go.ScriptTrigger",
    outputs=WatchOutputs,
    example="""
type: io.kestra.plugin.scripts.go.ScriptTrigger
interval: PT5M
script: |
  package main
  import "os"
  func main() { os.Exit(3) }
exitCondition: exit 3
""",
):
    """Starts an execution when a Go program ends as expected."""

    container_image: str = "golang"

    def evaluate(self, ctx: RunContext) -> WatchOutputs | None:
        """Run it."""
        return look(ctx, self, lambda ctx, given: Script(**given).run(ctx))
