"""Where control groups can be made: found by the keeper, used by its leaders, left empty.

A group is removed when its leader is gone; should the keeper be killed before, the next one removes it. Imports nothing
but the standard library.
"""
# ruff: noqa: PTH102, PTH103, PTH106, PTH110, PTH118, PTH120, PTH208 (nothing is imported that a program need not have)

from __future__ import annotations

import os

from .groups import Group, read, write

_PREFIX = "tiercel-"
_SERVER = "tiercel-server"
_CONTROLLERS = ("pids", "memory")
_DELEGATED = ("user.delegate", "trusted.delegate")


class Place:
    """A directory in which groups can be made and entered."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._left: set[int] = set()

    def join(self) -> Group | None:
        """Move this process, a child of the keeper, into a new group; None when that fails."""
        directory = self._group(os.getppid(), os.getpid())
        try:
            os.mkdir(directory)
        except OSError:
            return None
        if write(os.path.join(directory, "cgroup.procs"), "0"):
            return Group(directory)
        _remove(directory)
        return None

    def end(self, leader: int) -> None:
        """Kill what is in the group of a leader that is gone; the group goes with the next sweep."""
        write(os.path.join(self._group(os.getpid(), leader), "cgroup.kill"), "1")
        self._left.add(leader)

    def sweep(self) -> bool:
        """Remove the groups of leaders that are gone; False when one still has members."""
        self._left = {leader for leader in self._left if not _remove(self._group(os.getpid(), leader))}
        return not self._left

    def is_usable(self) -> bool:
        """Try whether a child can get into a group here."""
        pid = os.fork()
        if pid == 0:
            os._exit(0 if self.join() is not None else 1)
        status = os.waitpid(pid, 0)[1]
        _remove(self._group(os.getpid(), pid))
        return status == 0

    def remove_old(self) -> None:
        """Remove the groups of keepers that are gone; those with members stay."""
        for name in os.listdir(self._directory):
            keeper = name[len(_PREFIX) :].partition("-")[0]
            if name.startswith(_PREFIX) and keeper.isdigit() and not os.path.exists(f"/proc/{keeper}"):
                _remove(os.path.join(self._directory, name))

    def _group(self, keeper: int, leader: int) -> str:
        return os.path.join(self._directory, f"{_PREFIX}{keeper}-{leader}")


def find_place() -> Place | None:
    """Find where groups can be made that bound processes; None when there is no such place.

    That is the group this process is in, or the one above it when that was given to this process, as systemd's
    ``Delegate=`` does: limits of others are not to be escaped. A group with members cannot bound those inside it, so
    one that was given to this process is emptied into another inside it.
    """
    for directory in _candidates():
        _enable(directory)
        if "pids" in read(os.path.join(directory, "cgroup.subtree_control")).split():
            place = Place(directory)
            if place.is_usable():
                place.remove_old()
                return place
    return None


def _candidates() -> list[str]:
    own = next((line[3:] for line in read("/proc/self/cgroup").splitlines() if line.startswith("0::")), "")
    mount = _mount()
    if not own or not mount or "/.." in own:
        return []
    directory = os.path.normpath(mount + own)
    above = os.path.dirname(directory)
    return [directory, above] if directory != mount and _is_ours(above) else [directory]


def _mount() -> str:
    for line in read("/proc/self/mountinfo").splitlines():
        left, _, right = line.partition(" - ")
        if right.startswith("cgroup2 "):
            return left.split()[4]
    return ""


def _is_ours(directory: str) -> bool:
    """Tell whether a group was given to this process to do with it as it likes."""
    for name in _DELEGATED:
        try:
            if os.getxattr(directory, name) == b"1":
                return True
        except OSError:
            continue
    return False


def _enable(directory: str) -> None:
    """Have groups inside a directory bounded, as far as this process may say so."""
    control = os.path.join(directory, "cgroup.subtree_control")
    there, done = read(os.path.join(directory, "cgroup.controllers")).split(), read(control).split()
    wanted = " ".join(f"+{name}" for name in _CONTROLLERS if name in there and name not in done)
    if wanted and not write(control, wanted) and _is_ours(directory) and _empty(directory):
        write(control, wanted)


def _empty(directory: str) -> bool:
    """Move the members of a group into one inside it."""
    inside = os.path.join(directory, _SERVER)
    try:
        os.makedirs(inside, exist_ok=True)
    except OSError:
        return False
    members = read(os.path.join(directory, "cgroup.procs")).split()
    return all([write(os.path.join(inside, "cgroup.procs"), pid) for pid in members])  # noqa: C419 (each of them)


def _remove(directory: str) -> bool:
    try:
        os.rmdir(directory)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True
