"""Storage in a bucket: S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from msgspec import Struct, field
from obstore import exceptions
from obstore.store import AzureStore, GCSStore, ObjectStore, S3Store

from tiercel.errors import InvalidError, UnavailableError, Violation
from tiercel.storage.objects import ObjectStorage

if TYPE_CHECKING:
    from obstore.store import ClientConfig  # the library has it for type checkers only

_TIMEOUT = timedelta(seconds=60)
_RETRY = timedelta(seconds=30)
_PARTS_AT_ONCE = 4


class BucketKind(StrEnum):
    """Who keeps the bucket."""

    S3 = "s3"
    GCS = "gcs"
    AZURE = "azure"


class Bucket(Struct, frozen=True, kw_only=True):
    """Where the files are.

    Attributes:
        name: Of the bucket, or of the container.
        prefix: Put before every path; empty = the whole bucket is this storage's.
        options: Address, region and credentials by the names of the client library; what is absent is taken from the
            process environment, as the provider's own tools do.
    """

    kind: BucketKind
    name: str
    prefix: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


def open_bucket(bucket: Bucket) -> ObjectStorage:
    """Storage in a bucket, which must exist.

    Raises:
        InvalidError: An option is unknown or has a value that cannot be used.
        UnavailableError: The bucket cannot be reached, or is not there.
    """
    storage = ObjectStorage(_open(bucket), parts_at_once=_PARTS_AT_ONCE)
    # A wrong address or key is to be told at the start, not by the first flow that stores a file.
    try:
        next(storage.walk("/storage-check"), None)
    except UnavailableError as error:
        place = f"{bucket.kind}://{bucket.name}/{bucket.prefix}"
        raise UnavailableError(f"the storage {place} cannot be used: {error}", *error.details) from error
    return storage


def _open(bucket: Bucket) -> ObjectStore:
    options = dict(bucket.options)
    client: ClientConfig = {"timeout": _TIMEOUT}
    if options.get("endpoint", "").startswith("http://"):
        client["allow_http"] = True
    prefix = bucket.prefix.strip("/") or None
    try:
        made = _MAKERS[bucket.kind](
            bucket.name, prefix=prefix, config=options, client_options=client, retry_config={"retry_timeout": _RETRY}
        )
    except (exceptions.BaseError, ValueError, TypeError) as error:
        reason = str(error).partition("\n")[0]
        raise InvalidError([Violation(f"cannot be used: {reason}", path="storage")]) from None
    return cast("ObjectStore", made)


# The stubs list the name of every option; here the names come from a file, and the library checks them.
_MAKERS: Mapping[BucketKind, Callable[..., object]] = {
    BucketKind.S3: S3Store,
    BucketKind.GCS: GCSStore,
    BucketKind.AZURE: AzureStore,
}
