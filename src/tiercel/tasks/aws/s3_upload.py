"""Writing files to a bucket of S3."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import Field

from tiercel.plugins import RunContext, TaskError
from tiercel.tasks.aws.connection import AwsTask, given
from tiercel.tasks.aws.objects import FileInfo, ObjectOutputs

_ENCRYPTIONS = {"AES256": "AES256", "AWS_KMS": "aws:kms", "AWS_KMS_DSSE": "aws:kms:dsse"}
_CHECKSUMS = {"CRC32_C": "CRC32C", "CRC64_NVME": "CRC64NVME"}

Checksum = Literal["CRC32", "CRC32_C", "SHA1", "SHA256", "CRC64_NVME", "UNKNOWN_TO_SDK_VERSION"]
StorageClass = Literal[
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "OUTPOSTS",
    "GLACIER_IR",
    "SNOW",
    "EXPRESS_ONEZONE",
    "UNKNOWN_TO_SDK_VERSION",
]


class UploadOutputs(ObjectOutputs):
    """What an Upload gives back.

    Attributes:
        bucket: The bucket.
        key: The key, of the folder when there are several files.
        e_tag: Tag of the content, of one file.
        version_id: Its version, in buckets that keep them, of one file.
        files: What became of each file, by its key, when there are several.
    """

    files: dict[str, FileInfo] | None = None


class Upload(
    AwsTask,
    type="io.kestra.plugin.aws.s3.Upload",
    example="""
