"""When rendered text counts as true: in ``runIf``, conditions and wherever else a template decides."""

from __future__ import annotations

_FALSY = frozenset({"", "0", "-0", "false"})


def is_truthy(text: str | None) -> bool:
    """Tell whether text counts as true: all but null, ``false``, ``0``, ``-0`` and blank text."""
    return text is not None and text.strip() not in _FALSY
