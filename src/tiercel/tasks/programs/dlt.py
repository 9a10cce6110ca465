"""Loading data with dlt."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.scripts.language import PYTHON
from tiercel.tasks.scripts.properties import DEPRECATED, CommandsTask, ScriptOutputs, SourceTask
from tiercel.tasks.scripts.run import run_script

_IMAGE = "ghcr.io/kestra-io/dlt"


class CLI(
    CommandsTask,
    type="io.kestra.plugin.dlt.CLI",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.dlt.CLI
beforeCommands:
  - pip install --quiet "dlt[duckdb]"
commands:
  - dlt --version
""",
):
    """Runs commands in a shell that has dlt."""

    container_image: str = _IMAGE

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run them."""
        return run_script(ctx, self, PYTHON)


class Run(
    SourceTask,
    type="io.kestra.plugin.dlt.Run",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.dlt.Run
beforeCommands:
  - pip install --quiet "dlt[duckdb]"
script: |
  import dlt

  pipeline = dlt.pipeline(pipeline_name="orders", destination="duckdb", dataset_name="raw")
  print(pipeline.run([{"id": 1, "total": 9.5}], table_name="orders"))
""",
):
    """Runs a Python program that loads data with dlt."""

    container_image: str = _IMAGE

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Run it."""
        return run_script(ctx, self, PYTHON)
