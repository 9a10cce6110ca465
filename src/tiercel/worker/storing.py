"""Keeps the outputs of a Loop iteration in a file of that iteration, as one row of Ion."""

from __future__ import annotations

from tiercel.expressions.ion_text import write_ion
from tiercel.model.command import StoreOutputs
from tiercel.model.event import OutputsStored
from tiercel.operations.assignments import Assignment
from tiercel.operations.environment import Environment
from tiercel.storage import paths

_NAME = "outputs.ion"


def store_outputs(environment: Environment, assignment: Assignment, work: StoreOutputs) -> OutputsStored:
    """Write the file; doing so again replaces it, so an order whose answer was lost may be repeated.

    Raises:
        UnavailableError: The storage cannot be written to.
    """
    execution = assignment.execution
    directory = paths.execution_directory(execution.namespace, execution.flow_id, execution.id)
    path = f"{directory}/{_NAME}"
    environment.storage.put(path, (write_ion(work.outputs).encode(),))
    return OutputsStored(at=environment.clock(), uri=paths.to_uri(path))
