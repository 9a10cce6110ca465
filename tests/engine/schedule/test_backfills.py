from __future__ import annotations

import pytest

from engine.schedule.asking import condition, context, micros, plan, shown
from tiercel.engine.schedule.backfills import cancel_backfill, pause_backfill, preview, start_backfill
from tiercel.engine.schedule.schedule import decide
from tiercel.errors import ConflictError, InvalidError
from tiercel.model.schedule import Backfill, ScheduleState

NOW = micros("2024-03-10T12:30:00Z")
RANGE = Backfill(start=micros("2024-03-01T08:30Z"), end=micros("2024-03-04T08:00Z"))
DAILY = plan(cron="0 8 * * *")
STATE = ScheduleState(next_at=micros("2024-03-10T08:00Z"))


def walk(state: ScheduleState, has_run: tuple[str, ...] = ()) -> list[str | None]:
    dates: list[str | None] = []
    for _ in range(20):
        decision = decide(DAILY, state, NOW, context(), has_run=lambda at: shown(at) in has_run)
        state = decision.state
        if decision.firing is not None:
            dates.append(("b " if decision.firing.backfill else "") + (shown(decision.firing.slot.at) or ""))
    return dates


def test_it_walks_the_range_and_then_the_present_goes_on() -> None:
    assert walk(start_backfill(DAILY, STATE, RANGE)) == [
        "b 2024-03-02T08:00",
        "b 2024-03-03T08:00",
        "b 2024-03-04T08:00",
        "2024-03-10T08:00",
    ]


def test_only_what_is_missing() -> None:
    backfill = Backfill(start=RANGE.start, end=RANGE.end, is_only_missing=True)
    assert walk(start_backfill(DAILY, STATE, backfill), ("2024-03-03T08:00",)) == [
        "b 2024-03-02T08:00",
        "b 2024-03-04T08:00",
        "2024-03-10T08:00",
    ]


def test_while_it_is_held_the_present_runs() -> None:
    held = pause_backfill(start_backfill(DAILY, STATE, RANGE), is_paused=True)
    assert walk(held) == ["2024-03-10T08:00"]
    assert len(walk(pause_backfill(held, is_paused=False))) == 4


def test_it_ends_when_it_is_cancelled() -> None:
    assert walk(cancel_backfill(start_backfill(DAILY, STATE, RANGE))) == ["2024-03-10T08:00"]


def test_a_slot_of_the_future_is_waited_for() -> None:
    backfill = Backfill(start=NOW, end=NOW + 2 * 86_400_000_000)
    decision = decide(DAILY, start_backfill(DAILY, STATE, backfill), NOW, context())
    assert decision.firing is None
    assert shown(decision.look_at) == "2024-03-11T08:00"
    assert decision.reason == "The backfill waits for 2024-03-11T08:00:00Z."


def test_lateness_does_not_count() -> None:
    late = plan(cron="0 8 * * *", lateMaximumDelay="PT1M")
    decision = decide(late, start_backfill(late, STATE, RANGE), NOW, context())
    assert decision.firing is not None


def test_refusals() -> None:
    running = start_backfill(DAILY, STATE, RANGE)
    with pytest.raises(ConflictError):
        start_backfill(DAILY, running, RANGE)
    with pytest.raises(InvalidError, match="after its end"):
        start_backfill(DAILY, STATE, Backfill(start=2, end=1))
    with pytest.raises(InvalidError, match="no slot"):
        start_backfill(DAILY, STATE, Backfill(start=RANGE.start, end=RANGE.start + 1))
    for change in (cancel_backfill, lambda state: pause_backfill(state, is_paused=True)):
        with pytest.raises(ConflictError):
            change(STATE)


def test_preview() -> None:
    found = preview(DAILY, (RANGE.start, RANGE.end), context())
    assert (found.count, found.is_counted_out) == (3, True)
    assert [shown(at) for at in found.slots] == ["2024-03-02T08:00", "2024-03-03T08:00", "2024-03-04T08:00"]
    weekend = plan(condition("Weekend"), cron="0 8 * * *")
    assert preview(weekend, (RANGE.start, RANGE.end), context()).count == 2
    assert preview(DAILY, (RANGE.start, RANGE.end), context(), has_run=lambda _: True).count == 0
    assert not preview(DAILY, (RANGE.start, RANGE.end), context(), tested=2).is_counted_out
