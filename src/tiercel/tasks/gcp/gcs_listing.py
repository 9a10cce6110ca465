"""Tasks on the objects of a bucket that fit: listing, downloading and deleting them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, TaskError
from tiercel.tasks.gcp.blobs import Blob, Filter, ListingType, Place, blob_of, first_blobs, list_blobs, place_of
from tiercel.tasks.gcp.connection import GcpTask
from tiercel.tasks.gcp.transfers import fetch, finish

Action = Literal["MOVE", "DELETE", "NONE"]


class ListingTask(GcpTask):
    """A task on objects that fit.

    Attributes:
        from_: Address of a bucket, or of a folder in it; more exactly, what addresses begin with.
        listing_type: Only what is right there, or what is in folders below it too.
        reg_exp: What the whole address must match.
    """

    from_: str = Field(alias="from")
    listing_type: ListingType = "DIRECTORY"
    reg_exp: str | None = None


class ListOutputs(Outputs):
    """What a List gives back.

    Attributes:
        blobs: The objects, in order of name.
    """

    blobs: list[Blob]


class List(
    ListingTask,
    type="io.kestra.plugin.gcp.gcs.List",
    example="""
type: io.kestra.plugin.gcp.gcs.List
serviceAccount: "{{ secret('GCP_KEY') }}"
from: gs://company-orders/2026/
listingType: RECURSIVE
""",
):
    """Lists objects of a bucket.

    Attributes:
        all_versions: Whether former versions are listed too.
        filter: Files, folders or both.
        max_files: How many are given at most.
    """

    all_versions: bool | None = None
    filter: Filter = "BOTH"
    max_files: Annotated[int, Field(ge=1)] = 25

    def run(self, ctx: RunContext) -> ListOutputs:
        """List them."""
        with self.opened(ctx) as client:
            found = list_blobs(client, self, self.filter, all_versions=bool(self.all_versions))
            blobs = [blob_of(one) for one in first_blobs(ctx, found, self.max_files)]
        ctx.counter("size", len(blobs))
        return ListOutputs(blobs=blobs)


class DownloadsOutputs(Outputs):
    """What a Downloads gives back.

    Attributes:
        blobs: The objects, in order of name, each with the URI of its file.
        output_files: URIs of the files, by name of the object.
    """

    blobs: list[Blob]
    output_files: dict[str, str]


class Downloads(
    ListingTask,
    type="io.kestra.plugin.gcp.gcs.Downloads",
    example="""
type: io.kestra.plugin.gcp.gcs.Downloads
serviceAccount: "{{ secret('GCP_KEY') }}"
from: gs://company-orders/inbox/
action: MOVE
moveDirectory: gs://company-orders/done/
""",
):
    """Stores objects of a bucket as files, then deletes or moves them if that is asked for.

    Attributes:
        all_versions: Whether former versions are stored too.
        max_files: How many are stored at most.
        action: What is done with the objects once all are stored.
        move_directory: Address of the folder they are moved to.
        validate_checksum: Whether the checksums the service has of them are compared.
    """

    all_versions: bool | None = None
    max_files: Annotated[int, Field(ge=1)] = 25
    action: Action = "NONE"
    move_directory: str | None = None
    validate_checksum: bool = False

    def run(self, ctx: RunContext) -> DownloadsOutputs:
        """Store all of them before anything is deleted."""
        target = target_of(self.action, self.move_directory)
        with self.opened(ctx) as client:
            listed = list_blobs(client, self, "FILES", all_versions=bool(self.all_versions))
            found = first_blobs(ctx, listed, self.max_files)
            blobs = [blob_of(one, fetch(ctx, one, is_checked=self.validate_checksum)) for one in found]
            for one in {one.name: one for one in found}.values():
                finish(client, one, self.action, target)
        return DownloadsOutputs(blobs=blobs, output_files={one.name: one.uri for one in blobs})


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
    type="io.kestra.plugin.gcp.gcs.DeleteList",
    example="""
type: io.kestra.plugin.gcp.gcs.DeleteList
serviceAccount: "{{ secret('GCP_KEY') }}"
from: gs://company-orders/tmp/
listingType: RECURSIVE
""",
):
    """Deletes the objects of a bucket that fit.

    Attributes:
        all_versions: Whether former versions are deleted too.
        error_on_empty: Whether it is an error when there is none.
        concurrent: Has no effect: they are deleted one after another.
    """

    all_versions: bool | None = None
    error_on_empty: bool = False
    concurrent: Annotated[int, Field(ge=2)] | None = None

    def run(self, ctx: RunContext) -> DeletedOutputs:
        """Delete them."""
        count = size = 0
        with self.opened(ctx) as client:
            for blob in list_blobs(client, self, "FILES", all_versions=bool(self.all_versions)):
                if ctx.is_cancelled:
                    raise TaskError(f"Deleting was cancelled after {count} objects")
                self._delete(blob)
                count += 1
                size += blob.size or 0
        if self.error_on_empty and not count:
            raise TaskError(f"No object of {self.from_} fits")
        ctx.counter("count", count)
        ctx.counter("size", size)
        return DeletedOutputs(count=count, size=size)

    def _delete(self, blob: Any) -> None:  # noqa: ANN401 (of an optional package)
        """Delete it; only a version that is named is gone for good where versions are kept."""
        blob.bucket.delete_blob(blob.name, generation=blob.generation if self.all_versions else None)


def target_of(action: str, move_directory: str | None) -> Place | None:
    """Give the folder that objects are moved to.

    Raises:
        TaskError: It is needed and not given, or no address.
    """
    if action != "MOVE":
        return None
    if move_directory is None:
        raise TaskError("action MOVE needs moveDirectory")
    return place_of(move_directory, "moveDirectory")
