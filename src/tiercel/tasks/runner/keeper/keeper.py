"""Keeps processes ready that run programs, one at a time each, and ends all of them when the server is gone.

This file is run by itself, by any Python from 3.9 on: it may import nothing but the standard library.

Three kinds of processes: the *keeper*, started by the server, forks *leaders*; a leader runs one program after another.
Each is tied to the server by a socket and ends when the server does, however that happens. A leader is the subreaper
of all that its program starts, so whatever a program does (new sessions, forks of forks), its processes stay below the
leader, and the leader does not report the end of a run before the last of them is gone. Should a leader be killed,
its orphans fall to the keeper, which is a subreaper too and kills them.

A leader is a Python interpreter in which nothing has run yet, so a Python file can be run in a fork of it: isolated as
a fresh interpreter would be, without the time one takes to start.
"""
# ruff: noqa: PTH100, PTH120, PTH123, PTH208 (small files of /proc are read often)

from __future__ import annotations

import atexit
import builtins
import ctypes
import errno
import gc
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import time
from typing import Any, NoReturn

if sys.path and sys.path[0] == os.path.dirname(os.path.abspath(__file__)):
    del sys.path[0]  # programs run in forks of this one must not see what lies beside this file

_SET_DEATH_SIGNAL = 1
_SET_SUBREAPER = 36
_WATCH_SECONDS = 0.1
_LONGEST_END_SECONDS = 10.0
_OOM_SCORE = b"500"
_HEAD_BYTES = 4
_FAILED = 3  # the descriptor by which a fork says that it could not become the program
_MOST_DESCRIPTORS = 2
_HIGHEST_DESCRIPTOR = 4096  # the keeper and its leaders have a dozen
_NOT_STARTED, _INTERRUPTED, _UNFLUSHED = 127, 130, 120  # exit codes, as shells and Python use them
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    """Serve the server on standard input: each message is a socket for one more leader."""
    control = socket.socket(fileno=os.dup(0))
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 0)
    os.close(quiet)
    _libc.prctl(_SET_SUBREAPER, 1, 0, 0, 0)
    _preload()
    gc.collect()
    gc.freeze()
    wake = _wake_on_child()
    leaders: set[int] = set()
    while True:
        ready = select.select([control.fileno(), wake], [], [])[0]
        if wake in ready:
            _drain(wake)
            _reap_leaders(leaders)
        if control.fileno() in ready:
            message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not message:
                return
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                os.close(wake)
                control.close()
                Leader(socket.socket(fileno=descriptors[0])).serve()
                os._exit(0)
            leaders.add(pid)
            os.close(descriptors[0])


def _preload() -> None:
    """Import what scripts begin with, once for all of them."""
    for name in (
        "argparse",
        "collections",
        "contextlib",
        "csv",
        "datetime",
        "functools",
        "io",
        "itertools",
        "math",
        "pathlib",
        "re",
        "runpy",
        "shutil",
        "subprocess",
        "tempfile",
        "threading",
        "traceback",
        "typing",
    ):
        __import__(name)
    exec(compile("print(0)", "warm", "exec"))  # noqa: S102 (the first compilation makes what all later ones use)
    sys.stdout.flush()


