"""What happens next: one event in, changes and commands out. No I/O, no clock, no randomness.

The parts a caller needs: `Plan` (a flow made ready), `Run` (an execution with its task runs), `decide` (or
`decide_all`) with `Facts`,
`new_execution`, `replay`, and `variables` with `World` for what expressions see.
"""

from tiercel.engine.context import variables
from tiercel.engine.creation import Start, new_execution
from tiercel.engine.decide import decide, decide_all
from tiercel.engine.decision import Facts, TransitionError
from tiercel.engine.plan import Plan
from tiercel.engine.replaying import replay
from tiercel.engine.run import Changes, Run
from tiercel.engine.world import World

__all__ = [
    "Changes",
    "Facts",
    "Plan",
    "Run",
    "Start",
    "TransitionError",
    "World",
    "decide",
    "decide_all",
    "new_execution",
    "replay",
    "variables",
]
