"""Commands whose processes are forked from one that has loaded everything, so that each is there at once.

Each command is the whole program in a process of its own, with its own variables, input and output; only what Python
loads is there already.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

PROGRAM = """
import json, os, sys
import litestar.plugins.attrs, litestar.plugins.pydantic, pydantic.v1, tiercel.api.app, tiercel.cli.desk
from tiercel.cli.main import main

for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        os.environ.clear()
        os.environ.update(asked["variables"])
        for number, path in enumerate(asked["streams"]):
            os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
        sys.stdin, sys.argv = open(0), ["tiercel", *asked["arguments"]]
        main()
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Commands:
    """Runs commands, one after another."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process = process
        self._streams = [folder / name for name in ("given", "out", "err")]

    def run(self, variables: Mapping[str, str], *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        for path, text in zip(self._streams, (given, "", ""), strict=True):
            path.write_text(text)
        asked = {"variables": dict(variables), "arguments": arguments, "streams": [str(one) for one in self._streams]}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return subprocess.CompletedProcess(arguments, code, *(one.read_text() for one in self._streams[1:]))


@contextmanager
def forking(folder: Path) -> Iterator[Commands]:
    """Load the program once; files of its commands are in the folder."""
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Commands(process, folder)
        finally:
            process.communicate(timeout=60)
