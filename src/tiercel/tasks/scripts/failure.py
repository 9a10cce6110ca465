"""Saying how a script ended."""

from __future__ import annotations

import signal

from tiercel.plugins import Exit, Json, TaskError

_NOT_RUNNABLE = 126
_NOT_FOUND = 127
_SIGNALLED = 128
_HIGHEST_SIGNAL = 64
_TOLD = {
    signal.SIGKILL: "by somebody, or by the system when memory ran out",
    signal.SIGSEGV: "it used memory that is not its own",
    signal.SIGXFSZ: "a file became larger than scripts.most_file_bytes",
    signal.SIGXCPU: "it used more processor time than scripts.most_cpu_seconds",
    signal.SIGPIPE: "it wrote to something that no longer reads",
}


class ScriptFailedError(TaskError):
    """A script has run, and did not end well.

    Attributes:
        last_lines: What it wrote last.
    """

    def __init__(self, ended: Exit, outputs: dict[str, Json], last_lines: tuple[str, ...]) -> None:
        super().__init__(failure_message(ended), outputs=outputs)
        self.last_lines = last_lines


def failure_message(ended: Exit) -> str:
    """Say how a script ended that did not end well; exit codes and signals are told apart."""
    if ended.reason:
        return f"The script was ended: {ended.reason}"
    if ended.signal is not None:
        told = _TOLD.get(signal.Signals(ended.signal)) if ended.signal in set(signal.Signals) else None
        return f"The script was killed by signal {_named(ended.signal)}" + (f": {told}" if told else "")
    if ended.code == _NOT_FOUND:
        return "Command failed with exit code 127: a command was not found"
    if ended.code == _NOT_RUNNABLE:
        return "Command failed with exit code 126: a command is no program, or may not be run"
    if _SIGNALLED < ended.code <= _SIGNALLED + _HIGHEST_SIGNAL:
        number = ended.code - _SIGNALLED
        return f"Command failed with exit code {ended.code}: a program in it was killed by signal {_named(number)}"
    return f"Command failed with exit code {ended.code}"


def _named(number: int) -> str:
    return f"{number} ({signal.Signals(number).name})" if number in set(signal.Signals) else str(number)
