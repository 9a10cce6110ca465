"""Installing dbt before its commands, which images and `beforeCommands` have replaced."""

from __future__ import annotations

import json
import shlex

from pydantic import Field

from tiercel.plugins import Json, RunContext
from tiercel.tasks.dbt.commands import script_of, write_profiles
from tiercel.tasks.scripts.language import PYTHON
from tiercel.tasks.scripts.properties import DEPRECATED, DockerOptions, ScriptOutputs, ScriptTask
from tiercel.tasks.scripts.run import Preparation, run_script

_PASSED = ("before_commands", "env", "interpreter", "fail_fast", "namespace_files", "input_files", "output_files")


class Setup(
    ScriptTask,
    type="io.kestra.plugin.dbt.cli.Setup",
    deprecated=True,
    deprecated_properties=(*DEPRECATED, "dockerOptions", "exitOnFailed"),
    example="""
type: io.kestra.plugin.dbt.cli.Setup
requirements:
  - dbt-duckdb
profiles:
  shop:
    outputs:
      dev:
        type: duckdb
        path: shop.duckdb
    target: dev
""",
):
    """Installs dbt into the working directory, for the commands after it in the same `WorkingDirectory`.

    Attributes:
        requirements: The packages, as for pip.
        profiles: The profiles, as a map or text.
        python_path: The Python to install it with.
        exit_on_failed: Has no effect: a line that fails ends the task, unless ``failFast`` is off.
        docker_options: How a container runs it; write ``taskRunner`` instead.
    """

    requirements: list[str]
    profiles: dict[str, Json] | str
    python_path: str = Field("python", min_length=1)
    container_image: str = "python"
    exit_on_failed: bool = True
    docker_options: DockerOptions | None = None

    def run(self, ctx: RunContext) -> ScriptOutputs:
        """Write the profiles, and install."""
        write_profiles(ctx, self.profiles if isinstance(self.profiles, str) else json.dumps(self.profiles))
        packages = shlex.join(self.requirements)
        lines = (
            f"{shlex.quote(self.python_path)} -m venv --system-site-packages .",
            f"./bin/pip install --quiet --disable-pip-version-check {packages}",
        )
        script = script_of(self, *_PASSED, "task_runner", "output_directory")
        return run_script(ctx, script, PYTHON, lambda _runner, _bench: Preparation(lines=lines))
