"""The server that speaks the protocol of Google Cloud Storage, on a thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from gcp_storage_emulator.server import Server, create_server
from google.cloud import storage


@contextmanager
def gcs_server() -> Iterator[Server]:
    """Run it on a free port with all it keeps in memory, and have the library ask it in place of Google."""
    server = create_server("127.0.0.1", 0, in_memory=True)
    server.start()
    port = server._api._httpd.server_port  # noqa: SLF001 (told nowhere else)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORAGE_EMULATOR_HOST", f"http://127.0.0.1:{port}")
        yield server
    server.stop()


def put(gcs: storage.Client, *names: str, bucket: str = "orders") -> None:
    for name in names:
        gcs.bucket(bucket).blob(name).upload_from_string(name.encode(), content_type="text/plain")


def names_of(gcs: storage.Client, bucket: str = "orders") -> list[str]:
    return [one.name for one in gcs.list_blobs(bucket)]


def content_of(gcs: storage.Client, name: str, bucket: str = "orders") -> bytes:
    return bytes(gcs.bucket(bucket).blob(name).download_as_bytes(raw_download=True))
