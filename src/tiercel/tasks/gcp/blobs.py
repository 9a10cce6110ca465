"""Objects of Google Cloud Storage: their addresses, finding, reading and finishing with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, Literal, NamedTuple, Protocol
from urllib.parse import unquote_plus

from pydantic import Field

from tiercel.plugins import LogLevel, Outputs, RunContext, TaskError, fitting

Filter = Literal["FILES", "DIRECTORY", "BOTH"]
ListingType = Literal["RECURSIVE", "DIRECTORY"]


class Place(NamedTuple):
    """What a ``gs://`` address names: a bucket, and the name of an object or what names begin with."""

    bucket: str
    name: str


class Blob(Outputs):
    """An object.

    Attributes:
        uri: Its address; or that of its copy in the internal storage, where one was made.
        bucket: The bucket it is in.
        name: Its name.
        generated_id: Its id, with its version.
        self_link: Its address for programs.
        media_link: The address of its content for programs.
        size: In bytes.
        etag: Tag of its content and what is told of it.
        md5: Checksum of its content; objects put together from others have none.
        crc32c: Checksum of its content.
        cache_control: How it may be cached.
        content_type: Type of its content.
        content_encoding: How its content is encoded.
        content_disposition: How it is shown.
        content_language: Language of its content.
        metadata: What its owner noted of it.
        meta_generation: How often what is told of it was changed.
        component_count: Of how many others it was put together.
        create_time: When it was written.
        update_time: When it, or what is told of it, was changed.
        delete_time: When this version ceased to be the last one.
        custom_time: A time its owner noted.
        time_storage_class_updated: When it was last moved to another class of storage.
        is_directory: Whether it is a folder: what names have in common up to a ``/``.
        kms_key_name: The key it is encrypted with.
        event_based_hold: Whether it is held until something happens.
        temporary_hold: Whether it is held for now.
        retention_expiration_time: Until when it must be kept, in milliseconds since 1970.
    """

    uri: str
    bucket: str
    name: str
    generated_id: str | None = None
    self_link: str | None = None
    media_link: str | None = None
    size: int | None = None
    etag: str | None = None
    md5: str | None = None
    crc32c: str | None = Field(default=None, alias="crc32c")
    cache_control: str | None = None
    content_type: str | None = None
    content_encoding: str | None = None
    content_disposition: str | None = None
    content_language: str | None = None
    metadata: dict[str, str] | None = None
    meta_generation: int | None = None
    component_count: int | None = None
    create_time: datetime | None = None
    update_time: datetime | None = None
    delete_time: datetime | None = None
    custom_time: datetime | None = None
    time_storage_class_updated: datetime | None = None
    is_directory: bool = False
    kms_key_name: str | None = None
    event_based_hold: bool | None = None
    temporary_hold: bool | None = None
    retention_expiration_time: int | None = None


class Listing(Protocol):
    """What says which objects are listed."""

    from_: str
    listing_type: ListingType
    reg_exp: str | None


def place_of(address: str | None, name: str) -> Place:
    """Read an address; ``+`` in it is a space, as in the addresses that are given back.

    Args:
        address: As it was written.
        name: Of the property, for the error.

    Raises:
        TaskError: It is none.
    """
    scheme, _, rest = (address or "").partition("://")
    bucket, _, path = rest.partition("/")
    if scheme != "gs" or not bucket:
        raise TaskError(f"`{name}` is to be an address such as gs://my-bucket/folder/file.csv, not '{address or ''}'")
    return Place(bucket, unquote_plus(path))


def object_of(address: str | None, name: str) -> Place:
    """Read the address of one object.

    Raises:
        TaskError: It is none, or names a bucket only.
    """
    place = place_of(address, name)
    if not place.name:
        raise TaskError(f"`{name}` names the bucket {place.bucket}, but no object in it")
    return place


