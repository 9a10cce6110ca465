"""What the system tells of processes, and signals to them. Imports nothing but the standard library."""
# ruff: noqa: PTH116, PTH123, PTH208 (small files of /proc are read often)

from __future__ import annotations

import ctypes
import errno
import os
import signal

SET_SUBREAPER = 36
_PIECE_BYTES = 64 * 1024
_LINKS_OF_ONE_THREAD = 3
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
    tasks = f"/proc/{pid}/task"
    try:
        if os.stat(tasks).st_nlink == _LINKS_OF_ONE_THREAD:
            return children_of_thread(pid, pid)
        for task in os.listdir(tasks):
            found += children_of_thread(pid, int(task))
    except OSError:
        pass
    return found


def children_of_thread(pid: int, thread: int) -> list[int]:
    """List the processes that one thread of a process has started or taken over."""
    found = b""
    try:
        children = os.open(f"/proc/{pid}/task/{thread}/children", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return []
    try:
        while piece := os.read(children, _PIECE_BYTES):
            found += piece
    except OSError:
        pass  # the thread is gone
    finally:
        os.close(children)
    return [int(each) for each in found.split()]


def resident_bytes(pid: int) -> int:
    """Give the memory a process has in use; 0 when it is gone."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * _PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return 0
