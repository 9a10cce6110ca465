from __future__ import annotations

import resource
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from tiercel.errors import UnavailableError
from tiercel.storage.encrypted import CHUNK, HEADER, EncryptedStorage
from tiercel.storage.local import open_local_storage
from tiercel.storage.memory import open_memory_storage
from tiercel.storage.objects import ObjectStorage
from tiercel.storage.protocol import Storage
from tiercel.testing.storage_suite import StorageSuite

KEY = b"k" * 32
SEALED = CHUNK + 16


class TestEncryptedLocalStorage(StorageSuite):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> EncryptedStorage:
        return EncryptedStorage(open_local_storage(tmp_path / "storage"), KEY)


class TestEncryptedMemoryStorage(StorageSuite):
    @pytest.fixture
    def storage(self) -> EncryptedStorage:
        return EncryptedStorage(open_memory_storage(), KEY)


@pytest.fixture
def below() -> ObjectStorage:
    return open_memory_storage()


@pytest.fixture
def storage(below: ObjectStorage) -> EncryptedStorage:
    return EncryptedStorage(below, KEY)


def content_of(size: int) -> bytes:
    return bytes(number % 251 for number in range(size))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_every_length_comes_back_with_its_size(storage: Storage, size: int) -> None:
    content = content_of(size)
    assert storage.put("/a", content) == size
    assert storage.read("/a") == content
    assert storage.stat("/a").size_bytes == size


@settings(max_examples=60)
@given(st.integers(0, 3 * CHUNK), st.integers(0, 3 * CHUNK + 10), st.integers(0, CHUNK + 5))
def test_a_range_is_that_of_the_content(size: int, start: int, length: int) -> None:
    storage = EncryptedStorage(open_memory_storage(), KEY)
    content = content_of(size)
    storage.put("/a", content)
    with storage.open("/a") as file:
        file.seek(start)
        assert file.read(length) == content[start : start + length]


def test_nothing_readable_is_stored_and_the_same_content_looks_different(
    storage: Storage, below: ObjectStorage
) -> None:
    storage.put("/a", b"confidential " * 1000)
    storage.put("/b", b"confidential " * 1000)
    assert b"confidential" not in below.read("/a")
    assert below.read("/a") != below.read("/b")


def test_another_key_is_told(storage: Storage, below: ObjectStorage) -> None:
    storage.put("/a", b"x")
    other = EncryptedStorage(below, b"o" * 32)
    for look in (other.read, other.open):
        with pytest.raises(UnavailableError, match="/a in storage: it was encrypted with another key"):
            look("/a")


def test_a_file_that_is_not_encrypted_is_told(storage: Storage, below: ObjectStorage) -> None:
    for content in (b"", b"plain", b"plain" * 100):
        below.put("/a", content)
        with pytest.raises(UnavailableError, match="it is not encrypted"):
            storage.read("/a")


def _swapped(sealed: bytes) -> bytes:
    first, second = sealed[HEADER : HEADER + SEALED], sealed[HEADER + SEALED : HEADER + 2 * SEALED]
    return sealed[:HEADER] + second + first + sealed[HEADER + 2 * SEALED :]


@pytest.mark.parametrize(
    "change",
    [
        _swapped,
        lambda sealed: sealed[: HEADER + 2 * SEALED],  # cut off between chunks
        lambda sealed: sealed[:-1],
        lambda sealed: sealed[:HEADER],
        lambda sealed: sealed[: HEADER + SEALED] + sealed[HEADER + 2 * SEALED :],  # one left out
        lambda sealed: sealed[: HEADER + SEALED] + sealed[HEADER:],  # one repeated
        lambda sealed: sealed[: HEADER + 9] + bytes([sealed[HEADER + 9] ^ 1]) + sealed[HEADER + 10 :],
        lambda sealed: sealed[: HEADER - 1] + bytes([sealed[HEADER - 1] ^ 1]) + sealed[HEADER:],
        lambda sealed: sealed + sealed[-20:],
    ],
)
def test_what_was_changed_does_not_open(
    storage: Storage, below: ObjectStorage, change: Callable[[bytes], bytes]
) -> None:
    storage.put("/a", content_of(2 * CHUNK + 100))
    below.put("/a", change(below.read("/a")))
    with pytest.raises(UnavailableError, match="damaged, or was changed"):
        storage.read("/a")
    with pytest.raises(UnavailableError, match="damaged, or was changed"), storage.open("/a") as file:
        file.read()


def test_a_large_stream_does_not_fill_memory(tmp_path: Path) -> None:
    storage = EncryptedStorage(open_local_storage(tmp_path), KEY)
    piece = bytes(1 << 20)
    storage.put("/warm", (piece for _ in range(32)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    storage.put("/large", (piece for _ in range(256)))
    with storage.open("/large") as file:
        while file.read(1 << 20):
            pass
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 96 * 1024