def address_of(bucket: str, name: str) -> str:
    """Give the address of an object, so that `place_of` finds its name again."""
    return f"gs://{bucket}/{name.replace('%', '%25').replace('+', '%2B').replace(' ', '+')}"


def list_blobs(client: Any, listing: Listing, wanted: Filter, *, all_versions: bool = False) -> Iterator[Any]:  # noqa: ANN401 (of an optional package)
    """Give objects, and folders if they are wanted, in the order of their names.

    Raises:
        TaskError: The regular expression, or the address, is none.
    """
    place = place_of(listing.from_, "from")
    fits = fitting(listing.reg_exp, "regExp") if listing.reg_exp else None
    delimiter = "/" if listing.listing_type == "DIRECTORY" else None
    bucket = client.bucket(place.bucket)
    found = bucket.list_blobs(prefix=place.name or None, delimiter=delimiter, versions=all_versions or None)
    for page in found.pages:
        folders = (bucket.blob(name) for name in page.prefixes)
        for blob in sorted([*page, *folders], key=lambda one: str(one.name)):
            is_wanted = wanted == "BOTH" or is_folder(blob) == (wanted == "DIRECTORY")
            if is_wanted and (fits is None or fits(address_of(blob.bucket.name, blob.name))):
                yield blob


def first_blobs(ctx: RunContext, found: Iterator[Any], most: int) -> list[Any]:
    """Give the first objects; a warning tells when there are more."""
    taken = list(islice(found, most + 1))
    if len(taken) > most:
        ctx.log.write(LogLevel.WARN, "More than maxFiles (%s) objects fit; the others are left out", most)
    return taken[:most]


def is_folder(blob: Any) -> bool:  # noqa: ANN401 (as above)
    """Tell whether it is a folder, or the empty object that stands for one."""
    return bool(blob.name.endswith("/"))


def blob_of(blob: Any, uri: str = "") -> Blob:  # noqa: ANN401 (as above)
    """Give what is told of an object."""
    kept_until = blob.retention_expiration_time
    return Blob(
        uri=uri or address_of(blob.bucket.name, blob.name),
        bucket=blob.bucket.name,
        name=blob.name,
        generated_id=blob.id,
        self_link=blob.self_link,
        media_link=blob.media_link,
        size=0 if blob.size is None and is_folder(blob) else blob.size,
        etag=blob.etag,
        md5=blob.md5_hash,
        crc32c=blob.crc32c,
        cache_control=blob.cache_control,
        content_type=blob.content_type,
        content_encoding=blob.content_encoding,
        content_disposition=blob.content_disposition,
        content_language=blob.content_language,
        metadata=blob.metadata,
        meta_generation=blob.metageneration,
        component_count=blob.component_count,
        create_time=blob.time_created,
        update_time=blob.updated,
        delete_time=blob.time_deleted,
        custom_time=blob.custom_time,
        time_storage_class_updated=blob._properties.get("timeStorageClassUpdated"),  # noqa: SLF001 (told nowhere else)
        is_directory=is_folder(blob),
        kms_key_name=blob.kms_key_name,
        event_based_hold=blob.event_based_hold,
        temporary_hold=blob.temporary_hold,
        retention_expiration_time=int(kept_until.timestamp() * 1000) if kept_until else None,
    )


def get_blob(client: Any, place: Place) -> Any:  # noqa: ANN401 (as above)
    """Look up an object.

    Raises:
        TaskError: There is none of that name.
    """
    blob = client.bucket(place.bucket).get_blob(place.name)
    if blob is None:
        raise TaskError(f"There is no object {address_of(*place)}")
    return blob


def copy_blob(client: Any, blob: Any, target: Place) -> Any:  # noqa: ANN401 (as above)
    """Copy an object within the service, however large it is; give the copy."""
    made = client.bucket(target.bucket).blob(target.name)
    token, _, _ = made.rewrite(blob)
    while token is not None:
        token, _, _ = made.rewrite(blob, token=token)
    return made
