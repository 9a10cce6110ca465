"""Tasks on the blobs of a container that fit: listing, downloading and deleting them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, TaskError
from tiercel.tasks.azure.blobs import Blob, CopyObject, Filter, blob_of, fetch, finish, first_blobs, list_blobs
from tiercel.tasks.azure.connection import AzureTask


class ListingTask(AzureTask):
    """A task on blobs that fit.

    Attributes:
        container: The container.
        prefix: What their names begin with.
        delimiter: Names that go on after it are given as one folder.
        regexp: What the whole name must match.
        filter: Files, folders or both.
    """

    container: str
    prefix: str | None = None
    delimiter: str | None = None
    regexp: str | None = None
    filter: Filter = "FILES"


class ListOutputs(Outputs):
    """What a List gives back.

    Attributes:
        blobs: The blobs, in order of name, folders first.
    """

    blobs: list[Blob]


class List(
    ListingTask,
    type="io.kestra.plugin.azure.storage.blob.List",
    example="""
type: io.kestra.plugin.azure.storage.blob.List
endpoint: https://company.blob.core.windows.net
connectionString: "{{ secret('AZURE_CONNECTION') }}"
container: orders
prefix: 2026/
""",
):
    """Lists blobs of a container.

    Attributes:
        max_files: How many are given at most.
    """

    max_files: Annotated[int, Field(ge=1)] = 25

    def run(self, ctx: RunContext) -> ListOutputs:
        """List them."""
        with self.opened(ctx) as client:
            found = first_blobs(ctx, list_blobs(client, self, self.filter), self.max_files)
        ctx.counter("size", len(found))
        return ListOutputs(blobs=[blob_of(self.container, one) for one in found])


class DownloadsOutputs(Outputs):
    """What a Downloads gives back.

    Attributes:
        blobs: The blobs, in order of name, each with the URI of its file.
        output_files: URIs of the files, by name of the blob.
    """

    blobs: list[Blob]
    output_files: dict[str, str]


class Downloads(
    ListingTask,
    type="io.kestra.plugin.azure.storage.blob.Downloads",
    example="""
type: io.kestra.plugin.azure.storage.blob.Downloads
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
    """Stores blobs of a container as files, then deletes or moves them if that is asked for.

    Attributes:
        filter: Has no effect: folders hold nothing.
        max_files: How many are stored at most.
        action: What is done with the blobs once all are stored.
        move_to: The folder they are moved to.
    """

    max_files: Annotated[int, Field(ge=1)] = 25
    action: Literal["MOVE", "DELETE", "NONE"]
    move_to: CopyObject | None = None

    def run(self, ctx: RunContext) -> DownloadsOutputs:
        """Store all of them before anything is deleted."""
        if self.action == "MOVE" and self.move_to is None:
            raise TaskError("action MOVE needs moveTo")
        with self.opened(ctx) as client:
            found = first_blobs(ctx, list_blobs(client, self, "FILES"), self.max_files)
            blobs = [fetch(ctx, client, self.container, one.name) for one in found]
            for one in blobs:
                source = CopyObject(container=self.container, name=one.name)
                finish(ctx, client, source, self.action, self.move_to)
        return DownloadsOutputs(blobs=blobs, output_files={one.name: str(one.uri) for one in blobs})


class DeletedOutputs(Outputs):
    """What a DeleteList gives back.

    Attributes:
        count: How many blobs were deleted.
        size: Their bytes.
    """

    count: int = 0
    size: int = 0


class DeleteList(
    ListingTask,
    type="io.kestra.plugin.azure.storage.blob.DeleteList",
    example="""
type: io.kestra.plugin.azure.storage.blob.DeleteList
endpoint: https://company.blob.core.windows.net
connectionString: "{{ secret('AZURE_CONNECTION') }}"
container: orders
prefix: tmp/
""",
):
    """Deletes the blobs of a container that fit.

    Attributes:
        error_on_empty: Whether it is an error when there is none.
        concurrent: Has no effect: they are deleted one after another.
    """

    error_on_empty: bool = False
    concurrent: Annotated[int, Field(ge=2)] | None = None

    def run(self, ctx: RunContext) -> DeletedOutputs:
        """Delete them."""
        count = size = 0
        with self.opened(ctx) as client:
            for one in list_blobs(client, self, self.filter):
                if ctx.is_cancelled:
                    raise TaskError(f"Deleting was cancelled after {count} blobs")
                if "size" not in one:
                    continue  # a folder is nothing but what names have in common
                finish(ctx, client, CopyObject(container=self.container, name=one.name), "DELETE", None)
                count += 1
                size += one.size or 0
        if self.error_on_empty and not count:
            raise TaskError(f"No blob of {self.container} fits")
        ctx.counter("count", count)
        ctx.counter("size", size)
        return DeletedOutputs(count=count, size=size)
