"""Files of a folder: each change starts one execution, with a copy of the file, whatever is done with it afterwards."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scheduler.clockwork import NAMESPACE, Clockwork, open_clockwork, trigger_of
from tiercel.operations.actor import LOCAL
from tiercel.operations.settings import LocalFileSettings
from tiercel.operations.trying import try_trigger


def source(
    folder: Path | str, *lines: str, kind: str = "Trigger", message: str = "{{ read(trigger.files[0].uri) }}"
) -> str:
    own = "".join(f"    {line}\n" for line in lines)
    return (
        f"id: flow\nnamespace: {NAMESPACE}\n"
        f'tasks:\n  - {{id: hello, type: io.kestra.plugin.core.log.Log, message: "{message}"}}\n'
        f"triggers:\n  - id: files\n    type: io.kestra.plugin.fs.local.{kind}\n    from: {folder}\n{own}"
    )


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
async def works(tmp_path: Path, inbox: Path) -> AsyncIterator[Clockwork]:
    allowed = LocalFileSettings(allowed_paths=(str(inbox), str(tmp_path / "done")))
    async with open_clockwork(tmp_path / "home", local_files=allowed) as works:
        yield works


async def looked(works: Clockwork, seconds: float = 0) -> None:
    """Let time pass, then look and let everything that follows happen."""
    if seconds:
        await works.pass_time(seconds=seconds)
    await works.scheduler.step()
    while works.scheduler.looks_under_way:
        await works.environment.bell.wait(5)
    await works.run()


async def names(works: Clockwork) -> list[list[str]]:
    found = await works.executions()
    assert all(one.state.value == "SUCCESS" for one in found), [one.error for one in found]
    return [[file["name"] for file in trigger_of(one).variables["files"]] for one in found]


def write(path: Path, text: str = "x", at: int = 1000) -> None:
    path.write_text(text)
    os.utime(path, (at, at))


async def test_new_and_changed_files_are_found_once(works: Clockwork, inbox: Path) -> None:
    write(inbox / "a.csv")
    await works.save(source(inbox))
    await looked(works)
    await looked(works, 60)
    write(inbox / "b.csv", at=2000)
    write(inbox / "a.csv", "changed", at=3000)
    await looked(works, 60)
    await looked(works, 60)
    assert await names(works) == [["a.csv"], ["b.csv", "a.csv"]]


@pytest.mark.parametrize(("on", "expected"), [("CREATE", [["a"], ["b"]]), ("UPDATE", [["a"]])])
async def test_only_the_changes_that_count(works: Clockwork, inbox: Path, on: str, expected: list[list[str]]) -> None:
    write(inbox / "a")
    await works.save(source(inbox, f"on: {on}"))
    await looked(works)
    write(inbox / "a", "longer", at=2000)
    write(inbox / "b", at=2000)
    await looked(works, 60)
    assert await names(works) == expected


async def test_patterns_folders_links_and_the_most_files(works: Clockwork, inbox: Path) -> None:
    (inbox / "sub").mkdir()
    for number, name in enumerate(("1.csv", "2.csv", "sub/3.csv", "4.txt")):
        write(inbox / name, at=1000 + number)
    (inbox / "link.csv").symlink_to("/etc/hostname")
    await works.save(source(inbox, "regExp: '.*\\.csv'", "recursive: true", "maxFiles: 2"))
    await looked(works)
    await looked(works, 60)
    await looked(works, 60)
    assert await names(works) == [["1.csv", "2.csv"], ["3.csv"]]


@pytest.mark.parametrize("action", ["MOVE", "DELETE"])
async def test_files_are_moved_or_deleted_once_their_execution_is_stored(
    works: Clockwork, inbox: Path, tmp_path: Path, action: str
) -> None:
    done = tmp_path / "done"
    done.mkdir()
    write(inbox / "a", "content")
    await works.save(source(inbox, f"action: {action}", f"moveDirectory: {done}"))
    await looked(works)
    assert (inbox / "a").exists()
    await looked(works, 60)
    assert ((inbox / "a").exists(), (done / "a").exists()) == (False, action == "MOVE")
    write(inbox / "a", "again")
    await looked(works, 60)
    assert await names(works) == [["a"], ["a"]]


async def test_a_dry_look_changes_nothing(works: Clockwork, inbox: Path) -> None:
    write(inbox / "a")
    await works.save(source(inbox, "action: DELETE", "disabled: true"))
    for _ in range(2):
        trial = await try_trigger(works.environment, LOCAL, (NAMESPACE, "flow", "files"))
        assert (trial.fires, trial.variables["count"], "uri" in trial.variables["files"][0]) == (True, 1, False)
    assert (inbox / "a").exists()
    assert await works.executions() == []


@pytest.mark.parametrize(
    ("folder", "message"),
    [("/etc", "outside of the allowed paths"), ("{inbox}/../..", "outside"), ("{inbox}/no", "is no folder")],
)
async def test_other_folders_may_not_be_looked_into(works: Clockwork, inbox: Path, folder: str, message: str) -> None:
    await works.save(source(folder.format(inbox=inbox)))
    await looked(works)
    assert message in str((await works.trigger(trigger_id="files")).error)


async def test_a_folder_is_watched(works: Clockwork, inbox: Path) -> None:
    write(inbox / "a")
    await works.save(source(inbox, "settle: PT0S", kind="RealtimeTrigger", message="{{ read(trigger.uri) }}"))

    async def until(count: int) -> list[str]:
        async with asyncio.timeout(60):
            while True:
                found = await works.executions()
                if len(found) >= count:
                    return [trigger_of(one).variables["name"] for one in found]
                await asyncio.sleep(0)

    assert await until(1) == ["a"]
    write(inbox / "b", at=2000)
    assert await until(2) == ["a", "b"]
    await works.scheduler.close()
    write(inbox / "c", at=3000)
    await works.scheduler.claim(is_only=True)
    await works.scheduler.step()
    assert await until(3) == ["a", "b", "c"]
    assert {one.state.value for one in await works.executions()} == {"SUCCESS"}
