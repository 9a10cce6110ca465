from __future__ import annotations

from tiercel.operations.ids import derived_id, id_source, shard_of


def test_ids_are_ordered_even_when_the_clock_goes_back() -> None:
    times = iter([5_000_000, 5_000_000, 4_000_000, 6_000_000])
    new_id = id_source(lambda: next(times))
    ids = [new_id() for _ in range(4)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 4
    assert all(len(one) == 22 and one.isalnum() for one in ids)


def test_a_derived_id_is_that_of_its_facts_and_stands_in_time() -> None:
    at = 1_767_225_600_000_000
    assert derived_id(at, 1, "a", "b") == derived_id(at, 1, "a", "b")
    assert len({derived_id(at, 1, *facts) for facts in (("a", "b"), ("ab",), ("b", "a"), ("a", "b", ""))}) == 4
    ids = [derived_id(at, 0, "z"), derived_id(at, 1, "a"), derived_id(at, 2, "m"), derived_id(at + 1000, 0, "a")]
    assert ids == sorted(ids)
    assert all(len(one) == 22 and one.isalnum() for one in ids)
    assert id_source(lambda: at - 1000)() < ids[0] < id_source(lambda: at + 2000)()


def test_a_shard_is_the_same_everywhere() -> None:
    assert shard_of("123456789", 64) == 0xCBF43926 % 64  # the check value of CRC-32
    assert {shard_of(f"id{number}", 8) for number in range(100)} == set(range(8))
