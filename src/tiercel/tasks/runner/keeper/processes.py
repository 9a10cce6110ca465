"""The processes below this one: found, stopped, killed and waited for. Imports nothing but the standard library."""
# ruff: noqa: PTH123, PTH208 (small files of /proc are read often)

from __future__ import annotations

import ctypes
import errno
import os
import signal
import time

SET_SUBREAPER = 36
_LONGEST_END_SECONDS = 10.0
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
libc = ctypes.CDLL(None, use_errno=True)


def wake_on_child() -> int:
    """Give a descriptor that can be read when a child has ended."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reading


def drain(descriptor: int) -> None:
    """Read away what woke the one who waits."""
    try:
        while os.read(descriptor, 512):
            pass
    except BlockingIOError:
        pass


def reap(wanted: int | None) -> int | None:
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


def end_all(keep: int | None = None) -> list[int]:
    """Kill everything below this process, and wait until it is gone; gives what would not go.

    All are stopped first, whole process groups by one call where they have groups, until no new ones are found: what
    forks faster than it is killed cannot get away. The one to keep is killed too, but left to be waited for.
    """
    deadline = time.monotonic() + _LONGEST_END_SECONDS
    groups: set[int] = {os.getpgrp()}
    stopped: set[int] = set()
    fresh = _stop(children(os.getpid()), stopped, groups)
    while fresh:
        # What was stopped just now may have been about to fork: its children are read once more, and no oftener.
        again = [child for pid in fresh for child in children(pid)]
        fresh = _stop([*again, *children(os.getpid())], stopped, groups)
    for group in groups - {os.getpgrp()}:
        kill(-group, signal.SIGKILL)
    for pid in stopped:
        kill(pid, signal.SIGKILL)
    if keep is not None:
        return []
    while True:
        reap(None)
        left = descendants(os.getpid())
        if not left or time.monotonic() > deadline:
            return left
        for pid in left:
            kill(pid, signal.SIGKILL)
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
            kill(-group, signal.SIGSTOP)
        kill(pid, signal.SIGSTOP)
        waiting += children(pid)
    return fresh


def kill(pid: int, number: int) -> None:
    """Send a signal; what is gone, or another user's, is passed over. A negative number is a group."""
    try:
        os.kill(pid, number)
    except OSError as error:
        if error.errno not in (errno.ESRCH, errno.EPERM):
            raise


def descendants(pid: int) -> list[int]:
    """List every process below one, the nearest first."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children(waiting.pop())
        found += below
        waiting += below
    return found


def children(pid: int) -> list[int]:
    """List the processes whose parent is this one."""
    found: list[int] = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += [int(each) for each in file.read().split()]
    except OSError:
        pass
    return found


def resident_bytes(pid: int) -> int:
    """Give the memory a process has in use; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0
