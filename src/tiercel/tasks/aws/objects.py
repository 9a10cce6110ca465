"""Objects of S3: finding, reading and finishing with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Literal, Protocol

from tiercel.plugins import Outputs, Properties, RunContext, TaskError, fitting
from tiercel.tasks.aws.connection import given

_PIECE_BYTES = 1024 * 1024
_CHECKSUMS = ("CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME")
_ENCRYPTIONS = {"AES256": "AES256", "AWS_KMS": "aws:kms", "AWS_KMS_DSSE": "aws:kms:dsse"}

Filter = Literal["FILES", "DIRECTORY", "BOTH"]


class Owner(Outputs):
    """Whose an object is.

    Attributes:
        id: Of the account.
        display_name: Of the account.
    """

    id: str | None = None
    display_name: str | None = None


class S3Object(Outputs):
    """An object as it is listed.

    Attributes:
        key: Its key.
        etag: Tag of its content.
        size: In bytes.
        last_modified: When it was written.
        owner: Whose it is.
        uri: A copy in the internal storage, where one was made.
        checksum_algorithm: Of the checksum, where there is one.
        checksum_value: The checksum.
    """

    key: str
    etag: str | None = None
    size: int
    last_modified: datetime
    owner: Owner | None = None
    uri: str | None = None
    checksum_algorithm: str | None = None
    checksum_value: str | None = None


class FileInfo(Outputs):
    """An object that was copied.

    Attributes:
        uri: The file in the internal storage.
        e_tag: Tag of its content.
        version_id: Its version, in buckets that keep them.
        content_length: In bytes.
        content_type: Type of its content.
        metadata: What its owner noted of it.
        checksum_algorithm: Of the checksum, where there is one.
        checksum_value: The checksum.
    """

    uri: str | None = None
    e_tag: str | None = None
    version_id: str | None = None
    content_length: int | None = None
    content_type: str | None = None
    metadata: dict[str, str] | None = None
    checksum_algorithm: str | None = None
    checksum_value: str | None = None


class ObjectOutputs(Outputs):
    """An object that was written.

    Attributes:
        bucket: The bucket it is in.
        key: Its key.
        e_tag: Tag of its content.
        version_id: Its version, in buckets that keep them.
    """

    bucket: str
    key: str
    e_tag: str | None = None
    version_id: str | None = None


class CopyObject(Properties):
    """Where an object is copied to.

    Attributes:
        bucket: The bucket; the one it is in when nothing is said.
        key: The key; of a folder, where several objects are moved.
        server_side_encryption: How it is encrypted there.
        kms_key_id: With which key.
    """

    bucket: str | None = None
    key: str
    server_side_encryption: Literal["NONE", "AES256", "AWS_KMS"] | None = None
    kms_key_id: str | None = None


class Listing(Protocol):
    """What says which objects are listed."""

    bucket: str
    prefix: str | None
    delimiter: str | None
    marker: str | None
    max_keys: int
    regexp: str | None
    expected_bucket_owner: str | None
    request_payer: str | None


def list_objects(client: Any, listing: Listing, wanted: Filter) -> Iterator[dict[str, Any]]:  # noqa: ANN401 (of an optional package)
    """Give objects as the service lists them, page after page.

    Raises:
        TaskError: The regular expression is none.
    """
    fits = fitting(listing.regexp, "regexp") if listing.regexp else None
    asked = given(
        Bucket=listing.bucket,
        Prefix=listing.prefix,
        Delimiter=listing.delimiter,
        Marker=listing.marker,
        ExpectedBucketOwner=listing.expected_bucket_owner,
        RequestPayer=listing.request_payer,
    )
    pages = client.get_paginator("list_objects").paginate(**asked, PaginationConfig={"PageSize": listing.max_keys})
    for page in pages:
        for found in page.get("Contents", ()):
            is_folder = found["Key"].endswith("/")
            if (fits is None or fits(found["Key"])) and (wanted == "BOTH" or is_folder == (wanted == "DIRECTORY")):
                yield found


def object_of(found: Mapping[str, Any], uri: str | None = None) -> S3Object:
    """Give what is told of an object that was listed."""
    owner = found.get("Owner")
    return S3Object(
        key=found["Key"],
        etag=found.get("ETag"),
        size=found["Size"],
        last_modified=found["LastModified"],
        owner=Owner(id=owner.get("ID"), display_name=owner.get("DisplayName")) if owner else None,
        uri=uri,
        checksum_algorithm=next(iter(found.get("ChecksumAlgorithm") or ()), None),
    )


def fetch(ctx: RunContext, client: Any, name: str = "", **asked: Any) -> FileInfo:  # noqa: ANN401 (as above)
    """Store an object piece by piece; a folder becomes an empty file."""
    answer = client.get_object(**asked)
    file_name = name or ctx.files.new_name(PurePosixPath(asked["Key"]).suffix)
    uri = ctx.files.write(file_name, _pieces(ctx, answer["Body"]))
    ctx.counter("file.size", answer["ContentLength"])
    algorithm = next((kind for kind in _CHECKSUMS if answer.get(f"Checksum{kind}")), None)
    return FileInfo(
        uri=uri,
        e_tag=answer.get("ETag"),
        version_id=answer.get("VersionId"),
        content_length=answer["ContentLength"],
        content_type=answer.get("ContentType"),
        metadata=answer.get("Metadata") or {},
        checksum_algorithm=algorithm,
        checksum_value=answer.get(f"Checksum{algorithm}") if algorithm else None,
    )


def copy(client: Any, source: Mapping[str, Any], target: CopyObject, key: str = "") -> str:  # noqa: ANN401 (as above)
    """Copy an object within the service, in parts when it is large; give its new key."""
    new_key = key or target.key
    client.copy(dict(source), target.bucket or source["Bucket"], new_key, ExtraArgs=encryption(target) or None)
    return new_key


def moved_key(target: CopyObject, key: str) -> str:
    """Give the key of an object that is moved into a folder."""
    return f"{target.key.rstrip('/')}/{PurePosixPath(key).name}".lstrip("/")


def encryption(target: CopyObject) -> dict[str, Any]:
    """Give how a copy is encrypted, as the service is told."""
    kind = target.server_side_encryption
    if kind in {None, "NONE"}:
        return {}
    return given(ServerSideEncryption=_ENCRYPTIONS[str(kind)], SSEKMSKeyId=target.kms_key_id)


def _pieces(ctx: RunContext, body: Any) -> Iterator[bytes]:  # noqa: ANN401 (as above)
    for piece in body.iter_chunks(_PIECE_BYTES):
        if ctx.is_cancelled:
            raise TaskError("The transfer was cancelled")
        yield piece
