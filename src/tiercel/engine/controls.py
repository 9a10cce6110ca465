"""Which module decides for which flow control."""

from __future__ import annotations

from collections.abc import Mapping

from tiercel.engine.flowables.flowable import Flowable
from tiercel.model.flow import TaskDefinition

CONTROLS: Mapping[str, Flowable] = {
    "sequential": Flowable(),
}


def control_of(task: TaskDefinition) -> Flowable:
    """The module that decides for a flowable or executable task."""
    return CONTROLS[task.control]
