"""Triggers that wait for files in a folder of this machine, below ``local_files.allowed_paths``."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import Field

from tiercel.plugins import (
    Outputs,
    PollingTrigger,
    RealtimeTrigger,
    RunContext,
    Static,
    TaskError,
    TriggerEvent,
    duration_text,
)
from tiercel.tasks.fs.changes import Action, Change, read_seen, take, to_finish
from tiercel.tasks.fs.local_files import LocalFile, finish_local, folder_of, list_local, read_local


class LocalOutputs(Outputs):
    """What expressions see as ``trigger``.

    Attributes:
        files: The files.
        count: How many there are.
    """

    files: list[LocalFile]
    count: int


class LocalTrigger(
    PollingTrigger,
    type="io.kestra.plugin.fs.local.Trigger",
    outputs=LocalOutputs,
    example="""
type: io.kestra.plugin.fs.local.Trigger
from: /srv/inbox
interval: PT1M
regExp: ".*\\\\.csv"
on: CREATE
""",
):
    """Looks into a folder now and then, and starts an execution for the files that are new or changed.

    Attributes:
        from_: The folder.
        interval: How often.
        on: Which changes count.
        action: What is done with a file once the execution for it is stored: with the look after that.
        move_directory: Where files are moved.
        reg_exp: What the whole path of a file must match.
        recursive: Whether folders in it are looked into.
        max_files: How many files one execution gets; the others come with the next look.
        state_key: Another one makes all files new.
        state_ttl: How long a file that was seen is remembered.
    """

    from_: Annotated[str, Field(alias="from")]
    interval: Static[timedelta] = timedelta(minutes=1)
    on: Change = "CREATE_OR_UPDATE"
    action: Action = "NONE"
    move_directory: str | None = None
    reg_exp: str | None = None
    recursive: bool = False
    max_files: Annotated[int, Field(ge=1)] = 25
    state_key: str | None = None
    state_ttl: Static[timedelta | None] = None

    def evaluate(self, ctx: RunContext) -> LocalOutputs | None:
        """Finish with the files of the look before, then give those that are new."""
        root, target = folder_of(ctx, self.from_), None
        if self.action == "MOVE":
            if self.move_directory is None:
                raise TaskError("action MOVE needs moveDirectory")
            target = folder_of(ctx, self.move_directory)
        there = list(list_local(root, self.reg_exp, is_recursive=self.recursive))
        seen = read_seen(ctx.kept_before(), self.state_key or "")
        if self.action != "NONE" and not ctx.facts.is_dry:
            done = {file.path for file in to_finish(seen, there) if finish_local(Path(file.path), target)}
            there = [file for file in there if file.path not in done]
        chosen, keeping = take(seen, there, self.on, most=self.max_files, now=time.time(), ttl=self.state_ttl)
        files = [found for file in chosen if (found := read_local(ctx, file)) is not None]
        ctx.keep(keeping.as_json())
        return LocalOutputs(files=files, count=len(files)) if files else None


class LocalWatch(
    RealtimeTrigger,
    type="io.kestra.plugin.fs.local.RealtimeTrigger",
    outputs=LocalFile,
    example="""
type: io.kestra.plugin.fs.local.RealtimeTrigger
from: /srv/inbox
on: CREATE
""",
):
    """Starts an execution for each file of a folder as soon as it is new or changed, and no longer grows.

    Attributes:
        from_: The folder.
        on: Which changes count.
        reg_exp: What the whole path of a file must match.
        recursive: Whether folders in it are looked into.
        settle: For how long a file must not have changed.
    """

    from_: Annotated[str, Field(alias="from")]
    on: Change = "CREATE_OR_UPDATE"
    reg_exp: str | None = None
    recursive: bool = False
    settle: Static[timedelta] = timedelta(seconds=1)

    def listen(self, ctx: RunContext) -> Iterator[TriggerEvent]:
        """Give the files one by one; what was seen is stored with each."""
        root = folder_of(ctx, self.from_)
        seen = read_seen(ctx.kept_before(), "")
        settle = self.settle.total_seconds()
        ctx.log.info("watching %s for files that rest for %s", str(root), duration_text(self.settle))
        while not ctx.is_cancelled:
            now = time.time()
            there = [
                file for file in list_local(root, self.reg_exp, is_recursive=self.recursive) if now - file.at >= settle
            ]
            chosen, keeping = take(seen, there, self.on, most=1, now=now)
            seen = keeping
            for file in chosen:
                found = read_local(ctx, file)
                if found is not None:
                    yield TriggerEvent(variables=found, key=f"{file.path} {file.version}", state=keeping.as_json())
            if not chosen:
                ctx.wait(min(max(settle, 0.05), 1.0))
