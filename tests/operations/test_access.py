"""Credentials are remembered for a moment, and never against what changed meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from tiercel.operations.access import Access, Verified

ADA = Verified(user_name="ada", grants=(), until=100)


@pytest.fixture
def access() -> Access:
    return Access()


class Check:
    """Verifies when it is let; counts how often it is asked."""

    def __init__(self, found: Verified | Exception | None = ADA) -> None:
        self.count = 0
        self.found = found
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self) -> Verified | None:
        self.count += 1
        await self.go.wait()
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


async def test_what_proved_right_is_remembered_until_its_time(access: Access) -> None:
    check = Check()
    assert await access.verify("a", 0, check) is ADA
    assert await access.verify("a", 99, check) is ADA
    assert check.count == 1
    await access.verify("a", 100, check)
    await access.verify("b", 0, check)
    assert check.count == 3


async def test_what_was_wrong_is_asked_again(access: Access) -> None:
    check = Check(None)
    assert [await access.verify("a", 0, check) for _ in range(3)] == [None] * 3
    assert check.count == 3


async def test_those_who_come_together_share_one_check(access: Access) -> None:
    check = Check()
    check.go.clear()
    waiting = [asyncio.create_task(access.verify("a", 0, check)) for _ in range(5)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    check.go.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(found[0], asyncio.CancelledError)
    assert found[1:] == [ADA] * 4
    assert check.count == 1


async def test_a_failure_reaches_all_who_wait_and_is_not_kept(access: Access) -> None:
    check = Check(ValueError("no"))
    found = await asyncio.gather(*(access.verify("a", 0, check) for _ in range(3)), return_exceptions=True)
    assert [str(one) for one in found] == ["no"] * 3
    check.found = ADA
    assert await access.verify("a", 0, check) is ADA
    assert check.count == 2


async def test_what_changes_during_a_check_is_not_overlooked(access: Access) -> None:
    check = Check()
    check.go.clear()
    old = asyncio.create_task(access.verify("a", 0, check))
    while not check.count:  # noqa: ASYNC110 (turns of the loop are counted, not time)
        await asyncio.sleep(0)
    access.forget("ada")
    later = Check(None)
    assert await access.verify("a", 0, later) is None
    check.go.set()
    await old
    assert await access.verify("a", 0, later) is None
    assert later.count == 2


async def test_only_the_one_who_changed_is_forgotten(access: Access) -> None:
    bob = Check(Verified(user_name="bob", grants=(), until=100))
    ada = Check()
    for _ in range(2):
        await access.verify("b", 0, bob)
        await access.verify("a", 0, ada)
        access.forget("ada")
    assert (bob.count, ada.count) == (1, 2)


async def test_memory_has_an_end(access: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tiercel.operations.access._MOST_REMEMBERED", 2)
    check = Check()
    for credential in ("a", "b", "c", "c", "b"):
        await access.verify(credential, 0, check)
    assert check.count == 3
    await access.verify("a", 0, check)
    assert check.count == 4