type: io.kestra.plugin.aws.s3.Upload
accessKeyId: "{{ secret('AWS_ACCESS_KEY_ID') }}"
secretKeyId: "{{ secret('AWS_SECRET_KEY_ID') }}"
region: eu-central-1
from: "{{ outputs.to_parquet.uri }}"
bucket: company-orders
key: 2026/orders.parquet
""",
):
    """Writes files to a bucket, in parts when they are large.

    Attributes:
        from_: URI of a file; or several as a list, or as a map by name, which make ``key`` a folder.
        bucket: The bucket.
        key: The key.
        metadata: What is noted of it.
        tagging: Tags of it.
        content_type: Type of its content.
        content_encoding: How its content is encoded.
        content_disposition: How it is shown.
        content_language: Language of its content.
        content_length: Has no effect: the length is known.
        cache_control: How it may be cached.
        expires: Until when it may be cached.
        acl: Who may do what with it, by a name of the service.
        storage_class: How it is kept.
        server_side_encryption: How it is encrypted.
        bucket_key_enabled: Whether the key of the bucket is used for that.
        checksum_algorithm: Of the checksum the service makes.
        checksum: Has no effect: the checksum is made from what is sent.
        object_lock_mode: How it is locked.
        object_lock_legal_hold_status: Whether it is held.
        object_lock_retain_until_date: Until when it is locked.
        expected_bucket_owner: The account the bucket must belong to.
        request_payer: Who pays for the request.
        concurrent_uploads: How many parts are sent at once, at most 8.
    """

    from_: str | list[str] | dict[str, str] = Field(alias="from")
    bucket: str
    key: str
    metadata: dict[str, str] | None = None
    tagging: dict[str, str] | None = None
    content_type: str | None = None
    content_encoding: str | None = None
    content_disposition: str | None = None
    content_language: str | None = None
    content_length: int | None = None
    cache_control: str | None = None
    expires: datetime | None = None
    acl: str | None = None
    storage_class: StorageClass | None = None
    server_side_encryption: Literal["AES256", "AWS_KMS", "AWS_KMS_DSSE", "UNKNOWN_TO_SDK_VERSION"] | None = None
    bucket_key_enabled: bool | None = None
    checksum_algorithm: Checksum | None = None
    checksum: str | None = None
    object_lock_mode: Literal["GOVERNANCE", "COMPLIANCE", "UNKNOWN_TO_SDK_VERSION"] | None = None
    object_lock_legal_hold_status: Literal["ON", "OFF", "UNKNOWN_TO_SDK_VERSION"] | None = None
    object_lock_retain_until_date: datetime | None = None
    expected_bucket_owner: str | None = None
    request_payer: str | None = None
    concurrent_uploads: Annotated[int, Field(ge=1)] = 50

    def run(self, ctx: RunContext) -> UploadOutputs:
        """Send them one after another."""
        sources = _sources(self.from_)
        with self.opened(ctx, "s3") as client:
            if isinstance(sources, str):
                info = self._send(ctx, client, sources, self.key)
                return UploadOutputs(bucket=self.bucket, key=self.key, e_tag=info.e_tag, version_id=info.version_id)
            files = {}
            for name, uri in sources.items():
                key = f"{self.key.rstrip('/')}/{name}".lstrip("/")
                files[key] = self._send(ctx, client, uri, key)
        return UploadOutputs(bucket=self.bucket, key=self.key, files=files)

    def _send(self, ctx: RunContext, client: Any, uri: str, key: str) -> FileInfo:  # noqa: ANN401 (of an optional package)
        from boto3.s3.transfer import TransferConfig  # noqa: PLC0415 (an optional package)

        config = TransferConfig(max_concurrency=min(self.concurrent_uploads, 8))
        reader = io.BufferedReader(_Pieces(ctx, uri), 1024 * 1024)
        client.upload_fileobj(reader, self.bucket, key, ExtraArgs=self._facts(), Config=config)
        size = ctx.files.size(uri)
        ctx.counter("file.count", 1)
        ctx.counter("file.size", size)
        owner = given(ExpectedBucketOwner=self.expected_bucket_owner, RequestPayer=self.request_payer)
        try:
            found = client.head_object(Bucket=self.bucket, Key=key, **owner)
        except client.exceptions.ClientError:
            found = {}  # those who may write need not be allowed to read
        return FileInfo(
            uri=uri,
            e_tag=found.get("ETag"),
            version_id=found.get("VersionId"),
            content_length=size,
            content_type=found.get("ContentType"),
            metadata=found.get("Metadata") or self.metadata or {},
        )

    def _facts(self) -> dict[str, Any]:
        algorithm = self.checksum_algorithm
        return given(
            Metadata=self.metadata,
            Tagging=urlencode(self.tagging) if self.tagging else None,
            ContentType=self.content_type,
            ContentEncoding=self.content_encoding,
            ContentDisposition=self.content_disposition,
            ContentLanguage=self.content_language,
            CacheControl=self.cache_control,
            Expires=self.expires,
            ACL=self.acl,
            StorageClass=self.storage_class,
            ServerSideEncryption=_ENCRYPTIONS.get(self.server_side_encryption or "", self.server_side_encryption),
            BucketKeyEnabled=self.bucket_key_enabled,
            ChecksumAlgorithm=_CHECKSUMS.get(algorithm or "", algorithm),
            ObjectLockMode=self.object_lock_mode,
            ObjectLockLegalHoldStatus=self.object_lock_legal_hold_status,
            ObjectLockRetainUntilDate=self.object_lock_retain_until_date,
            ExpectedBucketOwner=self.expected_bucket_owner,
            RequestPayer=self.request_payer,
        )


def _sources(given_: str | list[str] | dict[str, str]) -> str | dict[str, str]:
    """Give the one file, or several by the name they are to have."""
    if isinstance(given_, str) and given_.lstrip()[:1] in {"[", "{"}:
        try:
            given_ = json.loads(given_)
        except ValueError:
            raise TaskError("`from` is neither the URI of a file nor a JSON list or map of such") from None
    if isinstance(given_, list):
        return {PurePosixPath(uri).name: uri for uri in map(str, given_)}
    return given_


class _Pieces(io.RawIOBase):
    """A stored file as one that is read."""

    def __init__(self, ctx: RunContext, uri: str) -> None:
        super().__init__()
        self._ctx = ctx
        self._pieces: Iterator[bytes] = ctx.files.open(uri)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]  # whatever it is, it takes bytes
        if self._ctx.is_cancelled:
            raise TaskError("The transfer was cancelled")
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        size = min(len(view), len(self._rest))
        view[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
