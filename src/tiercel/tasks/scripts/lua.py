"""Lua scripts."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import LUA
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script


class Commands(
    CommandsTask,
    type="io.kestra.plugin.scripts.lua.Commands",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.lua.Commands
env:
  NAME: "{{ inputs.name }}"
inputFiles:
  main.lua: |
    print(os.getenv("NAME"))
commands:
  - lua main.lua
""",
):
    """Runs commands in a shell that has Lua."""

    container_image: str = "nickblah/lua"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, LUA)


class Script(
    SourceTask,
    type="io.kestra.plugin.scripts.lua.Script",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.scripts.lua.Script
env:
  NAME: "{{ inputs.name }}"
script: |
  print(os.getenv("NAME"))
""",
):
    """Runs a Lua program."""

    container_image: str = "nickblah/lua"

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, LUA)
