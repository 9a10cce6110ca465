"""The server's side of the processes that run programs: leaders are taken, used, put back.

See `tiercel.tasks.runner.keeper.keeper` for what they are and why nothing can stay behind.
"""

from __future__ import annotations

import json
import os
import select
import socket
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tiercel.plugins import Json, TaskError
from tiercel.tasks.runner.keeper import __file__ as _package

_KEEPER = Path(_package).with_name("keeper.py")
_PIECE_BYTES = 64 * 1024
_LOOK_SECONDS = 0.1
_LAST_WORDS_SECONDS = 1.0
_MOST_IDLE = 4


class LeaderGoneError(OSError):
    """The process that watched over a program has ended before the program did."""


class Leader:
    """One process that runs one program at a time."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control

    def run(
        self, request: Mapping[str, Json], write: Callable[[bytes, bool], None], cancelled: Callable[[], bool]
    ) -> dict[str, Json]:
        """Run a program and hand on what it writes; gives the leader's answer.

        Args:
            request: What to run: see the keeper.
            write: Takes pieces of output; while it waits, so does the program.
            cancelled: Asked several times a second.

        Raises:
            LeaderGoneError: The leader was killed.
        """
        readers = dict(self._send(request))
        poll = select.poll()
        for descriptor in (*readers, self._control.fileno()):
            poll.register(descriptor, select.POLLIN)
        answer: dict[str, Json] | None = None
        is_told = False
        give_up_at = float("inf")
        try:
            while readers and time.monotonic() < give_up_at:
                for descriptor, _ in poll.poll(int(_LOOK_SECONDS * 1000)):
                    if descriptor in readers:
                        self._hand_on(descriptor, readers, poll, write)
                    else:
                        poll.unregister(descriptor)
                        answer = self._receive()
                        give_up_at = time.monotonic() + _LAST_WORDS_SECONDS
                if not is_told and answer is None and cancelled():
                    is_told = True
                    self._tell({"grace": request.get("grace_seconds", 0)})
        finally:
            for descriptor in readers:
                os.close(descriptor)
        return self._receive() if answer is None else answer

    def close(self) -> None:
        """Let the leader go; it ends with all it runs."""
        self._control.close()

    def _send(self, request: Mapping[str, Json]) -> Iterator[tuple[int, bool]]:
        """Send a request with the writing ends of two pipes; gives the reading ends."""
        pipes = (os.pipe(), os.pipe())
        text = json.dumps(request).encode()
        whole = struct.pack("!I", len(text)) + text
        try:
            sent = socket.send_fds(self._control, [whole], [writing for _, writing in pipes])
            self._control.sendall(whole[sent:])
        except OSError as error:
            for reading, _ in pipes:
                os.close(reading)
            raise LeaderGoneError from error
        finally:
            for _, writing in pipes:
                os.close(writing)
        return iter([(pipes[0][0], False), (pipes[1][0], True)])

    def _hand_on(
        self, descriptor: int, readers: dict[int, bool], poll: select.poll, write: Callable[[bytes, bool], None]
    ) -> None:
        piece = os.read(descriptor, _PIECE_BYTES)
        if piece:
            write(piece, readers[descriptor])
            return
        poll.unregister(descriptor)
        os.close(descriptor)
        del readers[descriptor]

    def _tell(self, message: Mapping[str, Json]) -> None:
        text = json.dumps(message).encode()
        try:
            self._control.sendall(struct.pack("!I", len(text)) + text)
        except OSError as error:
            raise LeaderGoneError from error

    def _receive(self) -> dict[str, Json]:
        size = struct.unpack("!I", self._read(4))[0]
        answer: dict[str, Json] = json.loads(self._read(size))
        return answer

    def _read(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size:
            try:
                piece = self._control.recv(size - len(found))
            except OSError as error:
                raise LeaderGoneError from error
            if not piece:
                raise LeaderGoneError
            found += piece
        return bytes(found)


class Leaders:
    """All leaders of one interpreter: made when needed, a few kept; for any number of threads."""

    def __init__(self, interpreter: str, environment: Mapping[str, str], *, has_groups: bool) -> None:
        """Make them.

        Args:
            interpreter: A Python.
            environment: Of the leaders.
            has_groups: Each may have a control group of its own, where this process may make one.
        """
        self._interpreter = interpreter
        self._arguments = ("--groups",) if has_groups else ()
        self._environment = dict(environment)
        self._lock = threading.Lock()
        self._idle: list[Leader] = []
        self._keeper: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._is_closed = False

    @contextmanager
    def leader(self) -> Iterator[Leader]:
        """Take a leader and put it back; one that failed is let go.

        Raises:
            TaskError: None can be made.
        """
        with self._lock:
            taken = self._idle.pop() if self._idle else self._make()
        is_whole = False
        try:
            yield taken
            is_whole = True
        finally:
            with self._lock:
                if is_whole and not self._is_closed and len(self._idle) < _MOST_IDLE:
                    self._idle.append(taken)
                else:
                    taken.close()

    def close(self) -> None:
        """End all leaders and what they run."""
        with self._lock:
            self._is_closed = True
            for one in self._idle:
                one.close()
            self._idle.clear()
            self._end_keeper()

    def _make(self) -> Leader:
        for is_last in (False, True):
            here, there = socket.socketpair()
            try:
                with there:
                    socket.send_fds(self._open(), [b"+"], [there.fileno()])
            except OSError as error:
                here.close()
                self._end_keeper()
                if is_last:
                    raise TaskError(f"{self._interpreter} cannot be started: {error}") from error
                continue
            return Leader(here)
        raise AssertionError

    def _open(self) -> socket.socket:
        """Give the socket of the keeper, which is started when there is none."""
        if self._control is not None and self._keeper is not None and self._keeper.poll() is None:
            return self._control
        self._end_keeper()
        self._control, there = socket.socketpair()
        with there:
            self._keeper = subprocess.Popen(  # noqa: S603 (the interpreter is a setting or made here)
                [self._interpreter, str(_KEEPER), *self._arguments],
                stdin=there.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self._environment,
                cwd="/",
                start_new_session=True,
            )
        return self._control

    def _end_keeper(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._keeper is not None:
            self._keeper.wait()
        self._control = self._keeper = None
