"""When a rate lets the next one of a lane in: a heap in which an alarm that was replaced stays until it comes up."""

from __future__ import annotations

from collections.abc import Container
from heapq import heappop, heappush

from tiercel.model.claims import Lane


class Alarms:
    """At most one alarm a lane, the earliest that was asked for."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, Lane]] = []
        self._at: dict[Lane, int] = {}

    def set(self, lane: Lane, at: int) -> None:
        """Ring for a lane, unless it is rung for earlier; ``at`` in microseconds UTC."""
        if at < self._at.get(lane, at + 1):
            self._at[lane] = at
            heappush(self._heap, (at, lane))

    def pop_due(self, now: int) -> list[Lane]:
        """Take the lanes that are rung for by now, the earliest first."""
        due: list[Lane] = []
        while self._heap and self._heap[0][0] <= now:
            at, lane = heappop(self._heap)
            if self._at.get(lane) == at:
                del self._at[lane]
                due.append(lane)
        return due

    def next_at(self, lanes: Container[Lane]) -> int | None:
        """When the next alarm for one of these lanes rings; those before it are forgotten. None when there is none."""
        while self._heap:
            at, lane = self._heap[0]
            if lane in lanes and self._at.get(lane) == at:
                return at
            heappop(self._heap)
            if self._at.get(lane) == at:
                del self._at[lane]
        return None
