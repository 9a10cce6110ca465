"""Tasks that download, copy and delete an object of Google Cloud Storage."""

from __future__ import annotations

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.gcp.blobs import address_of, copy_blob, get_blob, object_of
from tiercel.tasks.gcp.connection import GcpTask
from tiercel.tasks.gcp.transfers import fetch


class DownloadOutputs(Outputs):
    """What a Download gives back.

    Attributes:
        bucket: The bucket.
        path: The name of the object.
        uri: The file.
    """

    bucket: str
    path: str
    uri: str


class Download(
    GcpTask,
    type="io.kestra.plugin.gcp.gcs.Download",
    example="""
type: io.kestra.plugin.gcp.gcs.Download
serviceAccount: "{{ secret('GCP_KEY') }}"
from: gs://company-orders/2026/orders.csv
""",
):
    """Stores an object as a file.

    Attributes:
        from_: Address of the object.
        validate_checksum: Whether the checksum the service has of it is compared.
    """

    from_: str | None = Field(default=None, alias="from")
    validate_checksum: bool = False

    def run(self, ctx: RunContext) -> DownloadOutputs:
        """Store it piece by piece."""
        source = object_of(self.from_, "from")
        with self.opened(ctx) as client:
            uri = fetch(ctx, get_blob(client, source), is_checked=self.validate_checksum)
        return DownloadOutputs(bucket=source.bucket, path=source.name, uri=uri)


class AddressOutputs(Outputs):
    """An object that was written.

    Attributes:
        uri: Its address.
    """

    uri: str


class Copy(
    GcpTask,
    type="io.kestra.plugin.gcp.gcs.Copy",
    example="""
type: io.kestra.plugin.gcp.gcs.Copy
serviceAccount: "{{ secret('GCP_KEY') }}"
from: gs://company-orders/inbox/orders.csv
to: gs://company-archive/2026/orders.csv
delete: true
""",
):
    """Copies an object, or moves it.

    Attributes:
        from_: Address of the object.
        to: Address it is copied to.
        delete: Whether the object is deleted where it was.
    """

    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    delete: bool = False

    def run(self, ctx: RunContext) -> AddressOutputs:
        """Copy it, and delete it after that."""
        source, target = object_of(self.from_, "from"), object_of(self.to, "to")
        if source == target:
            raise TaskError("An object cannot be copied onto itself: `from` and `to` are the same")
        with self.opened(ctx) as client:
            blob = get_blob(client, source)
            made = copy_blob(client, blob, target)
            ctx.counter("file.size", made.size or 0)
            if self.delete:
                blob.bucket.delete_blob(blob.name)
        return AddressOutputs(uri=address_of(*target))


class DeleteOutputs(Outputs):
    """What a Delete gives back.

    Attributes:
        uri: The address of the object.
        deleted: Whether there was one.
    """

    uri: str
    deleted: bool


class Delete(
    GcpTask,
    type="io.kestra.plugin.gcp.gcs.Delete",
    example="""
type: io.kestra.plugin.gcp.gcs.Delete
serviceAccount: "{{ secret('GCP_KEY') }}"
uri: gs://company-orders/inbox/orders.csv
""",
):
    """Deletes an object.

    Attributes:
        uri: Address of the object.
        error_on_missing: Whether it is an error when there is none.
    """

    uri: str | None = None
    error_on_missing: bool = False

    def run(self, ctx: RunContext) -> DeleteOutputs:
        """Delete it."""
        place = object_of(self.uri, "uri")
        is_there = True
        with self.opened(ctx) as client:
            try:
                client.bucket(place.bucket).delete_blob(place.name)
            except library("google.api_core.exceptions", "gcp").NotFound:
                is_there = False
        if self.error_on_missing and not is_there:
            raise TaskError(f"There is no object {address_of(*place)}")
        return DeleteOutputs(uri=address_of(*place), deleted=is_there)