def _wake_on_child() -> int:
    """Give a descriptor that can be read when a child has ended."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reading


def _drain(descriptor: int) -> None:
    try:
        while os.read(descriptor, 512):
            pass
    except BlockingIOError:
        pass


def _reap_leaders(leaders: set[int]) -> None:
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            break
        leaders.discard(pid)
    for stray in _children(os.getpid()):
        if stray not in leaders:
            _kill(stray, signal.SIGKILL)


class Leader:
    """Runs programs for whoever is at the other end of the socket."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._wake = _wake_on_child()

    def serve(self) -> None:
        """Run what is asked for until the other end is gone."""
        _libc.prctl(_SET_SUBREAPER, 1, 0, 0, 0)
        while True:
            request, descriptors = self._receive()
            if request is None:
                return
            try:
                answer = self._run(request, descriptors)
            except OSError as error:
                answer = {"problem": str(error)}
                _end_all()
            text = json.dumps(answer).encode()
            try:
                self._control.sendall(struct.pack("!I", len(text)) + text)
            except OSError:
                return

    def _receive(self) -> tuple[dict[str, Any] | None, list[int]]:
        head, descriptors, _, _ = socket.recv_fds(self._control, _HEAD_BYTES, _MOST_DESCRIPTORS)
        while head and len(head) < _HEAD_BYTES:
            head += self._control.recv(_HEAD_BYTES - len(head)) or bytes(_HEAD_BYTES)
        if not head:
            return None, []
        size = struct.unpack("!I", head)[0]
        text = bytearray()
        while len(text) < size:
            piece = self._control.recv(size - len(text))
            if not piece:
                return None, []
            text += piece
        return json.loads(text.decode()), descriptors

    def _run(self, request: dict[str, Any], descriptors: list[int]) -> dict[str, Any]:
        failing, failed = os.pipe()
        pid = os.fork()
        if pid == 0:
            _become(request, descriptors, failed)
        for descriptor in (*descriptors, failed):
            os.close(descriptor)
        status, reason = self._attend(pid, request)
        left = _end_all()
        problem = os.read(failing, 4096).decode(errors="replace")
        os.close(failing)
        if problem:
            return {"problem": problem}
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
        code = os.WEXITSTATUS(status) if number is None else 128 + number
        return {"code": code, "signal": number, "reason": reason, "left": left}

    def _attend(self, pid: int, request: dict[str, Any]) -> tuple[int, str]:
        """Wait for the program; end it when that is asked for or it goes beyond its limits."""
        reason = ""
        end_at = None
        watching = time.monotonic() + _WATCH_SECONDS
        while True:
            status = _reap(pid)
            if status is not None:
                return status, reason
            now = time.monotonic()
            if end_at is not None and now >= end_at:
                _end_all(keep=pid)
                return os.waitpid(pid, 0)[1], reason
            if now >= watching and not reason:
                reason = _excess(request)
                watching = now + _WATCH_SECONDS
                end_at = now if reason else end_at
                continue
            until = watching if end_at is None else min(end_at, watching)
            ready = select.select(
                [self._wake] + ([self._control] if end_at is None else []), [], [], max(0.0, until - now)
            )[0]
            if self._wake in ready:
                _drain(self._wake)
            if self._control in ready:
                end_at = time.monotonic() + self._grace()
                for each in _descendants(os.getpid()):
                    _kill(each, signal.SIGTERM)
                    _kill(each, signal.SIGCONT)

    def _grace(self) -> float:
        """Read how long the program has to end; no time when the server is gone."""
        try:
            message = self._receive()[0]
            return float(message["grace"]) if message is not None else 0.0
        except (KeyError, OSError):
            return 0.0


def _excess(request: dict[str, Any]) -> str:
    """Say which limit of all its processes together a program is beyond."""
    most, most_bytes = request.get("processes"), request.get("memory_bytes")
    if not most and not most_bytes:
        return ""
    found = _descendants(os.getpid())
    if most and len(found) > most:
        return f"it ran {len(found)} processes of at most {most}"
    if most_bytes:
        used = sum(map(_resident_bytes, found))
        if used > most_bytes:
            return f"it used {used:,} bytes of memory of at most {most_bytes:,}"
    return ""


def _become(request: dict[str, Any], descriptors: list[int], failed: int) -> NoReturn:
    """Turn this fork into the program; never returns."""
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        os.setsid()
        _libc.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        _libc.prctl(_SET_SUBREAPER, 0, 0, 0, 0)
        for target, source in enumerate(descriptors, 1):
            os.dup2(source, target)
        kept = os.dup2(failed, _FAILED) if failed != _FAILED else failed
        os.closerange(_FAILED + 1, _HIGHEST_DESCRIPTOR)
        os.set_inheritable(kept, False)  # noqa: FBT003 (takes no names)
        os.chdir(request["directory"])
        _limit(request)
        if request.get("python_file"):
            os.close(kept)
            _run_python(request)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        command = request["command"]
        os.execvpe(command[0], command, request["environment"])  # noqa: S606 (what is asked for)
    except BaseException as error:  # noqa: BLE001 (whatever it is, this fork must not go on as the leader)
        text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        os.write(_FAILED, (f"{(request.get('command') or ['?'])[0]}: {text}").encode())
    finally:
        os._exit(_NOT_STARTED)


