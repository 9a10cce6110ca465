"""Running programs beside the worker."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import ClassVar

from tiercel.plugins import Exit, Json, Launch, RunContext, TaskError, TaskRunner, Write
from tiercel.tasks.runner.leaders import LeaderGoneError, Leaders

_LIMITS = ("processes", "memory_bytes", "cpu_seconds", "file_bytes")


class Process(
    TaskRunner,
    type="io.kestra.plugin.core.runner.Process",
    example="type: io.kestra.plugin.core.runner.Process",
):
    """Runs programs as processes of the machine the worker is on.

    A program gets a clean environment, a session of its own and the bounds that the settings ``scripts.most_...``
    set. It is no prison: the program runs as the user the server runs as. Everything it has started is ended with it.

    Attributes:
        version: Of the plugin; has no effect.
    """

    is_here: ClassVar[bool] = True

    version: str | None = None

    def run(self, ctx: RunContext, launch: Launch, write: Write) -> Exit:
        """Run a program to its end."""
        settings = ctx.call("settings.scripts")
        interpreter = interpreter_of(settings)
        kept = own_environment(settings, os.environ)
        environment = {**kept, **launch.environment}
        leaders = ctx.resources.get(f"tiercel.leaders:{interpreter}", partial(_leaders, settings, kept))
        request = {
            "command": launch.command,
            "directory": str(launch.directory),
            "environment": environment,
            "python_file": str(launch.python_file) if launch.python_file is not None else None,
            "grace_seconds": settings["grace_seconds"],
            **{name: settings[f"most_{name}"] for name in _LIMITS},
        }
        _check(request)
        with leaders.leader() as leader:
            try:
                return _exit(leader.run(request, write, lambda: ctx.is_cancelled))
            except LeaderGoneError:
                raise TaskError(
                    "The process that watched over the program was killed, and the program with it"
                ) from None


def own_environment(settings: Mapping[str, Json], variables: Mapping[str, str]) -> dict[str, str]:
    """Choose what of the server's own variables a program may see."""
    found = {name: variables[name] for name in settings["environment"] if name in variables}
    found["PATH"] = os.pathsep.join((str(Path(interpreter_of(settings)).parent), found.get("PATH", os.defpath)))
    return found


def interpreter_of(settings: Mapping[str, Json]) -> str:
    """Give the Python that scripts run in when they ask for no other."""
    return str(settings["python"]) or sys.executable


def _leaders(settings: Mapping[str, Json], environment: Mapping[str, str]) -> Leaders:
    return Leaders(interpreter_of(settings), environment, has_groups=bool(settings["control_groups"]))


def _check(request: Mapping[str, Json]) -> None:
    """Refuse what no system can pass to a program, saying which text it is."""
    for name, value in request["environment"].items():
        if not name or "=" in name or "\0" in name:
            raise TaskError(f"env: {name!r} is no name of a variable")
        if "\0" in value:
            raise TaskError(f"env.{name} holds a null character, which no program can be given")
    if any("\0" in one for one in request["command"]):
        raise TaskError("A command holds a null character, which no program can be given")


def _exit(answer: Mapping[str, Json]) -> Exit:
    if answer.get("problem"):
        raise TaskError(f"The program cannot be run: {answer['problem']}")
    number = answer["signal"]
    reason = answer["reason"]
    if answer["left"]:
        reason = f"{reason}; its processes {answer['left']} cannot be ended".lstrip("; ")
    if number == signal.SIGXCPU:
        reason = reason or "it used more processor time than scripts.most_cpu_seconds allows"
    return Exit(code=answer["code"], signal=number, reason=reason)
