"""Writing a file to a bucket of Google Cloud Storage."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.gcp.blobs import address_of, object_of
from tiercel.tasks.gcp.connection import GcpTask
from tiercel.tasks.gcp.transfers import Sums, send


class UploadOutputs(Outputs):
    """What an Upload gives back.

    Attributes:
        uri: The address of the object.
        md5: Checksum of what was sent.
        crc32c: Checksum of what was sent.
    """

    uri: str
    md5: str
    crc32c: str = Field(alias="crc32c")


class Upload(
    GcpTask,
    type="io.kestra.plugin.gcp.gcs.Upload",
    example="""
type: io.kestra.plugin.gcp.gcs.Upload
serviceAccount: "{{ secret('GCP_KEY') }}"
from: "{{ outputs.to_parquet.uri }}"
to: gs://company-orders/2026/orders.parquet
""",
):
    """Writes a file to a bucket.

    Attributes:
        from_: URI of the file.
        to: Address of the object, which is replaced when it is there.
        content_type: Type of its content.
        content_encoding: How its content is encoded.
        content_disposition: How it is shown.
        cache_control: How it may be cached.
        validate_checksum: Whether the checksums the service has of it are compared with those of what was sent.
        expected_md5: What the checksum is to be, in base64; the service refuses another content.
        expected_crc32c: The same, of the other kind.
    """

    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    content_type: str | None = None
    content_encoding: str | None = None
    content_disposition: str | None = None
    cache_control: str | None = None
    validate_checksum: bool = True
    expected_md5: str | None = None
    expected_crc32c: str | None = Field(default=None, alias="expectedCrc32c")

    def run(self, ctx: RunContext) -> UploadOutputs:
        """Send it piece by piece."""
        target = object_of(self.to, "to")
        if not self.from_:
            raise TaskError("Say which file with `from`")
        with self.opened(ctx) as client:
            blob = client.bucket(target.bucket).blob(target.name)
            self._tell(blob)
            summing = send(ctx, blob, self.from_, self.content_type)
            sums = summing.sums()
            self._compare(blob, sums)
        ctx.counter("file.size", summing.size_bytes)
        return UploadOutputs(uri=address_of(*target), md5=sums.md5, crc32c=sums.crc32c)

    def _tell(self, blob: Any) -> None:  # noqa: ANN401 (of an optional package)
        blob.content_encoding = self.content_encoding
        blob.content_disposition = self.content_disposition
        blob.cache_control = self.cache_control
        if self.expected_md5:
            blob.md5_hash = self.expected_md5
        if self.expected_crc32c:
            blob.crc32c = self.expected_crc32c

    def _compare(self, blob: Any, sums: Sums) -> None:  # noqa: ANN401 (as above)
        if not self.validate_checksum:
            return
        try:
            blob.reload()
        except library("google.api_core.exceptions", "gcp").Forbidden:
            return  # those who may write need not be allowed to read
        if (blob.md5_hash or sums.md5, blob.crc32c or sums.crc32c) != sums:
            raise TaskError(f"What {address_of(blob.bucket.name, blob.name)} holds differs from what was sent")
