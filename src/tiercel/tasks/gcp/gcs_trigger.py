"""A trigger that waits for objects of a bucket."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from tiercel.plugins import Outputs, PollingTrigger, RunContext, Static
from tiercel.tasks.fs.changes import Action, Change, Found, read_seen, take, to_finish
from tiercel.tasks.gcp.blobs import Blob, address_of, blob_of, list_blobs
from tiercel.tasks.gcp.gcs_listing import ListingTask, target_of
from tiercel.tasks.gcp.transfers import fetch, finish


class TriggeredBlob(Blob):
    """An object that was found.

    Attributes:
        uri: A copy in the internal storage, as it was when it was found.
        change_type: Whether it is new or was changed.
    """

    change_type: Literal["CREATE", "UPDATE"]


class TriggerOutputs(Outputs):
    """What expressions see as ``trigger``.

    Attributes:
        blobs: The objects.
    """

    blobs: list[TriggeredBlob]


class GcsTrigger(
    PollingTrigger,
    ListingTask,
    type="io.kestra.plugin.gcp.gcs.Trigger",
    outputs=TriggerOutputs,
    example="""
type: io.kestra.plugin.gcp.gcs.Trigger
interval: PT1M
serviceAccount: "{{ secret('GCP_KEY') }}"
from: gs://company-orders/inbox/
action: MOVE
moveDirectory: gs://company-orders/done/
""",
):
    """Looks into a bucket now and then, and starts an execution for the objects that are new or changed.

    Attributes:
        interval: How often.
        max_files: How many objects one execution gets; the others come with the next look.
        on: Which changes count.
        action: What is done with an object once the execution for it is stored: with the look after that.
        move_directory: Address of the folder they are moved to.
        state_key: Another one makes all objects new.
        state_ttl: How long an object that was seen is remembered.
    """

    interval: Static[timedelta] = timedelta(minutes=1)
    max_files: Annotated[int, Field(ge=1)] = 25
    on: Change = "CREATE_OR_UPDATE"
    action: Action = "NONE"
    move_directory: str | None = None
    state_key: str | None = None
    state_ttl: Static[timedelta | None] = None

    def evaluate(self, ctx: RunContext) -> TriggerOutputs | None:
        """Finish with the objects of the look before, then give those that are new."""
        target = target_of(self.action, self.move_directory)
        seen = read_seen(ctx.kept_before(), self.state_key or "")
        with self.opened(ctx) as client:
            listed = {one.name: one for one in list_blobs(client, self, "FILES")}
            if self.action != "NONE" and not ctx.facts.is_dry:
                for file in to_finish(seen, map(_found, listed.values())):
                    finish(client, listed.pop(file.path), self.action, target)
            there = [_found(one) for one in listed.values()]
            chosen, keeping = take(seen, there, self.on, most=self.max_files, now=time.time(), ttl=self.state_ttl)
            blobs = [_take(ctx, listed[file.path], is_new=file.path not in seen.files) for file in chosen]
        ctx.keep(keeping.as_json())
        return TriggerOutputs(blobs=blobs) if blobs else None


def _take(ctx: RunContext, blob: Any, *, is_new: bool) -> TriggeredBlob:  # noqa: ANN401 (of an optional package)
    """Store a copy of an object; a dry look stores none."""
    uri = address_of(blob.bucket.name, blob.name) if ctx.facts.is_dry else fetch(ctx, blob)
    return TriggeredBlob(**blob_of(blob, uri).model_dump(), change_type="CREATE" if is_new else "UPDATE")


def _found(blob: Any) -> Found:  # noqa: ANN401 (as above)
    return Found(blob.name, f"{blob.generation}/{blob.crc32c}", blob.time_created.timestamp())
