"""Runs a script task: files in, program, output, files out.

The steps are the same for each language and each runner; what a language adds comes as data, what a task adds (an
environment of packages, for example) as a `Preparation`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tiercel.plugins import Exit, Json, Launch, RunContext, TaskError, TaskRunner
from tiercel.tasks.flow.directory_files import inside, put_input_files, put_namespace_files, take_output_files
from tiercel.tasks.scripts.choice import choose_runner, image_of
from tiercel.tasks.scripts.commands import file_line, free_path, lines_of, shell_command
from tiercel.tasks.scripts.failure import ScriptFailedError
from tiercel.tasks.scripts.files import fetch_addresses, own_project
from tiercel.tasks.scripts.language import Language
from tiercel.tasks.scripts.output import Output, ReadLine
from tiercel.tasks.scripts.properties import SHELL, CommandsTask, ScriptOutputs, ScriptTask, SourceTask

_OUTPUT_DIRECTORY = "outputs"
_WILD = frozenset("*?{[")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What has to be there before the script.

    Attributes:
        lines: Run first, before ``beforeCommands``.
        environment: More variables, weaker than ``env``.
        interpreter: The program in place of the first word of the language's command.
        is_warm: A kept interpreter may run the script.
    """

    lines: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    interpreter: str = ""
    is_warm: bool = False


