"""Which files are new or changed since a trigger looked last; for every kind of place that can be listed.

A place gives what is there now, each file with a text that is another one after each change. What was seen is kept by
the trigger in the transaction that stores its execution, so a file is never passed over, and never taken twice. What
is to be done with a file that was taken is kept too, and done in the next look: by then the execution is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from msgspec import Struct, field

from tiercel.plugins import Json

Change = Literal["CREATE", "UPDATE", "CREATE_OR_UPDATE"]
Action = Literal["MOVE", "DELETE", "NONE"]


class Found(Struct, frozen=True):
    """A file as it is listed.

    Attributes:
        path: Names it within its place.
        version: Another text after each change: its time and size, or the tag of an object.
        at: When it was changed last, in seconds since 1970; files are taken in this order.
    """

    path: str
    version: str
    at: float


class Seen(Struct):
    """What a trigger keeps.

    Attributes:
        key: The ``stateKey`` it belongs to; another one begins anew.
        files: Version and time of the last sight of each file.
        taken: Versions of the files that were taken last, which the action is still to be applied to.
    """

    key: str = ""
    files: dict[str, tuple[str, float]] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> Json:
        """Give what ``ctx.keep`` takes."""
        files: dict[str, Json] = {path: list(seen) for path, seen in self.files.items()}
        return {"key": self.key, "files": files, "taken": dict(self.taken)}


def read_seen(kept: Json, key: str) -> Seen:
    """Read what was kept; what belongs to another key, or is none of ours, counts as nothing."""
    if not isinstance(kept, dict) or kept.get("key") != key:
        return Seen(key)
    files = {path: (str(version), float(at)) for path, (version, at) in dict(kept.get("files") or {}).items()}
    return Seen(key, files, {path: str(version) for path, version in dict(kept.get("taken") or {}).items()})


def to_finish(seen: Seen, there: Iterable[Found]) -> list[Found]:
    """Give the files taken by the look before that are still there as they were: the action applies to these."""
    return [file for file in there if seen.taken.get(file.path) == file.version]


def take(
    seen: Seen, there: Iterable[Found], on: Change, *, most: int, now: float, ttl: timedelta | None = None
) -> tuple[list[Found], Seen]:
    """Choose the files to be taken now, those changed longest ago first; gives what is to be kept then.

    Files that are gone are forgotten, so that one of the same name is new; so are those last seen longer ago than
    ``ttl``.
    """
    files = sorted(there, key=lambda file: (file.at, file.path))
    known = {path: one for path, one in seen.files.items() if ttl is None or now - one[1] <= ttl.total_seconds()}
    chosen: list[Found] = []
    kept: dict[str, tuple[str, float]] = {}
    for file in files:
        former = known.get(file.path)
        if former is not None and former[0] == file.version:
            kept[file.path] = former
        elif not _fits(former, on):
            kept[file.path] = (file.version, now)
        elif len(chosen) < most:
            chosen.append(file)
            kept[file.path] = (file.version, now)
        elif former is not None:
            kept[file.path] = former
    return chosen, Seen(seen.key, kept, {file.path: file.version for file in chosen})


def _fits(former: tuple[str, float] | None, on: Change) -> bool:
    match on:
        case "CREATE":
            return former is None
        case "UPDATE":
            return former is not None
        case "CREATE_OR_UPDATE":
            return True
