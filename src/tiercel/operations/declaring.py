"""Which triggers a flow declares, as they are stored beside it when it is saved."""

from __future__ import annotations

from tiercel.model.flow import Flow
from tiercel.model.types import Types
from tiercel.repository.declared_triggers import DeclaredTrigger

EVENT = "EVENT"
"""The kind of triggers that wait for something from outside, so that nothing need look at them."""


def declared_triggers(types: Types, flow: Flow, *, is_draft: bool = False) -> tuple[DeclaredTrigger, ...]:
    """Give the triggers of a flow that is being saved; those of a draft or of a disabled flow are not active."""
    is_live = not (is_draft or flow.is_draft or flow.is_disabled)
    return tuple(
        DeclaredTrigger(
            definition=trigger,
            kind=_kind(types, trigger.type),
            dialect=flow.dialect,
            is_active=is_live and not trigger.is_disabled,
        )
        for trigger in flow.triggers
    )


def _kind(types: Types, name: str) -> str:
    facts = types.find_type(name)
    return facts.control.upper() if facts is not None and facts.control else EVENT
