"""Tasks on the objects of a bucket that fit: listing, downloading and deleting them."""

from __future__ import annotations

from itertools import islice
from typing import Annotated, Any, Literal

from pydantic import Field

from tiercel.plugins import LogLevel, Outputs, RunContext, TaskError
from tiercel.tasks.aws.connection import AwsTask, given
from tiercel.tasks.aws.objects import (
    CopyObject,
    FileInfo,
    Filter,
    S3Object,
    copy,
    fetch,
    list_objects,
    moved_key,
    object_of,
)

_DELETED_AT_ONCE = 1000


class ListingTask(AwsTask):
    """A task on objects that fit.

    Attributes:
        bucket: The bucket.
        prefix: What their keys begin with.
        delimiter: Keys that hold it after the prefix are left out.
        marker: Only keys after this one.
        encoding_type: Has no effect: keys are given as they are.
        max_keys: How many are asked for at once.
        regexp: What the whole key must match.
        expected_bucket_owner: The account the bucket must belong to.
        request_payer: Who pays for the request.
    """

    bucket: str
    prefix: str | None = None
    delimiter: str | None = None
    marker: str | None = None
    encoding_type: str | None = None
    max_keys: Annotated[int, Field(ge=1)] = 1000
    regexp: str | None = None
    expected_bucket_owner: str | None = None
    request_payer: str | None = None


class ObjectsOutputs(Outputs):
    """What a List gives back.

    Attributes:
        objects: The objects, in order of key.
    """

    objects: list[S3Object]


class List(
    ListingTask,
    type="io.kestra.plugin.aws.s3.List",
    example="""
type: io.kestra.plugin.aws.s3.List
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY_ID') }}"
region: eu-central-1
bucket: company-orders
prefix: 2026/
""",
):
    """Lists objects of a bucket.

    Attributes:
        max_files: How many are given at most.
        filter: Files, folders (keys that end with ``/``) or both.
    """

    filter: Filter = "BOTH"
    max_files: Annotated[int, Field(ge=1)] = 25

    def run(self, ctx: RunContext) -> ObjectsOutputs:
        """List them."""
        with self.opened(ctx, "s3") as client:
            found = first_objects(ctx, client, self, self.filter, self.max_files)
        ctx.counter("size", len(found))
        return ObjectsOutputs(objects=[object_of(one) for one in found])


class Downloads(
    ListingTask,
    type="io.kestra.plugin.aws.s3.Downloads",
    example="""
type: io.kestra.plugin.aws.s3.Downloads
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
    """Stores objects of a bucket as files, then deletes or moves them if that is asked for.

    Attributes:
        max_files: How many are stored at most.
        filter: Files, folders (keys that end with ``/``) or both.
        action: What is done with the objects once all are stored.
        move_to: The folder they are moved to.
        validate_checksum: Whether checksums that the service has of them are compared.
    """

    filter: Filter = "BOTH"
    max_files: Annotated[int, Field(ge=1)] = 25
    action: Literal["MOVE", "DELETE", "NONE"]
    move_to: CopyObject | None = None
    validate_checksum: bool = False

    def run(self, ctx: RunContext) -> DownloadsOutputs:
        """Store all of them before anything is deleted."""
        if self.action == "MOVE" and self.move_to is None:
            raise TaskError("action MOVE needs moveTo")
        with self.opened(ctx, "s3") as client:
            found = first_objects(ctx, client, self, self.filter, self.max_files)
            objects = []
            for one in found:
                info = fetch(ctx, client, **asked_for(self, one["Key"], is_checked=self.validate_checksum))
                objects.append(_checked_object(one, info))
            for one in found:
                finish(client, self.bucket, one["Key"], self.action, self.move_to)
        files = {one.key: str(one.uri) for one in objects}
        return DownloadsOutputs(objects=objects, output_files=files)


class DownloadsOutputs(Outputs):
    """What a Downloads gives back.

    Attributes:
        objects: The objects, in order of key.
        output_files: URIs of the files, by key.
    """

    objects: list[S3Object]
    output_files: dict[str, str]


class DeletedOutputs(Outputs):
    """What a DeleteList gives back.

    Attributes:
        count: How many objects were deleted.
        size: Their bytes.
    """

    count: int = 0
    size: int = 0


class DeleteList(
    ListingTask,
    type="io.kestra.plugin.aws.s3.DeleteList",
    example="""
type: io.kestra.plugin.aws.s3.DeleteList
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY_ID') }}"
region: eu-central-1
bucket: company-orders
prefix: tmp/
""",
):
    """Deletes the objects of a bucket that fit, a thousand with one request.

    Attributes:
        filter: Files, folders (keys that end with ``/``) or both.
        error_on_empty: Whether it is an error when there is none.
        concurrent: Has no effect: there are few requests.
    """

    filter: Filter = "BOTH"
    error_on_empty: bool = False
    concurrent: Annotated[int, Field(ge=2)] | None = None

    def run(self, ctx: RunContext) -> DeletedOutputs:
        """Delete them, batch by batch."""
        count = size = 0
        with self.opened(ctx, "s3") as client:
            found = list_objects(client, self, self.filter)
            while batch := list(islice(found, _DELETED_AT_ONCE)):
                self._delete(client, batch)
                count += len(batch)
                size += sum(one["Size"] for one in batch)
        if self.error_on_empty and not count:
            raise TaskError(f"No object of {self.bucket} fits")
        ctx.counter("count", count)
        ctx.counter("size", size)
        return DeletedOutputs(count=count, size=size)

    def _delete(self, client: Any, batch: list[dict[str, Any]]) -> None:  # noqa: ANN401 (of an optional package)
        keys = [{"Key": one["Key"]} for one in batch]
        asked = given(ExpectedBucketOwner=self.expected_bucket_owner, RequestPayer=self.request_payer)
        answer = client.delete_objects(Bucket=self.bucket, Delete={"Objects": keys, "Quiet": True}, **asked)
        for error in answer.get("Errors", ()):
            raise TaskError(f"{error.get('Key')} was not deleted: {error.get('Code')}: {error.get('Message')}")


def first_objects(ctx: RunContext, client: Any, task: Any, wanted: Filter, most: int) -> list[dict[str, Any]]:  # noqa: ANN401 (as above)
    """Give the first objects that fit; a warning tells when there are more."""
    found = list(islice(list_objects(client, task, wanted), most + 1))
    if len(found) > most:
        ctx.log.write(LogLevel.WARN, "More than maxFiles (%s) objects fit; the others are left out", most)
    return found[:most]


def asked_for(task: Any, key: str, *, is_checked: bool) -> dict[str, Any]:  # noqa: ANN401 (as above)
    """Give what names one object to the service."""
    return given(
        Bucket=task.bucket,
        Key=key,
        ExpectedBucketOwner=task.expected_bucket_owner,
        RequestPayer=task.request_payer,
        ChecksumMode="ENABLED" if is_checked else None,
    )


def finish(client: Any, bucket: str, key: str, action: str, target: CopyObject | None) -> None:  # noqa: ANN401 (as above)
    """Delete or move an object that was taken."""
    if action == "MOVE" and target is not None:
        copy(client, {"Bucket": bucket, "Key": key}, target, moved_key(target, key))
    if action in {"MOVE", "DELETE"}:
        client.delete_object(Bucket=bucket, Key=key)


def _checked_object(found: dict[str, Any], info: FileInfo) -> S3Object:
    one = object_of(found, info.uri)
    return one.model_copy(update=given(checksum_algorithm=info.checksum_algorithm, checksum_value=info.checksum_value))
