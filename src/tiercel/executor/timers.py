"""Timers in memory: a heap with lazy removal beside the rows that survive a restart."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

_SLACK = 1_024
"""Removed entries the heap may hold beyond as many as there are timers."""

TimerName = tuple[str | None, str]
"""Task run (None = the execution itself) and key; unique within an execution."""


class Timers:
    """When which timer is due; setting a name again replaces the timer of before."""

    def __init__(self) -> None:
        self._due: dict[str, dict[TimerName, int]] = {}
        self._count = 0
        self._heap: list[tuple[int, str, str, str]] = []

    @property
    def held_count(self) -> int:
        """How many entries memory holds, those of timers that were removed included."""
        return len(self._heap)

    def set(self, execution_id: str, name: TimerName, at: int) -> None:
        """Set or replace a timer; ``at`` in microseconds UTC."""
        names = self._due.setdefault(execution_id, {})
        self._count += name not in names
        names[name] = at
        heappush(self._heap, (at, execution_id, name[0] or "", name[1]))
        if len(self._heap) > 2 * self._count + _SLACK:
            self._rebuild()

    def cancel(self, execution_id: str, name: TimerName) -> None:
        """Forget a timer; no error when there is none."""
        names = self._due.get(execution_id)
        if names is None or names.pop(name, None) is None:
            return
        self._count -= 1
        if not names:
            del self._due[execution_id]

    def cancel_all(self, execution_id: str) -> None:
        """Forget every timer of an execution."""
        self._count -= len(self._due.pop(execution_id, ()))

    def names(self, execution_id: str) -> list[TimerName]:
        """List the timers of an execution."""
        return list(self._due.get(execution_id, ()))

    def clear(self) -> None:
        """Forget everything."""
        self._due.clear()
        self._heap.clear()
        self._count = 0

    def next_at(self) -> int | None:
        """Tell when the next timer is due; None when there is none."""
        while self._heap:
            at, execution_id, task_run_id, key = self._heap[0]
            if self._due.get(execution_id, {}).get((task_run_id or None, key)) == at:
                return at
            heappop(self._heap)
        return None

    def pop_due(self, now: int) -> list[tuple[str, TimerName, int]]:
        """Take the timers that are due, earliest first, each with its execution and the time it was set for."""
        due = []
        while (at := self.next_at()) is not None and at <= now:
            _, execution_id, task_run_id, key = heappop(self._heap)
            name = (task_run_id or None, key)
            self.cancel(execution_id, name)
            due.append((execution_id, name, at))
        return due

    def _rebuild(self) -> None:
        """Drop removed entries, so that timers that are set far ahead and cancelled soon do not pile up."""
        self._heap = [
            (at, execution_id, name[0] or "", name[1])
            for execution_id, names in self._due.items()
            for name, at in names.items()
        ]
        heapify(self._heap)
