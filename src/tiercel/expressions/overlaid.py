"""Variables with some names replaced, without reading the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tiercel.expressions.values import Value


class Overlaid(Mapping[str, Value]):
    """Variables with some names replaced."""

    def __init__(self, under: Mapping[str, Value], over: Mapping[str, Value]) -> None:
        self._under = under
        self._over = over

    def __getitem__(self, name: str) -> Value:
        return self._over[name] if name in self._over else self._under[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self._under), **dict.fromkeys(self._over)})

    def __len__(self) -> int:
        return len({*self._under, *self._over})
