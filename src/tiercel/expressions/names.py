"""The names of one template while it is compiled: where each is held in Python, and which it reads from outside."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from tiercel.expressions.pyast import load, mapping, method


@dataclass(slots=True)
class Local:
    """Names bound by a loop or a macro.

    Attributes:
        python: The variable of Python that holds each, where the template is not scoped.
        is_macro: Names beyond this one are not seen.
        used: Those that were read.
    """

    python: dict[str, str]
    is_macro: bool = False
    used: set[str] = field(default_factory=set)


class Names:
    """Knows what can be seen where the compiler is.

    Attributes:
        read: Variables that are read and were not set before.
    """

    def __init__(self, *, is_scoped: bool) -> None:
        self.read: set[str] = set()
        self._is_scoped = is_scoped
        self._bound: set[str] = set()
        self._locals: list[Local] = []
        self._made = 0

    @property
    def has_own(self) -> bool:
        """Whether any name beside the variables may be seen here."""
        return self._is_scoped or bool(self._locals)

    def fresh(self, prefix: str) -> str:
        """Make a name for a variable of Python."""
        self._made += 1
        return f"{prefix}{self._made}"

    def bind(self, name: str) -> None:
        """Note that the template has set a name."""
        self._bound.add(name)

    @contextmanager
    def inside(self, names: Sequence[str], *, is_macro: bool = False) -> Iterator[Local]:
        """Compile what sees these names."""
        local = Local({name: self.fresh("v") for name in names}, is_macro)
        self._locals.append(local)
        yield local
        self._locals.pop()

    def resolve(self, name: str) -> str | bool:
        """Find where a name is held: in a variable of Python, in the scopes (true) or in the variables (false)."""
        for local in reversed(self._locals):
            if name in local.python:
                local.used.add(name)
                return self._is_scoped or local.python[name]
            if local.is_macro:
                return self._is_scoped
        if name not in self._bound:
            self.read.add(name)
        return self._is_scoped

    def visible(self) -> ast.expr:
        """Compile the map of all names that can be seen here."""
        if self._is_scoped:
            return method("S", "visible")
        names: dict[str, str] = {}
        for local in self._locals:
            names = {**({} if local.is_macro else names), **local.python}
            local.used.update(local.python)
        return mapping(((name, load(variable)) for name, variable in names.items()), load("V"))
