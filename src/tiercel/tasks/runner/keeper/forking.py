"""The keeper itself: it forks a leader for each socket the server sends. Imports nothing but the standard library."""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import time

from .leader import Leader
from .place import Place, find_place
from .processes import SET_SUBREAPER, children, drain, kill, libc, wake_on_child

_GROUPS = "--groups"
_LAST_SECONDS = 1.0


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
    place = find_place() if _GROUPS in sys.argv else None
    wake = wake_on_child()
    leaders: set[int] = set()
    while True:
        ready = select.select([control.fileno(), wake], [], [])[0]
        if wake in ready:
            drain(wake)
            _reap_leaders(leaders, place)
        if control.fileno() in ready:
            message, descriptors, _, _ = socket.recv_fds(control, 1, 1)
            if not message:
                control.close()
                _await_leaders(leaders, place)
                return
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                os.close(wake)
                control.close()
                group = place.join() if place is not None else None
                Leader(socket.socket(fileno=descriptors[0]), group).serve()
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


def _reap_leaders(leaders: set[int], place: Place | None) -> None:
    """Take away leaders that have ended, and end what those leave that were killed."""
    while True:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            break
        if pid == 0:
            break
        if pid in leaders and place is not None:
            place.end(pid)
        leaders.discard(pid)
    for stray in children(os.getpid()):
        if stray not in leaders:
            kill(stray, signal.SIGKILL)
    if place is not None:
        place.sweep()


def _await_leaders(leaders: set[int], place: Place | None) -> None:
    """Remove the groups of leaders, which end with the server; what takes longer is left to the next keeper."""
    end = time.monotonic() + _LAST_SECONDS
    while place is not None and time.monotonic() < end:
        _reap_leaders(leaders, place)
        if not leaders and place.sweep():
            return
        time.sleep(0.005)
