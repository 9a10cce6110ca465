"""Triggers that look into a folder of another machine, on the seam all triggers on files share."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from tiercel.plugins import Outputs, PollingTrigger, RunContext, Static
from tiercel.tasks.fs.changes import Action, Change, Found, read_seen, take, to_finish
from tiercel.tasks.fs.remote.operations import described, destination, finish, get, in_order
from tiercel.tasks.fs.remote.place import Entry, files_of
from tiercel.tasks.fs.remote.properties import Remote, RemoteFile, Sort


class TriggeredFile(RemoteFile):
    """A file that was found.

    Attributes:
        change_type: CREATE for a new file, UPDATE for one that was changed.
    """

    change_type: Literal["CREATE", "UPDATE"]


class TriggeredFiles(Outputs):
    """What expressions see as ``trigger``.

    Attributes:
        files: The files; their paths are those of copies in the internal storage.
    """

    files: list[TriggeredFile]


class FilesTrigger(Remote, PollingTrigger):
    """Properties of triggers on files of other machines.

    Attributes:
        from_: The folder.
        interval: How often.
        on: Which changes count.
        action: What is done with a file once the execution for it is stored: with the look after that.
        move_directory: Where files are moved.
        reg_exp: What the whole path of a file must match.
        recursive: Whether folders in it are looked into.
        max_files: How many files one execution gets; the others come with the next look.
        sort: In which order an execution gets them.
        state_key: Another one makes all files new.
        state_ttl: How long a file that was seen is remembered.
    """

    from_: Annotated[str, Field(alias="from")]
    interval: Static[timedelta] = timedelta(minutes=1)
    on: Change = "CREATE_OR_UPDATE"
    action: Action
    move_directory: str | None = None
    reg_exp: str | None = None
    recursive: bool = False
    max_files: Annotated[int, Field(ge=1)] = 25
    sort: Sort = "NONE"
    state_key: str | None = None
    state_ttl: Static[timedelta | None] = None


def look(ctx: RunContext, trigger: FilesTrigger) -> TriggeredFiles | None:
    """Finish with the files of the look before, then give those that are new."""
    folder = destination(trigger.action, trigger.move_directory)
    seen = read_seen(ctx.kept_before(), trigger.state_key or "")
    with trigger.opened(ctx) as place:
        there = files_of(place, trigger.from_, trigger.reg_exp, is_recursive=trigger.recursive)
        by_path = {entry.path: entry for entry in there}
        found = [_found(entry) for entry in there]
        if trigger.action != "NONE" and not ctx.facts.is_dry:
            for done in to_finish(seen, found):
                finish(place, by_path.pop(done.path), trigger.action, folder)
        found = [file for file in found if file.path in by_path]
        chosen, keeping = take(seen, found, trigger.on, most=trigger.max_files, now=time.time(), ttl=trigger.state_ttl)
        entries = in_order([by_path[file.path] for file in chosen], trigger.sort)
        files = [
            TriggeredFile(
                **described(entry, entry.path if ctx.facts.is_dry else get(ctx, place, entry.path)).model_dump(),
                change_type="UPDATE" if entry.path in seen.files else "CREATE",
            )
            for entry in entries
        ]
    ctx.keep(keeping.as_json())
    return TriggeredFiles(files=files) if files else None


def _found(entry: Entry) -> Found:
    return Found(entry.path, f"{entry.modified_at}/{entry.size}", entry.modified_at or 0.0)
