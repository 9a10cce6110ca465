"""Files of other machines: the same for OpenSSH's SFTP server and for an FTP server."""

from __future__ import annotations

import hashlib
import os
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from fs.conftest import Run, There
from tiercel.plugins import TaskError
from tiercel.testing.memory_host import MemoryHost


def write(home: Path, *names: str, text: str = "x", at: int = 1000) -> None:
    for name in names:
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (at, at))


def names(outputs: Any) -> list[str]:
    return [file["name"] for file in outputs["files"]]


def test_a_file_goes_there_and_back(there: There, host: MemoryHost, home: Path) -> None:
    content = bytes(range(256)) * 5000
    uri = host.put("data.bin", content)
    sent = there("Upload", from_=uri, to="/in/deep/data.bin")
    assert sent == {"from": uri, "to": f"{there.scheme}://127.0.0.1/in/deep/data.bin"}
    assert (home / "in/deep/data.bin").read_bytes() == content
    back = there("Download", from_="in/deep/data.bin")
    assert back["from"] == sent["to"]
    assert host.files[back["to"]] == content
    assert back["to"].endswith("-data.bin")


@pytest.mark.parametrize(("to", "expected"), [(None, "a.txt"), ("/in/", "in/a.txt"), ("/in/b.txt", "in/b.txt")])
def test_a_file_is_named_as_it_is_told(
    there: There, host: MemoryHost, home: Path, to: str | None, expected: str
) -> None:
    there("Upload", from_=host.put("a.txt", b"1"), **({} if to is None else {"to": to}))
    assert (home / expected).read_bytes() == b"1"


def test_a_file_is_replaced_only_when_it_may_be(there: There, host: MemoryHost, home: Path) -> None:
    write(home, "a.txt", "folder/b.txt", text="old")
    uri = host.put("a.txt", b"new")
    with pytest.raises(TaskError, match="set `overwrite: true`"):
        there("Upload", from_=uri, to="a.txt", overwrite=False)
    assert (home / "a.txt").read_text() == "old"
    there("Upload", from_=uri, to="a.txt")
    assert (home / "a.txt").read_text() == "new"
    with pytest.raises(TaskError, match="write /folder/ to upload into it"):
        there("Upload", from_=uri, to="/folder")


@pytest.mark.parametrize("path", ["../secret.txt", "/in/../../secret.txt", "in/../../../../etc/hostname"])
def test_paths_stay_in_the_home_folder(there: There, home: Path, path: str) -> None:
    (home.parent / "secret.txt").write_text("geheim")
    with pytest.raises(TaskError, match="There is no file"):
        there("Download", from_=path)


def test_many_files_are_sent(there: There, host: MemoryHost, home: Path) -> None:
    uris = [host.put(name, name.encode()) for name in ("a.txt", "b.csv", "c.csv")]
    outputs = there("Uploads", from_=uris, to="/in", regExp=r".*\.csv")
    assert [uri.rpartition("/")[2] for uri in outputs["files"]] == ["b.csv", "c.csv"]
    there("Uploads", from_={"x.txt": uris[0]}, to="/named/")
    assert sorted(str(path.relative_to(home)) for path in home.rglob("*.*")) == ["in/b.csv", "in/c.csv", "named/x.txt"]
    there("Uploads", from_=host.put("list.ion", "".join(f'"{uri}"\n' for uri in uris).encode()), to="/all", maxFiles=2)
    assert sorted(path.name for path in (home / "all").iterdir()) == ["a.txt", "b.csv"]
    with pytest.raises(TaskError, match="leads out of"):
        there("Uploads", from_={"../x.txt": uris[0]}, to="/named/")


def test_files_are_listed(there: There, home: Path) -> None:
    write(home, "in/b.txt", text="22", at=3000)
    write(home, "in/a.txt", "in/c.csv", at=2000)
    write(home, "in/deep/d.txt", at=1000)
    listed = there("List", from_="/in/", regExp=r"/in/.*\.txt")
    assert names(listed) == ["a.txt", "b.txt"]
    last = listed["files"][1]
    assert {name: last[name] for name in ("path", "fileType", "size", "symbolicLink", "updatedDate")} == {
        "path": "/in/b.txt",
        "fileType": "FILE",
        "size": 2,
        "symbolicLink": False,
        "updatedDate": "1970-01-01T00:50:00Z",
    }
    assert names(there("List", from_="in", recursive=True, sort="LAST_MODIFIED_DESC"))[::3] == ["b.txt", "d.txt"]
    assert names(there("List", from_="in", recursive=True, sort="NAME_DESC", maxFiles=2)) == ["d.txt", "c.csv"]
    with pytest.raises(TaskError, match="There is no folder /nowhere"):
        there("List", from_="/nowhere")


@pytest.mark.parametrize(("action", "left", "done"), [("NONE", 2, 0), ("DELETE", 0, 0), ("MOVE", 0, 2)])
def test_a_folder_is_fetched(there: There, host: MemoryHost, home: Path, action: str, left: int, done: int) -> None:
    write(home, "in/a.txt", text="1")
    write(home, "in/deep/b.txt", text="2")
    outputs = there("Downloads", from_="/in", recursive=True, action=action, moveDirectory="/done")
    assert {name: host.files[uri] for name, uri in outputs["outputFiles"].items()} == {
        "a.txt": b"1",
        "deep/b.txt": b"2",
    }
    assert [file["path"] for file in outputs["files"]] == list(outputs["outputFiles"].values())
    assert len([path for path in (home / "in").rglob("*") if path.is_file()]) == left
    assert len(list((home / "done").iterdir()) if (home / "done").exists() else []) == done


