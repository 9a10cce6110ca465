"""How many slots each pool has, in memory beside the rows, and who is told of a change."""

from __future__ import annotations

from collections.abc import Callable, Mapping


class Pools:
    """The pools of the settings, which are fixed, and those that users made. For one event loop.

    Attributes:
        fixed: Those of the settings, by name.
        on_change: Called after a change, so that those who wait can be let in.
    """

    def __init__(self, fixed: Mapping[str, int] | None = None) -> None:
        self.fixed: dict[str, int] = dict(fixed or {})
        self.on_change: Callable[[], None] = _ignore
        self._made: dict[str, int] = {}

    def slots_of(self, name: str) -> int | None:
        """Tell how many slots it has; None when nobody defines it."""
        fixed = self.fixed.get(name)
        return self._made.get(name) if fixed is None else fixed

    def put(self, name: str, slots: int) -> None:
        """Note a pool that was made or changed."""
        self._made[name] = slots
        self.on_change()

    def drop(self, name: str) -> None:
        """Note a pool that is gone."""
        self._made.pop(name, None)
        self.on_change()


def _ignore() -> None:
    """Tell nobody."""
