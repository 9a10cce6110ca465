"""Where the program of a task runs: the extension point for processes, containers, clusters and other machines.

A task describes a program as a `Launch`; a runner runs it somewhere, hands on what it writes while it runs, and says
how it ended. A runner never interprets output and never decides whether the task failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from tiercel.errors import PluginError
from tiercel.model.json import Json
from tiercel.model.types import TypeKind
from tiercel.plugins.context import RunContext
from tiercel.plugins.plugin import Plugin

Write = Callable[[bytes, bool], None]
"""Takes a piece of output, and whether it came from the error stream; may block to slow a program down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launch:
    """One program to run.

    Attributes:
        command: The program and its arguments.
        environment: Variables of the program; a runner adds those of the place it runs in, never those of the server.
        directory: Where its files are on this machine; a runner elsewhere takes them there and brings them back.
        image: The container image, for runners that use one.
        python_file: Set when the command is nothing but a Python file, which a kept interpreter may run.
    """

    command: tuple[str, ...]
    directory: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    image: str = ""
    python_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """How a program ended.

    Attributes:
        code: Its exit code; 128 and the number of the signal when one killed it.
        signal: What killed it, if anything did.
        reason: Why the runner ended it, if it did.
        details: The output ``taskRunner`` of the task.
    """

    code: int
    signal: int | None = None
    reason: str = ""
    details: Mapping[str, Json] = field(default_factory=dict)


class TaskRunner(Plugin):
    """A place where programs run. Subclass it with a ``type``, declare properties as fields, write ``run``.

    Its properties are rendered before ``run``, as those of a task are. ``is_here`` is set by those that run programs on
    this machine as the user of the server, so that folders for caches can be theirs too.
    """

    kind: ClassVar[TypeKind] = TypeKind.RUNNER
    is_here: ClassVar[bool] = False

    def place(self, ctx: RunContext, directory: Path) -> str:  # noqa: ARG002 (for those who override it)
        """Say where the program sees the directory; by default where it is."""
        return str(directory)

    def run(self, ctx: RunContext, launch: Launch, write: Write) -> Exit:  # noqa: ARG002 (for those who override it)
        """Run a program to its end.

        Ask ``ctx.is_cancelled`` while it runs, several times a second, and end it with all it has started; whatever
        comes, nothing of it may be left behind when this returns.

        Raises:
            TaskError: The program could not be started at all.
        """
        raise PluginError(f"{type(self).__name__} has no run method")