Prepare = Callable[[TaskRunner, "Bench"], Preparation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where one script runs.

    Attributes:
        directory: Of its files, on this machine.
        place: The same directory as the script sees it.
        environment: The rendered ``env``.
        variables: What templates of the task see besides those of the run.
        folders: Folders whose files are all stored.
    """

    directory: Path
    place: str
    environment: Mapping[str, str]
    variables: Mapping[str, Json]
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Work:
    """One script and all that is known of it."""

    task: CommandsTask | SourceTask
    language: Language
    runner: TaskRunner
    bench: Bench
    prepared: Preparation


def run_script(
    ctx: RunContext,
    task: CommandsTask | SourceTask,
    language: Language,
    prepare: Prepare | None = None,
    folders: Sequence[str] = (),
    read_line: ReadLine | None = None,
) -> ScriptOutputs:
    """Run a script task to its end.

    Args:
        ctx: Of the run.
        task: What to run.
        language: Of the script.
        prepare: Gives what has to be there before.
        folders: Made in the working directory; their paths are ``outputDirs`` in templates, and all their files are
            stored.
        read_line: Tells how grave a line is that the program wrote.

    Raises:
        ScriptFailedError: It did not end well; what it produced all the same is in the error.
        TaskError: It was stopped, or could not be run.
    """
    runner = choose_runner(ctx, task)
    bench = _bench(ctx, task, runner, folders)
    if task.namespace_files is not None and task.namespace_files.enabled:
        put_namespace_files(ctx, bench.directory, task.namespace_files)
    put_input_files(ctx, bench.directory, task.input_files)
    prepared = prepare(runner, bench) if prepare is not None else Preparation()
    own: list[Path] = []
    launch = _launch(ctx, _Work(task, language, runner, bench, prepared), own)
    output = Output(ctx, read_line)
    try:
        with own_project(bench.directory, language.project if runner.is_here else ""):
            ended = runner.run(ctx, launch, output.write)
    finally:
        output.finish()
        for path in own:
            path.unlink(missing_ok=True)
    return _outcome(ctx, task, bench, output, ended)


def _bench(ctx: RunContext, task: ScriptTask, runner: TaskRunner, folders: Sequence[str]) -> Bench:
    directory = ctx.working_dir
    place = runner.place(ctx, directory)
    variables: dict[str, Json] = {"workingDir": place}
    stored = (*folders, *((_OUTPUT_DIRECTORY,) if task.output_directory else ()))
    for folder in stored:
        inside(directory, folder).mkdir(parents=True, exist_ok=True)
    if folders:
        variables["outputDirs"] = {one: f"{place}/{one}" for one in folders}
    if task.output_directory:
        variables["outputDir"] = f"{place}/{_OUTPUT_DIRECTORY}"
    names = [one for one in task.output_files or () if not _WILD & set(one)]
    if names:
        variables["outputFiles"] = {one: f"{place}/{one}" for one in names}
    return Bench(
        directory=directory,
        place=place,
        environment=_environment(ctx.render(task.env, variables)),
        variables=variables,
        folders=stored,
    )


def _environment(rendered: Json) -> dict[str, str]:
    if isinstance(rendered, str):
        try:
            rendered = json.loads(rendered) if rendered.strip() else None
        except ValueError as error:
            raise TaskError(f"env must be a map, or a text that renders to one in JSON: {error}") from None
    if rendered is None:
        return {}
    if not isinstance(rendered, Mapping):
        raise TaskError("env must be a map of names to values")
    found = {str(name): value for name, value in rendered.items() if value is not None}
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in found.items()}


def _launch(ctx: RunContext, work: _Work, own: list[Path]) -> Launch:
    """Describe the program; files written for it are added to ``own``."""
    task, language, bench, prepared = work.task, work.language, work.bench, work.prepared
    first = [*prepared.lines, *_lines(ctx, work, task.before_commands, "beforeCommands")]
    python_file: Path | None = None
    if isinstance(task, CommandsTask):
        command = _shell(task, [*first, *_lines(ctx, work, task.commands, "commands")], bench)
    else:
        text = str(ctx.render(task.script, bench.variables))
        text = fetch_addresses(ctx, bench.directory, bench.place, text)
        if not language.extension:
            command = _shell(task, [*first, text], bench)
        else:
            file = free_path(bench.directory, language.extension)
            file.write_text(text, encoding="utf-8", newline="")
            own.append(file)
            if first or tuple(task.interpreter) != SHELL or language.call:
                command = _shell(task, [*first, file_line(language, file.name)], bench)
            else:
                word = prepared.interpreter or language.run[0]
                command = (word, *language.run[1:], f"{bench.place}/{file.name}")
                python_file = file if prepared.is_warm else None
    return Launch(
        command=command,
        directory=bench.directory,
        environment=_variables(ctx, work),
        image=image_of(task),
        python_file=python_file,
    )


def _lines(ctx: RunContext, work: _Work, written: Json, name: str) -> list[str]:
    rendered = lines_of(ctx.render(written, work.bench.variables), name)
    return [fetch_addresses(ctx, work.bench.directory, work.bench.place, line) for line in rendered]


def _shell(task: ScriptTask, lines: Sequence[str], bench: Bench) -> tuple[str, ...]:
    if not task.interpreter:
        raise TaskError("interpreter must name a program")
    return shell_command(
        task.interpreter, lines, is_fail_fast=task.fail_fast, directory=bench.directory, place=bench.place
    )


def _variables(ctx: RunContext, work: _Work) -> dict[str, str]:
    """Give the variables of the script: where it is, then what its language needs, then what the task sets."""
    found = {"WORKING_DIR": work.bench.place}
    if work.task.output_directory:
        found["OUTPUT_DIR"] = str(work.bench.variables["outputDir"])
    if work.runner.is_here:
        temporary = str(ctx.temporary_dir)
        found |= {"HOME": temporary, "TMPDIR": temporary}
        found |= {name: str(ctx.kept_dir(folder)) for name, folder in work.language.caches.items()}
    return {**found, **work.language.constants, **work.prepared.environment, **work.bench.environment}


def _outcome(ctx: RunContext, task: ScriptTask, bench: Bench, output: Output, ended: Exit) -> ScriptOutputs:
    """Collect what the script left, and fail when it did not end well."""
    patterns = [*(task.output_files or ()), *(f"{folder}/**" for folder in bench.folders)]
    has_failed = ended.code != 0 or ended.signal is not None or bool(ended.reason)
    if ctx.is_cancelled:
        raise TaskError("The script was stopped")
    outputs = ScriptOutputs(
        vars=output.variables(),
        exit_code=ended.code,
        output_files=take_output_files(ctx, bench.directory, patterns) if patterns else {},
        std_out_line_count=output.line_count(is_error=False),
        std_err_line_count=output.line_count(is_error=True),
        task_runner=dict(ended.details) or None,
    )
    if has_failed:
        given = outputs.model_dump(by_alias=True, exclude_none=True)
        raise ScriptFailedError(ended, given, tuple(output.last_lines))
    return outputs
