"""A trigger that waits for blobs of a container."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from tiercel.plugins import Outputs, PollingTrigger, RunContext, Static, TaskError
from tiercel.tasks.azure.blob_listing import ListingTask
from tiercel.tasks.azure.blobs import Blob, CopyObject, blob_of, fetch, finish, list_blobs
from tiercel.tasks.fs.changes import Action, Change, Found, read_seen, take, to_finish


class TriggeredBlob(Blob):
    """A blob that was found.

    Attributes:
        uri: A copy in the internal storage, as it was when it was found.
        change_type: Whether it is new or was changed.
    """

    change_type: Literal["CREATE", "UPDATE"]


class TriggerOutputs(Outputs):
    """What expressions see as ``trigger``.

    Attributes:
        blobs: The blobs.
    """

    blobs: list[TriggeredBlob]


class BlobTrigger(
    PollingTrigger,
    ListingTask,
    type="io.kestra.plugin.azure.storage.blob.Trigger",
    outputs=TriggerOutputs,
    example="""
type: io.kestra.plugin.azure.storage.blob.Trigger
interval: PT1M
endpoint: https://company.blob.core.windows.net
connectionString: "{{ secret('AZURE_CONNECTION') }}"
container: orders
prefix: inbox/
action: MOVE
moveTo:
  container: orders
  name: done
""",
):
    """Looks into a container now and then, and starts an execution for the blobs that are new or changed.

    Attributes:
        interval: How often.
        filter: Has no effect: folders hold nothing.
        max_files: How many blobs one execution gets; the others come with the next look.
        on: Which changes count.
        action: What is done with a blob once the execution for it is stored: with the look after that.
        move_to: The folder they are moved to.
        state_key: Another one makes all blobs new.
        state_ttl: How long a blob that was seen is remembered.
    """

    interval: Static[timedelta] = timedelta(minutes=1)
    max_files: Annotated[int, Field(ge=1)] = 25
    on: Change = "CREATE_OR_UPDATE"
    action: Action
    move_to: CopyObject | None = None
    state_key: str | None = None
    state_ttl: Static[timedelta | None] = None

    def evaluate(self, ctx: RunContext) -> TriggerOutputs | None:
        """Finish with the blobs of the look before, then give those that are new."""
        if self.action == "MOVE" and self.move_to is None:
            raise TaskError("action MOVE needs moveTo")
        seen = read_seen(ctx.kept_before(), self.state_key or "")
        with self.opened(ctx) as client:
            listed = {one.name: one for one in list_blobs(client, self, "FILES")}
            if self.action != "NONE" and not ctx.facts.is_dry:
                for file in to_finish(seen, map(_found, listed.values())):
                    source = CopyObject(container=self.container, name=file.path)
                    finish(ctx, client, source, self.action, self.move_to)
                    del listed[file.path]
            there = [_found(one) for one in listed.values()]
            chosen, keeping = take(seen, there, self.on, most=self.max_files, now=time.time(), ttl=self.state_ttl)
            blobs = [self._take(ctx, client, listed[file.path], is_new=file.path not in seen.files) for file in chosen]
        ctx.keep(keeping.as_json())
        return TriggerOutputs(blobs=blobs) if blobs else None

    def _take(self, ctx: RunContext, client: Any, found: Any, *, is_new: bool) -> TriggeredBlob:  # noqa: ANN401 (of an optional package)
        """Store a copy of a blob; a dry look stores none."""
        dry = ctx.facts.is_dry
        blob = blob_of(self.container, found) if dry else fetch(ctx, client, self.container, found.name)
        return TriggeredBlob(**blob.model_dump(), change_type="CREATE" if is_new else "UPDATE")


def _found(one: Any) -> Found:  # noqa: ANN401 (as above)
    return Found(one.name, str(one.etag), one.last_modified.timestamp())
