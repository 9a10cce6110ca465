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
        key: Its key.
        etag: Tag of its content.
        size: In bytes.
        last_modified: When it was written.
        owner: Whose it is.
        uri: A copy in the internal storage, as it was when it was found.
        checksum_algorithm: Of the checksum, where there is one.
        checksum_value: The checksum.
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
    r"""Looks into a bucket now and then, and starts an execution for the objects that are new or changed.

    Attributes:
        interval: How often.
        bucket: The bucket.
        prefix: What their keys begin with.
        delimiter: Keys that hold it after the prefix are left out.
        marker: Only keys after this one.
        encoding_type: Has no effect: keys are given as they are.
        max_keys: How many are asked for at once.
        max_files: How many objects one execution gets; the others come with the next look.
        regexp: What the whole key must match.
        filter: Files, folders (keys that end with ``/``) or both.
        on: Which changes count.
        action: What is done with an object once the execution for it is stored: with the look after that.
        move_to: The folder they are moved to.
        state_key: Another one makes all objects new.
        state_ttl: How long an object that was seen is remembered.
        expected_bucket_owner: The account the bucket must belong to.
        request_payer: Who pays for the request.
        access_key_id: Of the credentials; those of the machine when none are given.
        secret_key_id: Of the credentials.
        session_token: Of temporary credentials.
        region: Of the bucket.
        endpoint_override: Address of another service that speaks S3.
        force_path_style: Whether the bucket is part of the path of addresses, not of their host.
        compatibility_mode: Whether no checksums are sent that other services may not know.
        sts_role_arn: A role to take on.
        sts_role_external_id: Of the role.
        sts_role_session_name: Of the role.
        sts_role_session_duration: How long the role is kept.
        sts_endpoint_override: Address of the service that gives roles.
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
