"""Template of 1.x: runs the tasks of a stored template, which were put in place when the flow was read."""

from __future__ import annotations

from tiercel.engine import ending
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.plan import MAIN
from tiercel.model.command import Evaluate
from tiercel.model.event import Evaluated
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.state import State

PURPOSE = "template"


class Template(Flowable):
    """Its tasks read the arguments as ``parent.outputs.args``."""

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Ask for the arguments, unless there is no such template."""
        if not decision.run.plan.has_list(task.id, MAIN):
            name = f"{task.properties.get('namespace')}.{task.properties.get('templateId')}"
            decision.open_attempt(task_run)
            ending.fail(decision, task_run, f"Cannot find the template {name}")
            return
        decision.order(Evaluate(task_run.id, PURPOSE, task.properties.get("args") or {}))

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        """Keep the arguments and run the tasks."""
        if event.purpose != PURPOSE or task_run.state not in {State.CREATED, State.RESTARTED}:
            return
        decision.open_attempt(task_run)
        if event.error is not None:
            ending.fail(decision, task_run, event.error)
            return
        task_run.outputs = {"args": event.value}
        decision.run.publish(task_run)
        decision.run.touch(task_run)
        decision.advance(task_run.id)
