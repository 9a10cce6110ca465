"""Executions that executions start: subflows and batches of items. Fulfils the executor's ``Starter``."""

from __future__ import annotations

from tiercel.engine.creation import CORRELATION
from tiercel.model.command import StartChild
from tiercel.model.execution import Execution, ExecutionTrigger
from tiercel.model.json import Json
from tiercel.operations.actor import SYSTEM
from tiercel.operations.control import restart
from tiercel.operations.environment import Environment
from tiercel.operations.starting import SYSTEM_PREFIX, StartRequest, prepare_execution

_SUBFLOW = "io.kestra.plugin.core.flow.Subflow"


class ChildStarter:
    """Prepares child executions, with the rights of the system."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    async def prepare(self, parent: Execution, command: StartChild) -> Execution:
        """Make the header of a child; nothing is stored.

        Raises:
            TiercelError: It cannot be started; the message is for the user.
        """
        child = await prepare_execution(self._environment, _request(parent, command))
        if command.is_waited:
            child.parent_id = parent.id
            child.parent_task_run_id = command.task_run_id
            child.notes["position"] = command.position
        return child

    async def restart(self, child_id: str) -> None:
        """Let a failed child begin again.

        Raises:
            TiercelError: It cannot.
        """
        await restart(self._environment, SYSTEM, child_id)


def _request(parent: Execution, command: StartChild) -> StartRequest:
    labels = [pair for pair in parent.labels if command.inherits_labels and not pair[0].startswith(SYSTEM_PREFIX)]
    correlation = dict(parent.labels).get(CORRELATION, parent.id)
    variables: dict[str, Json] = {
        "executionId": parent.id,
        "namespace": parent.namespace,
        "flowId": parent.flow_id,
        "flowRevision": parent.revision,
        "taskRunId": command.task_run_id,
    }
    return StartRequest(
        namespace=command.namespace,
        flow_id=command.flow_id,
        revision=command.revision,
        inputs=command.inputs,
        labels=[*labels, *command.labels, (CORRELATION, correlation)],
        scheduled_at=command.scheduled_at,
        trigger=ExecutionTrigger(id=command.task_run_id, type=_SUBFLOW, variables=variables),
        has_system_labels=True,
    )
