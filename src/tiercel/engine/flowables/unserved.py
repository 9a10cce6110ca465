"""What stands in for a flow control the engine has no module for: it fails its task run and says so."""

from __future__ import annotations

from tiercel.engine import ending
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.flowable import Flowable
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition


class Unserved(Flowable):
    """Fails at once."""

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        """Say what cannot be carried out."""
        reason = f"its plugin needs the flow control '{task.control}', which this version of Tiercel does not have"
        remedy = "install a version of the plugin made for this one, or use a task of io.kestra.plugin.core.flow"
        ending.fail(decision, task_run, f"Tasks of type {task.type} cannot be run: {reason}; {remedy}")