def test_files_are_moved(there: There, home: Path) -> None:
    write(home, "a.txt", text="1")
    write(home, "done/a.txt", text="old")
    with pytest.raises(TaskError, match="is there already"):
        there("Move", from_="a.txt", to="/done/")
    moved = there("Move", from_="a.txt", to="/done/", overwrite=True)
    assert moved["to"].endswith("127.0.0.1/done/a.txt")
    assert (home / "done/a.txt").read_text() == "1"
    there("Move", from_="done", to="/new/place")
    assert (home / "new/place/a.txt").read_text() == "1"
    with pytest.raises(TaskError, match="There is no file"):
        there("Move", from_="nothing", to="x")


def test_files_are_removed(there: There, home: Path) -> None:
    write(home, "a.txt", "in/b.txt", "in/c.csv", "in/deep/d.txt")
    assert there("Delete", uri="a.txt")["deleted"] is True
    assert there("Delete", uri="a.txt") == {"uri": f"{there.scheme}://127.0.0.1/a.txt", "deleted": False, "uris": []}
    with pytest.raises(TaskError, match=r"There is no file a\.txt"):
        there("Delete", uri="a.txt", errorOnMissing=True)
    with pytest.raises(TaskError, match="holds something"):
        there("Delete", uri="in")
    assert len(there("Delete", uri="in", regExp=r".*\.txt", recursive=True)["uris"]) == 2
    assert (home / "in/c.csv").exists()
    there("Delete", uri="in", recursive=True)
    assert list(home.iterdir()) == []
    with pytest.raises(TaskError, match="home folder itself"):
        there("Delete", uri="/", recursive=True)


def test_a_checksum_is_checked(there: There, host: MemoryHost, home: Path) -> None:
    write(home, "a.txt", text="hello")
    right = hashlib.sha256(b"hello").hexdigest()
    outputs = there("Download", from_="a.txt", validateChecksum=True, checksumExpected=right.upper())
    assert outputs["checksum"] == right
    before = set(host.files)
    with pytest.raises(TaskError, match=r"has the checksum 5d41402abc4b2a76b9719d911017c592, and 123 is expected"):
        there("Download", from_="a.txt", validateChecksum=True, checksumExpected="123", checksumAlgorithm="MD5")
    assert set(host.files) == before


def test_large_files_take_no_memory(
    there: There, host: MemoryHost, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (home / "large").open("wb") as file:
        file.truncate(60_000_000)
    sizes: list[int] = []

    def swallow(name: str, chunks: Any) -> str:
        sizes.append(sum(map(len, chunks)))
        return f"kestra:///{name}"

    monkeypatch.setattr(host, "write_file", swallow)
    there("List", from_="/")
    tracemalloc.start()
    there("Download", from_="large")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sizes == [60_000_000]
    assert peak < 8_000_000


def test_a_killed_task_stops_a_transfer(there: There, host: MemoryHost, home: Path) -> None:
    write(home, "a.txt")
    host.is_stopped = True
    with pytest.raises(TaskError, match=r"was cancelled|was killed"):
        there("Download", from_="a.txt")


def test_a_trigger_takes_each_file_once(there: There, host: MemoryHost, home: Path) -> None:
    plugin = host.registry.get_task(f"io.kestra.plugin.fs.{there.scheme}.Trigger")
    written = {**there.login, "from": "/in", "action": "MOVE", "moveDirectory": "/done"}

    def look() -> Any:
        outputs = host.run(plugin, written)
        host.answers["triggers.state"] = outputs["state"]["kept"]
        return outputs.get("trigger")

    host.answers["triggers.state"] = None
    write(home, "in/a.txt", text="one")
    (found,) = look()["files"]
    assert (found["name"], found["changeType"], host.files[found["path"]]) == ("a.txt", "CREATE", b"one")
    assert (home / "in/a.txt").exists()
    assert look() is None
    assert (home / "done/a.txt").read_text() == "one"
    written["action"] = "NONE"
    write(home, "in/b.txt", text="one", at=1000)
    assert names(look()) == ["b.txt"]
    write(home, "in/b.txt", text="other", at=2000)
    assert look()["files"][0]["changeType"] == "UPDATE"
    assert look() is None


@pytest.mark.parametrize("kind", ["sftp", "ftp", "ftps"])
def test_a_machine_that_is_not_there_is_told(run: Run, kind: str) -> None:
    with pytest.raises(TaskError, match=r"127\.0\.0\.1:1: .*(refused|Connect call failed)"):
        run(f"{kind}.List", host="127.0.0.1", port="1", username="a", password="b", from_="/")


@pytest.mark.parametrize("kind", ["sftp", "ftp"])
def test_an_inner_address_is_not_connected_to(
    run: Run, host: MemoryHost, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    def refuse(host: str, address: str) -> None:
        raise TaskError(f"{host} ({address}) must not be asked")

    monkeypatch.setattr(host, "_http_check", refuse)
    with pytest.raises(TaskError, match="must not be asked"):
        run(f"{kind}.List", host="127.0.0.1", port="1", username="a", password="b", from_="/")
