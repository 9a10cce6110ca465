"""Reading an object of S3."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, TaskError
from tiercel.tasks.aws.connection import given
from tiercel.tasks.aws.objects import FileInfo, fetch
from tiercel.tasks.aws.s3_listing import ListingTask, asked_for, first_objects


class DownloadOutputs(Outputs):
    """What a Download gives back.

    Attributes:
        uri: The file, of one object.
        e_tag: Tag of its content.
        version_id: Its version, in buckets that keep them.
        content_length: In bytes.
        content_type: Type of its content.
        metadata: What its owner noted of it.
        checksum_algorithm: Of the checksum, where there is one.
        checksum_value: The checksum.
        files: The files, by key, where several were asked for.
    """

    uri: str | None = None
    e_tag: str | None = None
    version_id: str | None = None
    content_length: int | None = None
    content_type: str | None = None
    metadata: dict[str, str] | None = None
    checksum_algorithm: str | None = None
    checksum_value: str | None = None
    files: dict[str, FileInfo] | None = None


class Download(
    ListingTask,
    type="io.kestra.plugin.aws.s3.Download",
    example="""
type: io.kestra.plugin.aws.s3.Download
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY_ID') }}"
region: eu-central-1
bucket: company-orders
key: 2026/orders.csv
""",
):
    """Stores an object as a file; or several, when ``prefix``, ``delimiter`` or ``regexp`` say which.

    Attributes:
        key: Key of the object.
        version_id: Which version; the last one when nothing is said.
        prefix: What the keys of several begin with.
        max_files: How many are stored at most.
        validate_checksum: Whether checksums that the service has of them are compared.
    """

    key: str | None = None
    version_id: str | None = None
    max_files: Annotated[int, Field(ge=1)] = 25
    validate_checksum: bool = False

    def run(self, ctx: RunContext) -> DownloadOutputs:
        """Store it piece by piece."""
        is_several = any(value is not None for value in (self.prefix, self.delimiter, self.regexp))
        if not is_several and self.key is None:
            raise TaskError("Say which object with `key`, or which ones with `prefix`, `delimiter` or `regexp`")
        with self.opened(ctx, "s3") as client:
            if not is_several:
                asked = asked_for(self, str(self.key), is_checked=self.validate_checksum)
                info = fetch(ctx, client, **asked, **given(VersionId=self.version_id))
                return DownloadOutputs(**info.model_dump())
            files = {
                one["Key"]: fetch(ctx, client, **asked_for(self, one["Key"], is_checked=self.validate_checksum))
                for one in first_objects(ctx, client, self, "FILES", self.max_files)
            }
        return DownloadOutputs(files=files)
