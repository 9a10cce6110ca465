from __future__ import annotations

import resource
from pathlib import Path

import pytest

from tiercel.errors import InvalidError, UnavailableError
from tiercel.storage.local import open_local_storage
from tiercel.storage.objects import ObjectStorage
from tiercel.testing.storage_suite import StorageSuite


class TestLocalStorage(StorageSuite):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> ObjectStorage:
        return open_local_storage(tmp_path / "storage")


def test_a_link_does_not_lead_out_of_the_root(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    storage = open_local_storage(tmp_path / "storage")
    (tmp_path / "storage" / "out").symlink_to(tmp_path)
    for use in (storage.read, storage.open, storage.delete, storage.delete_prefix):
        with pytest.raises(InvalidError, match="leads out of"):
            use("/out/secret")
    with pytest.raises(InvalidError, match="leads out of"):
        storage.put("/out/new", b"")
    with pytest.raises(InvalidError, match="leads out of"):
        storage.copy("/out/secret", "/copied")
    assert (tmp_path / "secret").read_text() == "secret"


def test_empty_directories_go_with_their_last_file(tmp_path: Path) -> None:
    storage = open_local_storage(tmp_path / "storage")
    storage.put("/a/b/c", b"")
    storage.delete_prefix("/a")
    assert list((tmp_path / "storage").iterdir()) == []


def test_content_is_found_after_reopening(tmp_path: Path) -> None:
    open_local_storage(tmp_path).put("/a/b", b"kept")
    assert open_local_storage(tmp_path).read("/a/b") == b"kept"


def test_a_root_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UnavailableError, match="cannot be used"):
        open_local_storage(tmp_path / "file" / "below")


def test_a_store_that_fails_is_explained_and_leaves_nothing(tmp_path: Path) -> None:
    storage = open_local_storage(tmp_path)
    storage.put("/a", b"x")
    with pytest.raises(UnavailableError, match="cannot store /a/b in storage: ") as caught:
        storage.put("/a/b", b"a file is in the way of the directory")
    assert str(tmp_path) not in str(caught.value)
    assert str(tmp_path) in caught.value.details[0]
    assert storage.read("/a") == b"x"


def test_a_large_stream_does_not_fill_memory(tmp_path: Path) -> None:
    storage = open_local_storage(tmp_path)
    piece = bytes(1 << 20)
    storage.put("/warm", (piece for _ in range(32)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    storage.put("/large", (piece for _ in range(256)))
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib < 96 * 1024
