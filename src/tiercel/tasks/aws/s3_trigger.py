"""A trigger that waits for objects of a bucket."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from tiercel.plugins import Outputs, PollingTrigger, RunContext, Static, TaskError
from tiercel.tasks.aws.objects import CopyObject, Filter, S3Object, fetch, list_objects, object_of
from tiercel.tasks.aws.s3_listing import ListingTask, asked_for, finish
from tiercel.tasks.fs.changes import Action, Change, Found, read_seen, take, to_finish


class TriggeredObject(S3Object):
    """An object that was found.

    Attributes:
        uri: A copy in the internal storage, as it was when it was found.
        change_type: Whether it is new or was changed.
    """

    change_type: Literal["CREATE", "UPDATE"]


class TriggerOutputs(Outputs):
    """What expressions see as ``trigger``.

    Attributes:
        objects: The objects.
    """

    objects: list[TriggeredObject]


class S3Trigger(
    PollingTrigger,
    ListingTask,
    type="io.kestra.plugin.aws.s3.Trigger",
    outputs=TriggerOutputs,
    example="""
type: io.kestra.plugin.aws.s3.Trigger
interval: PT1M
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY_ID') }}"
region: eu-central-1
bucket: company-orders
prefix: inbox/
action: MOVE
moveTo:
  bucket: company-orders
  key: done
""",
):
    """Looks into a bucket now and then, and starts an execution for the objects that are new or changed.

    Attributes:
        interval: How often.
        max_files: How many objects one execution gets; the others come with the next look.
        filter: Files, folders (keys that end with ``/``) or both.
        on: Which changes count.
        action: What is done with an object once the execution for it is stored: with the look after that.
        move_to: The folder they are moved to.
        state_key: Another one makes all objects new.
        state_ttl: How long an object that was seen is remembered.
    """

    interval: Static[timedelta] = timedelta(minutes=1)
    filter: Filter = "BOTH"
    max_files: Annotated[int, Field(ge=1)] = 25
    on: Change = "CREATE_OR_UPDATE"
    action: Action
    move_to: CopyObject | None = None
    state_key: str | None = None
    state_ttl: Static[timedelta | None] = None

    def evaluate(self, ctx: RunContext) -> TriggerOutputs | None:
        """Finish with the objects of the look before, then give those that are new."""
        if self.action == "MOVE" and self.move_to is None:
            raise TaskError("action MOVE needs moveTo")
        seen = read_seen(ctx.kept_before(), self.state_key or "")
        with self.opened(ctx, "s3") as client:
            listed = {one["Key"]: one for one in list_objects(client, self, self.filter)}
            if self.action != "NONE" and not ctx.facts.is_dry:
                for file in to_finish(seen, map(_found, listed.values())):
                    finish(client, self.bucket, file.path, self.action, self.move_to)
                    del listed[file.path]
            there = [_found(one) for one in listed.values()]
            chosen, keeping = take(seen, there, self.on, most=self.max_files, now=time.time(), ttl=self.state_ttl)
            objects = [
                self._take(ctx, client, listed[file.path], is_new=file.path not in seen.files) for file in chosen
            ]
        ctx.keep(keeping.as_json())
        return TriggerOutputs(objects=objects) if objects else None

    def _take(self, ctx: RunContext, client: Any, found: dict[str, Any], *, is_new: bool) -> TriggeredObject:  # noqa: ANN401 (of an optional package)
        """Store a copy of an object; a dry look stores none."""
        uri = None
        if not ctx.facts.is_dry:
            uri = fetch(ctx, client, **asked_for(self, found["Key"], is_checked=False)).uri
        told = object_of(found, uri).model_dump()
        return TriggeredObject(**told, change_type="CREATE" if is_new else "UPDATE")


def _found(one: dict[str, Any]) -> Found:
    return Found(one["Key"], f"{one.get('ETag')}/{one['LastModified'].isoformat()}", one["LastModified"].timestamp())
