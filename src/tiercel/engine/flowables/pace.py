"""How many children are created at once: the limit a user sets, and a slice so that one decision stays short."""

from __future__ import annotations

import sys

from tiercel.engine.decision import Decision
from tiercel.engine.scope import Scope
from tiercel.model.command import WakeAt

SLICE = 100
MORE = "more"
NO_LIMIT = sys.maxsize


def limit_of(decision: Decision, scope: Scope, name: str, default: int = 0) -> int:
    """How many children of a scope may be live at once, as its owner's task says; 0 there means no limit."""
    if scope.owner is None:
        return NO_LIMIT
    written = decision.run.task_of(scope.owner).properties.get(name, default)
    try:
        limit = int(written)
    except (TypeError, ValueError):
        limit = default
    return limit if limit > 0 else NO_LIMIT


def take_slice(decision: Decision, scope: Scope, count: int) -> int:
    """How many of ``count`` children to create now; a timer that is due at once brings the rest.

    All slices of one decision count together, since many events may be decided about at once.
    """
    room = SLICE - decision.opened
    if count > room:
        decision.order(WakeAt(MORE, decision.now, scope.owner_id))
    taken = max(min(count, room), 0)
    decision.opened += taken
    return taken
