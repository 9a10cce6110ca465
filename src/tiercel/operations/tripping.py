"""How often executions led to a flow lately, and which flows are stopped for it, in memory beside their rows."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import TypeAlias

from tiercel.errors import ConflictError
from tiercel.operations.settings import BreakerSettings
from tiercel.repository.breakers import OpenBreaker

FlowKey: TypeAlias = tuple[str, str]
"""Namespace and id."""

_SECOND = 1_000_000


class Breakers:
    """The counts and the stopped flows. For one event loop."""

    def __init__(self) -> None:
        self._open: dict[FlowKey, OpenBreaker] = {}
        self._starts: dict[tuple[FlowKey, bool], deque[int]] = {}
        self._swept_at = 0

    def load(self, opened: Iterable[OpenBreaker]) -> None:
        """Take in what is stored, in place of what is here."""
        self._open = {(one.namespace, one.flow_id): one for one in opened}

    @property
    def stopped_count(self) -> int:
        """How many flows are stopped."""
        return len(self._open)

    def check(self, key: FlowKey) -> None:
        """Refuse a start that a trigger or another flow causes.

        Raises:
            ConflictError: The flow is stopped.
        """
        opened = self._open.get(key)
        if opened is not None:
            name = ".".join(key)
            hint = f"resume it with 'tiercel flow resume {key[0]} {key[1]}'"
            raise ConflictError(f"Flow {name} is stopped: {opened.reason}; {hint}")

    def count(self, key: FlowKey, now: int, settings: BreakerSettings, *, is_own: bool) -> str | None:
        """Count a start; gives why the flow is to be stopped, None when it is not."""
        period = settings.period_seconds * _SECOND
        self._sweep(now, period)
        if is_own and self._is_over(key, now, settings.own_starts, period, is_own=True):
            many = f"{settings.own_starts} executions within {settings.period_seconds} seconds"
            return f"its own executions led to more than {many} of it"
        if self._is_over(key, now, settings.starts, period, is_own=False):
            many = f"{settings.starts} executions within {settings.period_seconds} seconds"
            return f"other executions led to more than {many} of it"
        return None

    def open(self, opened: OpenBreaker) -> None:
        """Note that a flow is stopped."""
        self._open.setdefault((opened.namespace, opened.flow_id), opened)

    def close(self, key: FlowKey) -> None:
        """Note that a flow goes on, and begin to count anew."""
        self._open.pop(key, None)
        self._starts.pop((key, True), None)
        self._starts.pop((key, False), None)

    def _is_over(self, key: FlowKey, now: int, most: int, period: int, *, is_own: bool) -> bool:
        if most <= 0:
            return False
        starts = self._starts.setdefault((key, is_own), deque())
        while starts and starts[0] <= now - period:
            starts.popleft()
        starts.append(now)
        return len(starts) > most

    def _sweep(self, now: int, period: int) -> None:
        """Forget flows that nothing led to lately."""
        if now - self._swept_at < period:
            return
        self._swept_at = now
        self._starts = {key: starts for key, starts in self._starts.items() if starts and starts[-1] > now - period}
