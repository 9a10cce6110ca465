"""Blobs of Azure: finding, reading and finishing with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import PurePosixPath
from typing import Any, Literal, Protocol

from tiercel.plugins import LogLevel, Outputs, Properties, RunContext, TaskError, fitting

_POLL_SECONDS = 0.5

Filter = Literal["FILES", "DIRECTORY", "BOTH"]


class Blob(Outputs):
    """A blob.

    Attributes:
        uri: A copy in the internal storage, where one was made.
        container: The container it is in.
        name: Its name.
        size: In bytes.
        e_tag: Tag of its content and what is told of it.
        last_modified: When it was written.
    """

    uri: str | None = None
    container: str
    name: str
    size: int = 0
    e_tag: str | None = None
    last_modified: datetime | None = None


class CopyObject(Properties):
    """A blob, or a folder of such.

    Attributes:
        container: The container it is in.
        name: Its name.
    """

    container: str
    name: str


class Listing(Protocol):
    """What says which blobs are listed."""

    container: str
    prefix: str | None
    delimiter: str | None
    regexp: str | None


def list_blobs(client: Any, listing: Listing, wanted: Filter) -> Iterator[Any]:  # noqa: ANN401 (of an optional package)
    """Give blobs, and folders if they are wanted, as the service lists them, page after page.

    Raises:
        TaskError: The regular expression is none.
    """
    fits = fitting(listing.regexp, "regexp") if listing.regexp else None
    container = client.get_container_client(listing.container)
    if listing.delimiter:
        found = container.walk_blobs(name_starts_with=listing.prefix, delimiter=listing.delimiter)
    else:
        found = container.list_blobs(name_starts_with=listing.prefix)
    for one in found:
        if (wanted == "BOTH" or is_folder(one) == (wanted == "DIRECTORY")) and (fits is None or fits(one.name)):
            yield one


def first_blobs(ctx: RunContext, found: Iterator[Any], most: int) -> list[Any]:
    """Give the first blobs; a warning tells when there are more."""
    taken = list(islice(found, most + 1))
    if len(taken) > most:
        ctx.log.write(LogLevel.WARN, "More than maxFiles (%s) blobs fit; the others are left out", most)
    return taken[:most]


def is_folder(found: Any) -> bool:  # noqa: ANN401 (as above)
    """Tell whether it is what names have in common, or the empty blob that stands for a folder."""
    return "size" not in found or bool(found.name.endswith("/"))


def blob_of(container: str, found: Any, uri: str | None = None) -> Blob:  # noqa: ANN401 (as above)
    """Give what is told of a blob that was listed or asked about."""
    if "size" not in found:
        return Blob(container=container, name=found.name, uri=uri)
    return Blob(
        uri=uri,
        container=container,
        name=found.name,
        size=found.size or 0,
        e_tag=found.etag,
        last_modified=found.last_modified,
    )


def fetch(ctx: RunContext, client: Any, container: str, name: str) -> Blob:  # noqa: ANN401 (as above)
    """Store a blob piece by piece."""
    stream = client.get_blob_client(container, name).download_blob()
    uri = ctx.files.write(ctx.files.new_name(PurePosixPath(name).suffix), _pieces(ctx, stream))
    ctx.counter("file.size", stream.size)
    return blob_of(container, stream.properties, uri)


def copy(ctx: RunContext, client: Any, source: CopyObject, target: CopyObject) -> Blob:  # noqa: ANN401 (as above)
    """Copy a blob within the service, and wait until that is done.

    Raises:
        TaskError: The two are one, or the service gave up.
    """
    if source == target:
        raise TaskError("A blob cannot be copied onto itself: `from` and `to` are the same")
    made = client.get_blob_client(target.container, target.name)
    begun = made.start_copy_from_url(client.get_blob_client(source.container, source.name).url)
    found = made.get_blob_properties()
    while found.copy.id == begun["copy_id"] and found.copy.status == "pending":
        if ctx.wait(_POLL_SECONDS):
            made.abort_copy(begun["copy_id"])
            raise TaskError("Copying was cancelled")
        found = made.get_blob_properties()
    if found.copy.status not in {None, "success"}:
        raise TaskError(f"{source.container}/{source.name} was not copied: {found.copy.status_description}")
    return blob_of(target.container, found)


def finish(ctx: RunContext, client: Any, source: CopyObject, action: str, target: CopyObject | None) -> None:  # noqa: ANN401 (as above)
    """Delete a blob that was taken, or move it into a folder."""
    if action == "MOVE" and target is not None:
        name = f"{target.name.rstrip('/')}/{PurePosixPath(source.name).name}".lstrip("/")
        copy(ctx, client, source, CopyObject(container=target.container, name=name))
    if action in {"MOVE", "DELETE"}:
        client.get_blob_client(source.container, source.name).delete_blob(delete_snapshots="include")


def _pieces(ctx: RunContext, stream: Any) -> Iterator[bytes]:  # noqa: ANN401 (as above)
    for piece in stream.chunks():
        if ctx.is_cancelled:
            raise TaskError("The transfer was cancelled")
        yield piece
