"""A fork of a leader becomes the program it runs. Imports nothing but the standard library."""
# ruff: noqa: PTH120, PTH123 (nothing is imported that a program need not have)

from __future__ import annotations

import atexit
import builtins
import gc
import os
import resource
import signal
import socket
import sys
import time
from typing import Any, NoReturn

from .headroom import bound_self
from .processes import SET_SUBREAPER, libc
from .words import DESCRIPTOR, say_end, say_problem

_SET_DEATH_SIGNAL = 1
_OOM_SCORE = b"500"
_HIGHEST_DESCRIPTOR = 255  # the keeper and its leaders have a dozen
_ZONE = os.environ.get("TZ")  # the one this interpreter began with
_LIKE_A_PROGRAM = """\
import json
def double(one, *, by=2):
    return [f"{each * by}" for each in range(one) if each]
class Some:
    value = double(3)
try:
    json.loads(json.dumps({"a": Some.value}))
except ValueError as error:
    print(error)
"""
_NOT_STARTED, _INTERRUPTED, _UNFLUSHED = 127, 130, 120  # exit codes, as shells and Python use them


def settle(control: socket.socket) -> socket.socket:
    """Make this fork a session of its own that ends with its leader; of all it has from it, it keeps one socket."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.setsid()
    libc.prctl(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    libc.prctl(SET_SUBREAPER, 0, 0, 0, 0)
    kept = socket.socket(fileno=os.dup2(control.fileno(), _HIGHEST_DESCRIPTOR))
    control.detach()
    os.closerange(DESCRIPTOR, _HIGHEST_DESCRIPTOR)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _offer_first()
    _make_ready()
    return kept


def become(request: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """Turn this fork into the program; never returns."""
    try:
        for target, source in enumerate(descriptors[:-1], 1):
            os.dup2(source, target)
        if descriptors[-1] != DESCRIPTOR:
            os.dup2(descriptors[-1], DESCRIPTOR)
        os.closerange(DESCRIPTOR + 1, _HIGHEST_DESCRIPTOR + 1)
        os.set_inheritable(DESCRIPTOR, False)  # noqa: FBT003 (takes no names)
        os.chdir(request["directory"])
        _limit(request)
        if request.get("python_file"):
            _run_python(request)
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        command = request["command"]
        os.execvpe(command[0], command, request["environment"])  # noqa: S606 (what is asked for)
    except BaseException as error:  # noqa: BLE001 (whatever it is, this fork must not go on as the leader)
        text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        say_problem(f"{(request.get('command') or ['?'])[0]}: {text}")
    finally:
        os._exit(_NOT_STARTED)


def _limit(request: dict[str, Any]) -> None:
    """Bound what one process may use."""
    for name, kind in (("cpu_seconds", resource.RLIMIT_CPU), ("file_bytes", resource.RLIMIT_FSIZE)):
        wanted = request.get(name)
        if wanted:
            hard = resource.getrlimit(kind)[1]
            most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(kind, (most, most))
    if request.get("most_tasks"):
        bound_self(request["most_tasks"])


def _make_ready() -> None:
    """Do what each Python program begins with: the memory that changes becomes this fork's own meanwhile."""
    os.environ.clear()
    gc.enable()
    sys.modules["__main__"] = module = type(sys)("__main__")
    vars(module)["__builtins__"] = builtins
    signal.signal(signal.SIGINT, signal.default_int_handler)
    exec(compile(_LIKE_A_PROGRAM, "ready", "exec"), {})  # noqa: S102 (the text above)


def _offer_first() -> None:
    """Have this process ended before others when the machine runs out of memory."""
    try:
        with open("/proc/self/oom_score_adj", "wb") as file:
            file.write(_OOM_SCORE)
    except OSError:
        pass


def _run_python(request: dict[str, Any]) -> NoReturn:
    """Run a file in this interpreter as the program a fresh one would run it as; never returns."""
    path = request["python_file"]
    pid = os.getpid()
    os.environ.update(request["environment"])
    if request["environment"].get("TZ") != _ZONE:
        time.tzset()
    sys.argv = [path]
    sys.path.insert(0, os.path.dirname(path))
    module = sys.modules["__main__"]
    module.__file__ = path
    code = 0
    try:
        with open(path, "rb") as file:
            compiled = compile(file.read(), path, "exec", dont_inherit=True)
        exec(compiled, module.__dict__)  # noqa: S102 (the program)
    except SystemExit as error:
        code = _code_of(error)
    except BaseException as error:  # noqa: BLE001 (what ends a program is shown as Python shows it)
        code = _INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
        trace = error.__traceback__.tb_next if error.__traceback__ is not None else None  # without this frame
        sys.excepthook(type(error), error.with_traceback(trace), trace)
    _exit_as_python(code, is_whole=os.getpid() == pid)  # else a fork that came to the end of the program too


def _code_of(error: SystemExit) -> int:
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    sys.stderr.write(f"{error.code}\n")
    return 1


def _exit_as_python(code: int, *, is_whole: bool) -> NoReturn:
    """Do what an interpreter does at its end: wait for threads, call what asked for it, write what is left."""
    try:
        sys.modules["threading"]._shutdown()  # noqa: SLF001 (nothing public waits for threads as the end of Python does)
        atexit._run_exitfuncs()  # noqa: SLF001 (the same)
        sys.stdout.flush()
    except BaseException:  # noqa: BLE001 (as Python itself ends then)
        code = code or _UNFLUSHED
    try:
        sys.stderr.flush()
        if is_whole:
            say_end(code)
    finally:
        os._exit(code)
