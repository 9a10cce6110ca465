"""The labels of an execution that a trigger starts."""

from __future__ import annotations

from collections.abc import Iterable

from tiercel.engine.conditions.context import ConditionContext
from tiercel.errors import ExpressionError

_SYSTEM = "system."


def trigger_labels(
    flow: Iterable[tuple[str, str]], trigger: Iterable[tuple[str, str]], context: ConditionContext
) -> list[tuple[str, str]]:
    """Give the labels of the flow without system ones, and over them those of the trigger, rendered.

    A label that cannot be rendered is left out.
    """
    found = {key: value for key, value in flow if not key.startswith(_SYSTEM)}
    for key, template in trigger:
        try:
            found[key] = context.render(template)
        except ExpressionError:
            continue
    return list(found.items())
