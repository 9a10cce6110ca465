"""The keeper itself: it forks a leader for each socket the server sends. Imports nothing but the standard library."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys

from .leader import Leader
from .processes import SET_SUBREAPER, children, drain, kill, libc, wake_on_child


def main() -> None:
    """Serve the server on standard input: each message is a socket for one more leader."""
    control = socket.socket(fileno=os.dup(0))
    quiet = os.open(os.devnull, os.O_RDWR)
    os.dup2(quiet, 0)
    os.close(quiet)
    libc.prctl(SET_SUBREAPER, 1, 0, 0, 0)
    _preload()
    gc.collect()
    gc.freeze()
    wake = wake_on_child()
    leaders: set[int] = set()
    while True:
        ready = select.select([control.fileno(), wake], [], [])[0]
        if wake in ready:
            drain(wake)
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


def _reap_leaders(leaders: set[int]) -> None:
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            break
        leaders.discard(pid)
    for stray in children(os.getpid()):
        if stray not in leaders:
            kill(stray, signal.SIGKILL)
