"""execution.Exit: its own task run, the flowables around it and the execution take a state at once."""

from __future__ import annotations

from tiercel.engine import conclusion, stopping
from tiercel.engine.decision import Decision
from tiercel.engine.plan import AFTER
from tiercel.engine.scope import OVER
from tiercel.model.execution import TaskRun
from tiercel.model.state import State


def leave(decision: Decision, task_run: TaskRun, state: State) -> None:
    """End everything in ``state``; only FAILED still runs the ``errors`` and ``finally`` of the flow.

    After the end of the execution its state stays as it is.
    """
    run = decision.run
    around = run.ancestors(task_run)
    history = run.execution.history
    if run.plan.rules.forgets_running_before_exit and task_run.number == 0 and history[-1][0] is State.RUNNING:
        history.pop()
    decision.enter(task_run, state)
    for flowable in around:
        decision.set_phase(run.scope(flowable.id), OVER)
        decision.close_attempt(flowable, state)
        decision.enter(flowable, state)
    scope = run.scope(None)
    if scope.phase == AFTER:
        return
    stopping.end_all(decision, state)
    outermost = around[-1] if around else task_run
    if state is State.FAILED and outermost.section == "tasks":
        return
    decision.set_phase(scope, OVER)
    run.execution.notes["ending"] = state.value
    conclusion.conclude(decision)
