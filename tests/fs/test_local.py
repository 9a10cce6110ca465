"""Files of this machine: only below the folders that are allowed."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest

from fs.conftest import Run
from tiercel.operations.settings import LocalFileSettings, Settings
from tiercel.plugins import TaskError
from tiercel.testing.flows import run_flow
from tiercel.testing.memory_host import MemoryHost


def test_a_file_goes_there_and_back(run: Run, host: MemoryHost, home: Path) -> None:
    uri = host.put("a.txt", b"content")
    sent = run("local.Upload", from_=uri, to=f"{home}/in/")
    assert sent == {"uri": (home / "in/a.txt").as_uri(), "size": 7}
    right = hashlib.md5(b"content", usedforsecurity=False).hexdigest()
    back = run(
        "local.Download",
        from_=str(home / "in/a.txt"),
        validateChecksum=True,
        checksumExpected=right,
        checksumAlgorithm="MD5",
    )
    assert (host.files[back["uri"]], back["size"], back["checksum"]) == (b"content", 7, right)
    with pytest.raises(TaskError, match="and 12 is expected"):
        run("local.Download", from_=str(home / "in/a.txt"), validateChecksum=True, checksumExpected="12")
    with pytest.raises(TaskError, match="set `overwrite: true`"):
        run("local.Upload", from_=uri, to=f"{home}/in/a.txt", overwrite=False)


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("Upload", {"from_": "kestra:///run1/a.txt", "to": "{}/../x"}),
        ("Uploads", {"from_": {"../../x": "kestra:///run1/a.txt"}, "to": "{}"}),
        ("Download", {"from_": "{}/../secret"}),
        ("Download", {"from_": "{}/link"}),
        ("Downloads", {"from_": "{}/.."}),
        ("Downloads", {"from_": "{}", "action": "MOVE", "moveDirectory": "{}/../x"}),
        ("List", {"from_": "/etc"}),
        ("Copy", {"from_": "{}/../secret", "to": "{}/x"}),
        ("Copy", {"from_": "{}/mine", "to": "{}/../x"}),
        ("Move", {"from_": "{}/mine", "to": "{}/../x"}),
        ("Delete", {"from_": "{}/../secret"}),
    ],
)
def test_no_path_leads_out(run: Run, host: MemoryHost, home: Path, kind: str, properties: dict[str, Any]) -> None:
    (home.parent / "secret").write_text("geheim")
    (home / "link").symlink_to(home.parent / "secret")
    (home / "mine").write_text("x")
    host.put("a.txt", b"x")
    given = {name: value.format(home) if isinstance(value, str) else value for name, value in properties.items()}
    with pytest.raises(TaskError, match="outside of the allowed paths"):
        run(f"local.{kind}", **given)
    assert (home.parent / "secret").read_text() == "geheim"
    assert not (home.parent / "x").exists()


def test_files_are_listed_fetched_copied_moved_and_removed(run: Run, host: MemoryHost, home: Path) -> None:
    for name in ("in/b.txt", "in/a.txt", "in/deep/c.csv"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(name)
    (home / "in/link").symlink_to(home / "in/a.txt")
    listed = run("local.List", from_=f"{home}/in", recursive=True, sort="NAME_DESC", maxFiles=2)
    assert ([file["name"] for file in listed["files"]], listed["count"]) == (["c.csv", "b.txt"], 2)
    assert listed["files"][0]["localPath"] == str(home / "in/deep/c.csv")
    fetched = run("local.Downloads", from_=f"{home}/in", recursive=True, regExp=r".*\.csv", action="DELETE")
    assert {name: host.files[uri] for name, uri in fetched["outputFiles"].items()} == {"deep/c.csv": b"in/deep/c.csv"}
    assert not (home / "in/deep/c.csv").exists()
    run("local.Copy", from_=f"{home}/in", to=f"{home}/copy")
    assert (home / "copy/link").is_symlink()
    with pytest.raises(TaskError, match="is there already"):
        run("local.Copy", from_=f"{home}/in/a.txt", to=f"{home}/copy/a.txt")
    assert run("local.Move", from_=f"{home}/copy/a.txt", to=f"{home}/new/a.txt") is None
    assert (home / "new/a.txt").read_text() == "in/a.txt"
    with pytest.raises(TaskError, match="holds something"):
        run("local.Delete", from_=f"{home}/copy")
    assert len(run("local.Delete", from_=f"{home}/copy", recursive=True)["uris"]) == 2
    assert run("local.Delete", from_=f"{home}/copy")["deleted"] is False
    with pytest.raises(TaskError, match="There is no file"):
        run("local.Delete", from_=f"{home}/copy", errorOnMissing=True)
    moved = run("local.Downloads", from_=f"{home}/in", action="MOVE", moveDirectory=f"{home}/done")
    assert sorted(moved["outputFiles"]) == ["a.txt", "b.txt"]
    assert sorted(path.name for path in (home / "done").iterdir()) == ["a.txt", "b.txt"]


def test_stored_files_are_written_under_their_names(run: Run, host: MemoryHost, home: Path) -> None:
    uris = [host.put(name, b"x") for name in ("a.csv", "b.txt")]
    outputs = run("local.Uploads", from_=uris, to=f"{home}/in", regExp=r".*\.csv")
    assert outputs["files"] == [(home / "in/a.csv").as_uri()]
    run("local.Uploads", from_=f'{{"c.txt": "{uris[1]}"}}', to=f"{home}/in")
    assert (home / "in/c.txt").exists()
    with pytest.raises(TaskError, match=r"must name stored files such as kestra:///"):
        run("local.Uploads", from_=["/etc/passwd"], to=f"{home}/in")


def test_a_flow_writes_where_the_installation_allows(tmp_path: Path) -> None:
    source = """
id: out
namespace: tests
tasks:
  - id: write
    type: io.kestra.plugin.core.storage.Write
    content: hello
  - id: upload
    type: io.kestra.plugin.fs.local.Upload
    from: "{{ outputs.write.uri }}"
    to: FOLDER/hello.txt
""".replace("FOLDER", str(tmp_path / "out"))
    refused = run_flow(source)
    assert (refused.state.value, (tmp_path / "out").exists()) == ("FAILED", False)
    assert "local_files.allowed_paths" in "\n".join(refused.messages())
    allowed = Settings(local_files=LocalFileSettings(allowed_paths=(str(tmp_path / "out"),)))
    done = run_flow(source, settings=allowed)
    assert done.state.value == "SUCCESS", done.messages()
    assert (tmp_path / "out/hello.txt").read_text() == "hello"
