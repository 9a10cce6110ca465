"""The flow itself as a parent of its tasks."""

from __future__ import annotations

from tiercel.engine import conclusion
from tiercel.engine.decision import Decision
from tiercel.engine.flow_outputs import STORING
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.scope import Scope
from tiercel.model.state import State


class Root(Flowable):
    """Tasks one after another; a killed child does not stop the next one."""

    def is_cut(self, scope: Scope) -> bool:
        """Never: what runs after a killed child runs."""
        del scope
        return False

    def may_leave(self, decision: Decision, scope: Scope) -> bool:
        """The main part may end while task runs that a flowable left behind still run; the execution is not over."""
        del decision, scope
        return True

    def is_last_list(self, decision: Decision, scope: Scope) -> bool:
        """After a broken promise the state is known already, and ``errors`` is all that runs."""
        del scope
        return "ending" in decision.run.execution.notes

    def end(self, decision: Decision, scope: Scope, state: State) -> None:
        """Ask for the flow outputs, or conclude when there are none or the state was known before."""
        del scope
        notes = decision.run.execution.notes
        if "ending" not in notes:
            conclusion.end_main(decision, state)
        elif "outputs" not in notes and STORING not in notes:
            conclusion.conclude(decision)
