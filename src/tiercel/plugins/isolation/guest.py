"""The process a task runs in: it takes one run after another from the server, and reaches it through a `Host`.

A thread of its own reads the pipe, so that a kill is heard while a task works; when the server is gone, it ends this
process and all that tasks have started, at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import queue
import resource
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Coroutine
from inspect import iscoroutine
from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel, ValidationError

from tiercel.errors import PluginError, TiercelError
from tiercel.plugins.context import RunContext, RunFacts
from tiercel.plugins.discovery import import_file, import_module, plugins_in, type_index
from tiercel.plugins.failure import TaskError
from tiercel.plugins.isolation.channel import Channel
from tiercel.plugins.isolation.description import describe_all
from tiercel.plugins.isolation.guest_host import GuestHost
from tiercel.plugins.plugin import Plugin
from tiercel.plugins.resources import Resources
from tiercel.plugins.seams import LogExporter, LogLine, SecretProvider
from tiercel.plugins.task import Task
from tiercel.plugins.task_runner import Launch, TaskRunner

_BUILT_IN = "tiercel.tasks"
_LONGEST_TRACE = 20_000
_ORDERS = frozenset({"run", "launch", "place", "call", "describe"})


def main(arguments: str) -> None:
    """Serve the server at the other end of a socket.

    Args:
        arguments: JSON with ``descriptor``, ``most_memory_bytes``, ``modules`` and ``files``.
    """
    given = json.loads(arguments)
    if given["most_memory_bytes"]:
        resource.setrlimit(resource.RLIMIT_DATA, (given["most_memory_bytes"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Guest(Channel(socket.socket(fileno=given["descriptor"]))).serve(given["modules"], given["files"])


class Guest:
    """The process's end of the pipe."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._orders: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()
        self._host = GuestHost(channel, Resources(), self._class_of)
        self._classes: dict[str, type[Plugin]] = {}
        self._made: dict[tuple[str, str], Plugin] = {}

    def serve(self, modules: list[str], files: list[str]) -> None:
        """Import what there is, then do what the server asks for until it is gone."""
        threading.Thread(target=self._read, name="tiercel-pipe", daemon=True).start()
        problem = self._load(modules, files)
        while True:
            order = self._orders.get()
            if problem:
                self._channel.send("unloadable", problem)
            elif order[0] == "describe":
                self._describe()
            else:
                self._carry_out(*order)

    def _read(self) -> None:
        while True:
            try:
                message = self._channel.receive()
            except EOFError:
                os.killpg(0, signal.SIGKILL)
                return
            if message[0] in _ORDERS:
                self._orders.put(message)
            else:
                self._host.take(message)

    def _load(self, modules: list[str], files: list[str]) -> str:
        try:
            found = [import_module(name) for name in modules] + [import_file(Path(file)) for file in files]
            for module in found:
                for plugin in plugins_in(module):
                    for name in (plugin.declaration.type, *plugin.declaration.aliases):
                        self._classes.setdefault(name, plugin)
        except PluginError as error:
            return str(error)
        return ""

    def _describe(self) -> None:
        plugins = {plugin.declaration.type: plugin for plugin in self._classes.values()}
        self._channel.send("described", describe_all(plugin for _, plugin in sorted(plugins.items())))

    def _class_of(self, name: str) -> type[Plugin] | None:
        found = self._classes.get(name)
        module = (type_index(import_module(_BUILT_IN)) or {}).get(name) if found is None else None
        if module is None:
            return found
        return next((one for one in plugins_in(import_module(module)) if one.declaration.type == name), None)

    def _carry_out(self, kind: str, name: str, values: dict[str, Any], *rest: Any) -> None:  # noqa: ANN401 (as sent)
        self._host.begin()
        try:
            plugin = self._classes.get(name)
            if plugin is None:
                raise TaskError(f"The package has no type {name}")  # noqa: TRY301 (told as every failure is)
            result, effects = (
                self._call(plugin, values, *rest)
                if kind == "call"
                else self._run(kind, plugin.model_validate(values), *rest)
            )
            self._host.end()
            self._channel.send("done", result, effects)
        except BaseException as error:  # noqa: BLE001 (a failing task is data, even one that exits)
            self._host.end()
            self._fail(error)
        finally:
            with contextlib.suppress(OSError, ValueError):
                sys.stdout.flush()

    def _run(self, kind: str, plugin: Plugin, facts: dict[str, Any], *rest: Any) -> tuple[object, bytes | None]:  # noqa: ANN401 (as sent)
        ctx = RunContext(self._host, msgspec.convert(facts, RunFacts))
        match kind, plugin:
            case "launch", TaskRunner():
                result: object = plugin.run(ctx, msgspec.convert(rest[0], Launch, dec_hook=_path), self._output)
            case "place", TaskRunner():
                result = plugin.place(ctx, Path(rest[0]))
            case "run", Task():
                result = plugin.run(ctx)
            case _:
                raise TaskError(f"{plugin.declaration.type} cannot be asked to {kind}")
        if iscoroutine(result):
            result = asyncio.run(self._watched(result))
        if isinstance(result, BaseModel):
            result = result.model_dump(by_alias=True, exclude_none=True)
        return result, None if ctx.effects is None else msgspec.json.encode(ctx.effects)

    def _call(self, plugin: type[Plugin], values: dict[str, Any], method: str, given: list[Any]) -> tuple[object, None]:
        """Ask what was made once, and keeps what it holds open, for something."""
        key = (plugin.declaration.type, json.dumps(values, sort_keys=True, default=str))
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = plugin.model_validate(values)
        match made, method:
            case SecretProvider(), "find":
                return made.find(*given), None
            case LogExporter(), "export":
                made.export(msgspec.convert(given[0], list[LogLine]))
            case ((SecretProvider() | LogExporter()), "close"):
                made.close()
            case _:
                raise TaskError(f"{plugin.declaration.type} has no {method} to ask for")
        return None, None

    def _output(self, piece: bytes, is_error: bool) -> None:  # noqa: FBT001 (the form runners call)
        self._channel.send("output", piece, is_error)

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, ValidationError):
            told = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            error = TaskError(told)
        is_told = isinstance(error, TaskError | TiercelError)
        text = str(error) if is_told else f"{type(error).__name__}: {error}".removesuffix(": ")
        trace = "" if is_told else "".join(traceback.format_exception(error))[-_LONGEST_TRACE:]
        outputs = error.outputs if isinstance(error, TaskError) else None
        try:
            self._channel.send("failed", is_told, text, trace, outputs)
        except (TypeError, ValueError) as other:
            self._channel.send("failed", is_told, f"{text} (its outputs cannot be handed over: {other})", trace, None)

    async def _watched(self, coroutine: Coroutine[Any, Any, object]) -> object:
        """Carry out the asynchronous part; it is cancelled when the run is."""
        task = asyncio.ensure_future(coroutine)
        loop = asyncio.get_running_loop()
        self._host.on_cancel = lambda: loop.call_soon_threadsafe(task.cancel)
        if self._host.is_cancelled():
            task.cancel()
        return await task


def _path(kind: type, value: str) -> object:
    return kind(value)
