"""The server's side of processes that tasks run in: they are started, lent to one run at a time, kept, ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tiercel.errors import PluginError
from tiercel.plugins.discovery import file_module_name
from tiercel.plugins.failure import TaskError
from tiercel.plugins.folder import stamp_of
from tiercel.plugins.isolation.channel import Channel
from tiercel.plugins.isolation.conversation import Conversation, GoneError
from tiercel.plugins.isolation.description import PackageDescription
from tiercel.plugins.isolation.place import Place, own_variables

if TYPE_CHECKING:
    from tiercel.plugins.context import RunContext
    from tiercel.plugins.plugin import Plugin
    from tiercel.plugins.task import Task, TaskResult
    from tiercel.plugins.task_runner import Write

_START = "import sys, json; a = sys.argv; sys.path[:] = json.loads(a[1]); \
from tiercel.plugins.isolation.guest import main; main(a[2])"
_MOST_IDLE = 2
_END_SECONDS = 2.0
MOST_BYTES = 2 * 1024**3
"""Memory of a process that is not of a run, for which a setting says it."""


class HostProcess:
    """One process; it runs one task at a time."""

    def __init__(self, place: Place, most_memory_bytes: int) -> None:
        """Start it.

        Raises:
            OSError: The system does not start one.
        """
        here, there = socket.socketpair()
        given = {
            "descriptor": there.fileno(),
            "most_memory_bytes": most_memory_bytes,
            "modules": place.modules,
            "files": place.files,
        }
        with there:
            self._process = subprocess.Popen(  # noqa: S603 (this interpreter, with a program of ours)
                [sys.executable, "-I", "-c", _START, json.dumps(place.search_path()), json.dumps(given)],
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr.fileno() if _has_descriptor() else subprocess.DEVNULL,
                env=own_variables(),
                cwd="/",
                start_new_session=True,
            )
        self.channel = Channel(here)

    def kill(self) -> int:
        """End it with all it has started; gives its exit code, negative when a signal ended it."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self.channel.close()
        return self._process.wait()

    def ended(self) -> int:
        """Give the exit code of one that is gone, or is on its way."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        return self.kill()


class Hosts:
    """The processes of one package; for any number of threads. Closing it ends those that are idle."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[HostProcess] = []
        self._made: tuple[str, int] = ("", 0)
        self._is_closed = False

    def take(self, place: Place, most_memory_bytes: int) -> HostProcess:
        """Lend a process; it must be put back.

        Raises:
            TaskError: None can be started.
        """
        kept = self._take((place.stamp, most_memory_bytes))
        if kept is not None:
            return kept
        try:
            return HostProcess(place, most_memory_bytes)
        except OSError as error:
            raise TaskError(f"A process for {place.name} cannot be started: {error}") from error

    def put_back(self, host: HostProcess, place: Place, most_memory_bytes: int, *, is_whole: bool) -> None:
        """Take a process back; it is killed when its run did not end properly, or nobody is likely to need it."""
        with self._lock:
            is_wanted = self._made == (place.stamp, most_memory_bytes) and len(self._idle) < _MOST_IDLE
            if is_whole and is_wanted and not self._is_closed:
                self._idle.append(host)
                return
        host.kill()

    def close(self) -> None:
        """End what is idle, and later what still runs."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for one in idle:
            one.kill()

    def _take(self, made: tuple[str, int]) -> HostProcess | None:
        """Take an idle one of this stamp and bound; those of another are no longer wanted."""
        old: list[HostProcess] = []
        with self._lock:
            if made != self._made:
                old, self._idle, self._made = self._idle, [], made
            taken = self._idle.pop() if self._idle else None
        for one in old:
            one.kill()
        return taken


def run_apart(place: Place, task: Task, ctx: RunContext) -> TaskResult:
    """Run a task in a process of its own.

    Raises:
        TaskError: It failed, or its process ended.
    """
    return converse(place, ctx, ("run", *order_of(task), msgspec.to_builtins(ctx.facts)))


def order_of(plugin: Plugin) -> tuple[str, dict[str, Any]]:
    """Give what an order begins with: the type and the values of its properties."""
    return plugin.declaration.type, plugin.model_dump(by_alias=True, exclude_unset=True)


def converse(place: Place, ctx: RunContext, order: tuple[object, ...], write: Write | None = None) -> TaskResult:
    """Have an order carried out in a process, which is killed when the run is and does not end by itself.

    Raises:
        TaskError: It failed, or its process ended.
    """
    settings = ctx.call("settings.isolation")
    hosts = ctx.resources.get(f"tiercel.hosts:{place.name}@{place.version}", Hosts)
    most_memory_bytes = settings["most_memory_bytes"]
    host = hosts.take(place, most_memory_bytes)
    conversation = Conversation(host.channel, ctx, settings["grace_seconds"])
    try:
        return conversation.run(*order, write=write)
    except GoneError as error:
        raise TaskError(how_it_ended(place, host, is_killed=error.is_killed)) from None
    finally:
        hosts.put_back(host, place, most_memory_bytes, is_whole=conversation.is_over)


def carry_out(task: Task, ctx: RunContext) -> TaskResult | Awaitable[TaskResult]:
    """Run a task, in a process of its own when its class asks for one."""
    if task.declaration.isolation != "process":
        return task.run(ctx)
    return run_apart(place_of(type(task)), task, ctx)


def place_of(plugin: type[Plugin]) -> Place:
    """Say where a class of the server's own environment is imported from."""
    module = plugin.__module__
    root = module.partition(".")[0]
    file = getattr(sys.modules.get(root), "__file__", None)
    if file is None or root != file_module_name(Path(file)):
        return Place(name=module, modules=(module,))
    return Place(name=root, files=(file,), stamp=repr(stamp_of(Path(file))))


def describe_apart(place: Place) -> PackageDescription:
    """Have a process import the package and describe its types.

    Raises:
        PluginError: It cannot be imported.
    """
    try:
        host = HostProcess(place, MOST_BYTES)
    except OSError as error:
        raise PluginError(f"a process for {place.name}@{place.version} cannot be started: {error}") from error
    try:
        host.channel.send("describe")
        kind, told = host.channel.receive()
    except (EOFError, OSError, ValueError):
        raise PluginError(f"plugin {place.name}@{place.version} ended while it was imported: {host.ended()}") from None
    finally:
        host.kill()
    if kind == "unloadable":
        raise PluginError(f"plugin {place.name}@{place.version}: {told}")
    return msgspec.convert(told, PackageDescription)


def how_it_ended(place: Place, host: HostProcess, *, is_killed: bool = False) -> str:
    """Say how the process of a run ended."""
    if is_killed:
        return "The task did not end when it was told to, so its process was killed"
    code = host.ended()
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    bound = "; libraries do that when they get no more memory, which plugins.most_memory_bytes bounds"
    return f"The process of the task ({place.name}) {how} before the task was done{bound * (code == -signal.SIGABRT)}"


def _has_descriptor() -> bool:
    """Tell whether what is written to the standard error goes to a file of the system."""
    try:
        sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):
        return False
    return True
