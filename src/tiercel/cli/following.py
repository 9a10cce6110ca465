"""Follows an execution on a server: its log lines as they come, then how it ended."""

from __future__ import annotations

import threading

from rich.console import Console

from tiercel.cli.client import Client
from tiercel.cli.tables import styled_state, visible
from tiercel.errors import TiercelError
from tiercel.model.json import Json

_LEVELS = {"ERROR": "red", "WARN": "yellow", "INFO": "blue", "DEBUG": "dim", "TRACE": "dim"}


def follow_execution(server: str, execution_id: str, *, is_quiet: bool) -> Json:
    """Wait for the end of an execution and give it; unless quiet, its log is printed while it runs."""
    console = Console(highlight=False)
    printer = _LogPrinter(server, execution_id, console)
    if not is_quiet:
        printer.start()
    with Client(server) as client:
        for name, _ in client.follow(f"/executions/{execution_id}/follow"):
            if name == "end":
                break
        execution = client.request("GET", f"/executions/{execution_id}")
        if not is_quiet:
            printer.finish(client.request("GET", f"/logs/{execution_id}"))
    if not is_quiet:
        state = execution["state"]
        console.print(f"{execution_id} {styled_state(state['current'])} {state.get('duration', '')}")
    return execution


def log_line(entry: Json) -> str:
    """Give one line of a log as text."""
    task = f" {entry['taskId']}" if "taskId" in entry else ""
    return f"{entry['timestamp']} {entry['level']:<5}{task} {entry['message']}"


class _LogPrinter:
    """Prints the lines of the log stream on a thread of its own, then those that the stream had not brought yet."""

    def __init__(self, server: str, execution_id: str, console: Console) -> None:
        self._server = server
        self._execution_id = execution_id
        self._console = console
        self._printed = 0
        self._is_done = False
        self._lock = threading.Lock()

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def finish(self, entries: list[Json]) -> None:
        with self._lock:
            self._is_done = True
            for entry in entries[self._printed :]:
                self._print(entry)

    def _run(self) -> None:
        try:
            with Client(self._server) as client:
                for name, entry in client.follow(f"/logs/{self._execution_id}/follow"):
                    with self._lock:
                        if self._is_done:
                            return
                        if name == "progress":
                            self._print(entry)
        except TiercelError:
            return  # the end of the execution brings what is missing

    def _print(self, entry: Json) -> None:
        self._printed += 1
        style = _LEVELS.get(entry["level"], "")
        self._console.print(visible(log_line(entry)), style=style, markup=False)
