"""Putting objects of Google Cloud Storage together into one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pydantic import Field

from tiercel.plugins import Outputs, Properties, RunContext, TaskError
from tiercel.tasks.gcp.blobs import Filter, ListingType, address_of, list_blobs, object_of, place_of
from tiercel.tasks.gcp.connection import GcpTask

_MOST_AT_ONCE = 32


class ComposeList(Properties):
    """What is put together.

    Attributes:
        from_: Address of a bucket, or of a folder in it; more exactly, what addresses begin with.
        listing_type: Only what is right there, or what is in folders below it too.
        reg_exp: What the whole address must match.
        filter: Has no effect: folders hold nothing.
    """

    from_: str = Field(alias="from")
    listing_type: ListingType = "DIRECTORY"
    reg_exp: str | None = None
    filter: Filter = "BOTH"


class ComposeOutputs(Outputs):
    """What a Compose gives back.

    Attributes:
        uri: The address of the object that was made; nothing when there was none to make it of.
    """

    uri: str | None = None


class Compose(
    GcpTask,
    type="io.kestra.plugin.gcp.gcs.Compose",
    example="""
type: io.kestra.plugin.gcp.gcs.Compose
serviceAccount: "{{ secret('GCP_KEY') }}"
list:
  from: gs://company-orders/parts/
to: gs://company-orders/2026/orders.csv
""",
):
    """Puts objects together into one, in the order of their names, without moving their content.

    Attributes:
        list: Which objects.
        to: Address of the object that is made, in the same bucket.
        allow_empty: Whether it is no error when there is none to put together.
    """

    list: ComposeList
    to: str | None = None
    allow_empty: bool = False

    def run(self, ctx: RunContext) -> ComposeOutputs:
        """Put them together."""
        target = object_of(self.to, "to")
        if place_of(self.list.from_, "list.from").bucket != target.bucket:
            raise TaskError("Objects are put together within their bucket: `to` and `list.from` name two")
        with self.opened(ctx) as client:
            blobs = [*list_blobs(client, self.list, "FILES")]
            if not blobs and not self.allow_empty:
                raise TaskError(f"No object of {self.list.from_} fits")
            ctx.counter("count", len(blobs))
            if not blobs:
                return ComposeOutputs()
            made = client.bucket(target.bucket).blob(target.name)
            made.content_type = blobs[0].content_type
            with _few(made, blobs, ctx.facts.task_run_id) as few:
                made.compose(few)
            ctx.counter("size", made.size or 0)
        return ComposeOutputs(uri=address_of(*target))


@contextmanager
def _few(made: Any, blobs: list[Any], run: str) -> Iterator[list[Any]]:  # noqa: ANN401 (of an optional package)
    """Give as many objects as the service takes at once, put together from the others; they are deleted after that."""
    between: list[Any] = []
    try:
        while len(blobs) > _MOST_AT_ONCE:
            parts = []
            for start in range(0, len(blobs), _MOST_AT_ONCE):
                part = made.bucket.blob(f"{made.name}.{run}.{len(between)}")
                part.compose(blobs[start : start + _MOST_AT_ONCE])
                between.append(part)
                parts.append(part)
            blobs = parts
        yield blobs
    finally:
        for part in between:
            made.bucket.delete_blob(part.name)