def _limit(request: dict[str, Any]) -> None:
    """Bound what one process may use, and offer it first when the machine runs out of memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for name, kind in (("cpu_seconds", resource.RLIMIT_CPU), ("file_bytes", resource.RLIMIT_FSIZE)):
        wanted = request.get(name)
        if wanted:
            hard = resource.getrlimit(kind)[1]
            most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(kind, (most, most))
    try:
        with open("/proc/self/oom_score_adj", "wb") as file:
            file.write(_OOM_SCORE)
    except OSError:
        pass


def _run_python(request: dict[str, Any]) -> NoReturn:
    """Run a file in this interpreter as the program a fresh one would run it as; never returns."""
    path = request["python_file"]
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = [path]
    sys.path.insert(0, os.path.dirname(path))
    module = type(sys)("__main__")
    module.__file__ = path
    vars(module)["__builtins__"] = builtins
    sys.modules["__main__"] = module
    code = 0
    try:
        gc.enable()
        with open(path, "rb") as file:
            compiled = compile(file.read(), path, "exec", dont_inherit=True)
        exec(compiled, module.__dict__)  # noqa: S102 (the program)
    except SystemExit as error:
        code = _code_of(error)
    except BaseException as error:  # noqa: BLE001 (what ends a program is shown as Python shows it)
        code = _INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
        trace = error.__traceback__.tb_next if error.__traceback__ is not None else None  # without this frame
        sys.excepthook(type(error), error.with_traceback(trace), trace)
    _exit_as_python(code)


def _code_of(error: SystemExit) -> int:
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    sys.stderr.write(f"{error.code}\n")
    return 1


def _exit_as_python(code: int) -> NoReturn:
    """Do what an interpreter does at its end: wait for threads, call what asked for it, write what is left."""
    try:
        sys.modules["threading"]._shutdown()  # noqa: SLF001 (nothing public waits for threads as the end of Python does)
        atexit._run_exitfuncs()  # noqa: SLF001 (the same)
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 (as Python itself ends then)
        code = code or _UNFLUSHED
    try:
        sys.stderr.flush()
    finally:
        os._exit(code)


def _reap(wanted: int | None) -> int | None:
    """Take away what has ended; gives the status of the wanted one when it has."""
    found = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        if pid == wanted:
            found = status


def _end_all(keep: int | None = None) -> list[int]:
    """Kill everything below this process, and wait until it is gone; gives what would not go.

    All are stopped first, whole process groups by one call where they have groups, until no new ones are found: what
    forks faster than it is killed cannot get away. The one to keep is killed too, but left to be waited for.
    """
    deadline = time.monotonic() + _LONGEST_END_SECONDS
    groups: set[int] = {os.getpgrp()}
    stopped: set[int] = set()
    fresh = _stop(_children(os.getpid()), stopped, groups)
    while fresh:
        # What was stopped just now may have been about to fork: its children are read once more, and no oftener.
        again = [child for pid in fresh for child in _children(pid)]
        fresh = _stop([*again, *_children(os.getpid())], stopped, groups)
    for group in groups - {os.getpgrp()}:
        _kill(-group, signal.SIGKILL)
    for pid in stopped:
        _kill(pid, signal.SIGKILL)
    if keep is not None:
        return []
    while True:
        _reap(None)
        left = _descendants(os.getpid())
        if not left or time.monotonic() > deadline:
            return left
        for pid in left:
            _kill(pid, signal.SIGKILL)
        time.sleep(0.001)


def _stop(found: list[int], stopped: set[int], groups: set[int]) -> list[int]:
    """Stop processes with their groups and all that is below them; gives those that had not been stopped."""
    fresh = []
    waiting = list(found)
    while waiting:
        pid = waiting.pop()
        if pid in stopped:
            continue
        stopped.add(pid)
        fresh.append(pid)
        try:
            group = os.getpgid(pid)
        except OSError:
            continue
        if group not in groups:
            groups.add(group)
            _kill(-group, signal.SIGSTOP)
        _kill(pid, signal.SIGSTOP)
        waiting += _children(pid)
    return fresh


def _kill(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except OSError as error:
        if error.errno not in (errno.ESRCH, errno.EPERM):
            raise


def _descendants(pid: int) -> list[int]:
    """List every process below one, the nearest first."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = _children(waiting.pop())
        found += below
        waiting += below
    return found


def _children(pid: int) -> list[int]:
    """List the processes whose parent is this one."""
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += [int(each) for each in file.read().split()]
    except OSError:
        pass
    return found


def _resident_bytes(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0


if __name__ == "__main__":
    main()
