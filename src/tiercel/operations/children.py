"""Executions that executions start: subflows and batches of items. Fulfils the executor's ``Starter``."""

from __future__ import annotations

from tiercel.engine.creation import CORRELATION
from tiercel.engine.flow_outputs import ASKED
from tiercel.engine.restarting import RESTARTED_LABEL
from tiercel.model.command import StartChild
from tiercel.model.execution import LINEAGE, Execution, ExecutionTrigger
from tiercel.model.json import Json
from tiercel.operations.actor import SYSTEM
from tiercel.operations.breakers import count_start, lineage_of
from tiercel.operations.control import restart
from tiercel.operations.environment import Environment
from tiercel.operations.flows import load_flow
from tiercel.operations.starting import SYSTEM_PREFIX, StartRequest, check_labels, prepare_execution

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
        own_labels = await self._own_labels(command)
        lineage = lineage_of(parent, self._environment.clock())
        await count_start(self._environment, (command.namespace, command.flow_id), lineage)
        child = await prepare_execution(self._environment, _request(parent, command, own_labels))
        child.notes[LINEAGE] = lineage
        if command.is_waited:
            child.parent_id = parent.id
            child.parent_task_run_id = command.task_run_id
            child.notes["position"] = command.position
            if command.outputs:
                child.notes[ASKED] = command.outputs
        return child

    async def _own_labels(self, command: StartChild) -> frozenset[str]:
        if not command.inherits_labels:
            return frozenset()
        flow = await load_flow(self._environment, (command.namespace, command.flow_id), command.revision)
        return frozenset(key for key, _ in flow.labels)

    async def restart(self, child_id: str) -> None:
        """Let a failed child begin again.

        Raises:
            TiercelError: It cannot.
        """
        await restart(self._environment, SYSTEM, child_id)


def _request(parent: Execution, command: StartChild, own_labels: frozenset[str]) -> StartRequest:
    """Ask for the child; its flow's labels stand above those it inherits, those of the task above both."""
    check_labels([pair for pair in command.labels if pair != RESTARTED_LABEL])  # which the engine itself may add
    labels = [
        (key, value)
        for key, value in parent.labels
        if command.inherits_labels and not key.startswith(SYSTEM_PREFIX) and key not in own_labels
    ]
    correlation = dict(parent.labels).get(CORRELATION, parent.id)
    variables: dict[str, Json] = {
        "executionId": parent.id,
        "namespace": parent.namespace,
        "flowId": parent.flow_id,
        "flowRevision": parent.revision,
        "taskRunId": command.task_run_id,
        **command.origin,
    }
    return StartRequest(
        namespace=command.namespace,
        flow_id=command.flow_id,
        revision=command.revision,
        inputs=command.inputs,
        labels=[*labels, *command.labels, (CORRELATION, correlation)],
        scheduled_at=command.scheduled_at,
        trigger=ExecutionTrigger(id=str(command.origin.get("taskId")), type=_SUBFLOW, variables=variables),
        has_system_labels=True,
    )
