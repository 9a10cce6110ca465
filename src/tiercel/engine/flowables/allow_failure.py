"""AllowFailure: a Sequential whose failure becomes a warning."""

from __future__ import annotations

from tiercel.engine import ending
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.scope import Scope
from tiercel.model.state import State


class AllowFailure(Flowable):
    """As Sequential, softened."""

    def end(self, decision: Decision, scope: Scope, state: State) -> None:
        """End with a warning where a Sequential fails."""
        if scope.owner is not None:
            ending.finish(decision, scope.owner, State.WARNING if state is State.FAILED else state)
