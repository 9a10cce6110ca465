"""Whether a rendered condition holds."""

from __future__ import annotations

_FALSE = frozenset({"", "0", "-0", "false"})


def is_truthy(text: str | None) -> bool:
    """Tell whether a condition holds: all but ``false``, ``0``, ``-0`` and blank text does; null does not."""
    return text is not None and text.strip() not in _FALSE
