"""What every storage must do. A backend's tests subclass ``StorageSuite`` and give it a ``storage`` fixture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tiercel.errors import InvalidError, NotFoundError
from tiercel.storage.protocol import Storage

_LARGE = 12 * 1024 * 1024


class StorageSuite:
    """Subclass with a fixture ``storage`` that gives an empty storage."""

    def test_content_comes_back_byte_for_byte(self, storage: Storage) -> None:
        content = bytes(range(256)) * 3
        assert storage.put("/ns/a.bin", content) == len(content)
        assert storage.read("/ns/a.bin") == content
        assert storage.stat("/ns/a.bin").size_bytes == len(content)
        assert storage.stat("/ns/a.bin").path == "/ns/a.bin"

    def test_an_empty_file_is_a_file(self, storage: Storage) -> None:
        assert storage.put("/empty", b"") == 0
        assert storage.read("/empty") == b""
        assert storage.exists("/empty")
        assert storage.put("/none", iter(())) == 0
        assert storage.read("/none") == b""

    def test_a_file_is_replaced_whole(self, storage: Storage) -> None:
        storage.put("/a", b"a long first content")
        storage.put("/a", b"short")
        assert storage.read("/a") == b"short"

    def test_every_kind_of_content_is_stored(self, storage: Storage, tmp_path: Path) -> None:
        local = tmp_path / "local"
        local.write_bytes(b"from a path")
        assert storage.put("/path", local) == 11
        assert storage.put("/open", io.BytesIO(b"from a file")) == 11
        assert storage.put("/pieces", iter([b"from ", b"pieces"])) == 11
        assert [storage.read(path) for path in ("/path", "/open", "/pieces")] == [
            b"from a path",
            b"from a file",
            b"from pieces",
        ]

    def test_a_large_stream_comes_back(self, storage: Storage) -> None:
        piece = bytes(1024 * 1024)
        assert storage.put("/large", (piece for _ in range(12))) == _LARGE
        with storage.open("/large") as file:
            assert sum(len(part) for part in iter(lambda: file.read(1 << 20), b"")) == _LARGE

    def test_a_stream_may_come_out_of_storage_itself(self, storage: Storage) -> None:
        storage.put("/a", b"x" * 100)
        with storage.open("/a") as source:
            assert storage.put("/b", iter(lambda: source.read(7), b"")) == 100
        assert storage.read("/b") == b"x" * 100

    def test_a_stream_that_breaks_leaves_nothing(self, storage: Storage) -> None:
        def broken() -> Iterator[bytes]:
            yield bytes(_LARGE)
            raise FileNotFoundError("the source is gone")

        with pytest.raises(FileNotFoundError, match="the source is gone"):
            storage.put("/broken", broken())
        assert not storage.exists("/broken")
        assert not list(storage.walk("/broken"))

    def test_a_file_is_read_by_lines_and_sought_in(self, storage: Storage) -> None:
        storage.put("/lines", b"one\ntwo\nthree")
        with storage.open("/lines") as file:
            assert file.readline() == b"one\n"
            assert list(file) == [b"two\n", b"three"]
            file.seek(4)
            assert file.read(3) == b"two"

    def test_what_is_missing_is_not_found(self, storage: Storage) -> None:
        for look in (storage.read, storage.open, storage.stat):
            with pytest.raises(NotFoundError, match="/missing"):
                look("/missing")
        with pytest.raises(NotFoundError, match="/missing"):
            storage.copy("/missing", "/target")
        assert not storage.exists("/missing")
        assert storage.delete("/missing") is False
        assert storage.delete_prefix("/missing") == []

    def test_a_directory_is_no_file(self, storage: Storage) -> None:
        storage.put("/dir/a", b"x")
        assert not storage.exists("/dir")
        with pytest.raises(NotFoundError):
            storage.read("/dir")

    def test_files_below_a_directory_are_listed(self, storage: Storage) -> None:
        for path in ("/ns/a", "/ns/deep/er/b", "/nsx/c"):
            storage.put(path, b"12")
        assert sorted(file.path for file in storage.walk("/ns")) == ["/ns/a", "/ns/deep/er/b"]
        assert {file.size_bytes for file in storage.walk("/ns")} == {2}

    def test_a_prefix_is_deleted_and_nothing_beside_it(self, storage: Storage) -> None:
        for path in ("/ns/a", "/ns/deep/b", "/nsx/c"):
            storage.put(path, b"")
        assert storage.delete_prefix("/ns") == ["/ns/a", "/ns/deep/b"]
        assert not storage.exists("/ns/a")
        assert storage.exists("/nsx/c")

    def test_delete_says_whether_it_was_there(self, storage: Storage) -> None:
        storage.put("/a", b"")
        assert storage.delete("/a") is True
        assert not storage.exists("/a")

    def test_a_copy_is_a_file_of_its_own(self, storage: Storage) -> None:
        storage.put("/a", b"first")
        storage.copy("/a", "/deep/b")
        storage.put("/a", b"second")
        assert storage.read("/deep/b") == b"first"

    @pytest.mark.parametrize(
        "name", ["ü ñ 漢字.txt", "100%.txt", "note#1", "%23", "%2e%2e", 'a:b*c|<>"~^`{}[]?&=+', "-", "..."]
    )
    def test_odd_names_come_back(self, storage: Storage, name: str) -> None:
        storage.put(f"/odd/{name}", b"x")
        assert storage.read(f"/odd/{name}") == b"x"
        assert [file.path for file in storage.walk("/odd")] == [f"/odd/{name}"]

    @pytest.mark.parametrize(
        "path", ["", "a", "/", "/a/../b", "/..", "/a//b", "/a/", "/./a", "/a\\b", "/a\0b", "/a\nb", "/" + "a" * 2000]
    )
    def test_paths_that_are_not_allowed_are_refused(self, storage: Storage, path: str) -> None:
        for use in (storage.read, storage.stat, storage.open, storage.delete, storage.delete_prefix):
            with pytest.raises(InvalidError, match="not allowed in storage"):
                use(path)
        with pytest.raises(InvalidError, match="not allowed in storage"):
            storage.put(path, b"")
