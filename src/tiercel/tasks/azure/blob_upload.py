"""Writing files to a container of Azure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any, Literal

from pydantic import Field

from tiercel.plugins import Outputs, Properties, RunContext, TaskError
from tiercel.tasks.azure.blob_objects import BlobTask
from tiercel.tasks.azure.blobs import Blob, blob_of
from tiercel.tasks.extras import library

AccessTier = Literal[
    "P4", "P6", "P10", "P15", "P20", "P30", "P40", "P50", "P60", "P70", "P80", "HOT", "COOL", "ARCHIVE"
]


class ImmutabilityPolicy(Properties):
    """How long a blob cannot be changed.

    Attributes:
        expiry_time: Until when.
        policy_mode: Whether the policy itself can be changed.
    """

    expiry_time: datetime | None = None
    policy_mode: Literal["MUTABLE", "UNLOCKED", "LOCKED"] | None = None


class UploadOutputs(Outputs):
    """What an Upload gives back.

    Attributes:
        blob: The blob, of one file.
        blobs: The blobs.
    """

    blob: Blob | None = None
    blobs: list[Blob]


class Upload(
    BlobTask,
    type="io.kestra.plugin.azure.storage.blob.Upload",
    example="""
type: io.kestra.plugin.azure.storage.blob.Upload
endpoint: https://company.blob.core.windows.net
connectionString: "{{ secret('AZURE_CONNECTION') }}"
from: "{{ outputs.to_parquet.uri }}"
container: orders
name: 2026/orders.parquet
""",
):
    """Writes files to a container, in parts when they are large.

    Attributes:
        from_: URI of a file; or several as a list, or as a map by name, which make ``name`` a folder.
        metadata: What is noted of it.
        tags: Tags of it.
        access_tier: How it is kept.
        legal_hold: Whether it is held.
        immutability_policy: How long it cannot be changed.
    """

    from_: str | list[str] | dict[str, str] = Field(alias="from")
    metadata: dict[str, str] | None = None
    tags: dict[str, str] | None = None
    access_tier: AccessTier | None = None
    legal_hold: bool | None = None
    immutability_policy: ImmutabilityPolicy | None = None

    def run(self, ctx: RunContext) -> UploadOutputs:
        """Send them one after another."""
        sources = _sources(self.from_)
        with self.opened(ctx) as client:
            if isinstance(sources, str):
                blob = self._send(ctx, client, sources, self.name)
                return UploadOutputs(blob=blob, blobs=[blob])
            folder = self.name.rstrip("/")
            blobs = [
                self._send(ctx, client, uri, f"{folder}/{name}".lstrip("/")) for name, uri in sorted(sources.items())
            ]
        return UploadOutputs(blob=blobs[0] if len(blobs) == 1 else None, blobs=blobs)

    def _send(self, ctx: RunContext, client: Any, uri: str, name: str) -> Blob:  # noqa: ANN401 (of an optional package)
        blob = client.get_blob_client(self.container, name)
        size = ctx.files.size(uri)
        blob.upload_blob(
            _Pieces(ctx, uri), length=size, overwrite=True, metadata=self.metadata, tags=self.tags, max_concurrency=1
        )
        self._settle(blob)
        ctx.counter("file.size", size)
        return blob_of(self.container, blob.get_blob_properties())

    def _settle(self, blob: Any) -> None:  # noqa: ANN401 (as above)
        """Say how the blob is kept from now on."""
        if self.access_tier is not None and self.access_tier.startswith("P"):
            blob.set_premium_page_blob_tier(self.access_tier)
        elif self.access_tier is not None:
            blob.set_standard_blob_tier(self.access_tier.capitalize())
        if self.legal_hold is not None:
            blob.set_legal_hold(self.legal_hold)
        if self.immutability_policy is not None:
            mode = self.immutability_policy.policy_mode
            policy = library("azure.storage.blob", "azure").ImmutabilityPolicy(
                expiry_time=self.immutability_policy.expiry_time, policy_mode=mode.capitalize() if mode else None
            )
            blob.set_immutability_policy(policy)


def _sources(given: str | list[str] | dict[str, str]) -> str | dict[str, str]:
    """Give the one file, or several by the name they are to have."""
    if isinstance(given, str) and given.lstrip()[:1] in {"[", "{"}:
        try:
            given = json.loads(given)
        except ValueError:
            raise TaskError("`from` is neither the URI of a file nor a JSON list or map of such") from None
    if isinstance(given, list):
        return {PurePosixPath(uri).name: uri for uri in map(str, given)}
    return given


class _Pieces:
    """A stored file as one that is read."""

    def __init__(self, ctx: RunContext, uri: str) -> None:
        self._ctx = ctx
        self._pieces: Iterator[bytes] = ctx.files.open(uri)
        self._rest = bytearray()

    def read(self, size: int = -1) -> bytes:
        """Give the next bytes, fewer than asked for only at the end."""
        while size < 0 or len(self._rest) < size:
            if self._ctx.is_cancelled:
                raise TaskError("The transfer was cancelled")
            piece = next(self._pieces, None)
            if piece is None:
                break
            self._rest += piece
        size = len(self._rest) if size < 0 else size
        given = bytes(self._rest[:size])
        del self._rest[:size]
        return given
