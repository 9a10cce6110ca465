"""What tasks of command line programs have in common: lines of a shell, and where they run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from tiercel.errors import Violation
from tiercel.plugins import Json, Raw, RunContext, Task
from tiercel.tasks.flow.working_directory import NamespaceFiles
from tiercel.tasks.scripts.language import SHELL
from tiercel.tasks.scripts.properties import CommandsTask, DockerOptions, ScriptOutputs
from tiercel.tasks.scripts.run import Preparation, run_script

DEPRECATED = ("docker",)


class ProgramTask(Task):
    """Properties of every task of a program.

    Attributes:
        commands: The lines, all run by one shell, one after another; the first that fails ends the task.
        env: Variables of the lines: the safe way to hand them values.
        namespace_files: Namespace files put into the working directory.
        input_files: Files put there: path to content, or to the URI of a stored file. A safe way too.
        output_files: Patterns of the files to store at the end.
        task_runner: Where the lines run; the setting ``scripts.runner`` decides when it is missing.
        container_image: The image of the container, for task runners with containers.
        docker: How a container runs them; write ``taskRunner`` instead.
    """

    script_properties: ClassVar[tuple[str, ...]] = ("commands",)

    commands: Raw[list[Json] | str]
    env: Raw[dict[str, Json] | str] | None = None
    namespace_files: NamespaceFiles | None = None
    input_files: dict[str, str] | str | None = None
    output_files: list[str] | None = None
    task_runner: Raw[dict[str, Json]] | None = None
    container_image: str = ""
    docker: DockerOptions | None = None

    @classmethod
    def inspect(cls, written: Mapping[str, Json]) -> Iterator[Violation]:
        """Check the lines, as for scripts."""
        yield from CommandsTask.inspect(written)


class PreparedProgramTask(ProgramTask):
    """Properties of tasks whose lines can have others before them.

    Attributes:
        before_commands: Lines run first, by the same shell.
    """

    before_commands: Raw[list[Json] | str] | None = None


def run_program(
    ctx: RunContext,
    task: ProgramTask,
    *,
    lines: Sequence[str] = (),
    environment: Mapping[str, str | None] | None = None,
) -> ScriptOutputs:
    """Run the lines of a task of a program to their end.

    Args:
        ctx: Of the run.
        task: What to run.
        lines: Of the shell, run before all others, as they are; values go into ``environment``, never into them.
        environment: More variables, weaker than ``env``; None is left out.

    Raises:
        ScriptFailedError: They did not end well; what they produced all the same is in the error.
        TaskError: They were stopped, or could not be run.
    """
    known = {name: value for name, value in (environment or {}).items() if value is not None}
    prepared = Preparation(lines=tuple(lines), environment=known)
    return run_script(ctx, as_script(task), SHELL, lambda _runner, _bench: prepared)


def as_script(task: ProgramTask) -> CommandsTask:
    """Give the script that a task of a program comes to; what was written stays told from what was not."""
    shared = [name for name in type(task).model_fields if name in CommandsTask.model_fields]
    given = {name: getattr(task, name) for name in shared}
    return CommandsTask.model_construct(_fields_set=task.model_fields_set & set(shared), **given)
