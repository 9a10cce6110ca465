"""Which module decides for which flow control."""

from __future__ import annotations

from collections.abc import Mapping

from tiercel.engine.flowables.allow_failure import AllowFailure
from tiercel.engine.flowables.approval import Approval
from tiercel.engine.flowables.dag import Dag
from tiercel.engine.flowables.flowable import Flowable
from tiercel.engine.flowables.foreach import EachParallel, EachSequential, ForEach
from tiercel.engine.flowables.foreach_item_items import ForEachItemItems
from tiercel.engine.flowables.if_ import If
from tiercel.engine.flowables.loop import Loop
from tiercel.engine.flowables.loop_until import LoopUntil
from tiercel.engine.flowables.parallel import Parallel
from tiercel.engine.flowables.pause import Pause
from tiercel.engine.flowables.sequential import Sequential
from tiercel.engine.flowables.subflow import Subflow
from tiercel.engine.flowables.switch import Switch
from tiercel.engine.flowables.template import Template
from tiercel.engine.flowables.unserved import Unserved
from tiercel.engine.flowables.working_directory import WorkingDirectory
from tiercel.model.flow import TaskDefinition

CONTROLS: Mapping[str, Flowable] = {
    "allow_failure": AllowFailure(),
    "approval": Approval(),
    "dag": Dag(),
    "each_parallel": EachParallel(),
    "each_sequential": EachSequential(),
    "foreach": ForEach(),
    "foreach_item": Sequential(),
    "foreach_item_items": ForEachItemItems(),
    "if": If(),
    "loop": Loop(),
    "loop_until": LoopUntil(),
    "parallel": Parallel(),
    "pause": Pause(),
    "sequential": Sequential(),
    "subflow": Subflow(),
    "switch": Switch(),
    "template": Template(),
    "working_directory": WorkingDirectory(),
}

UNSERVED = Unserved()


def control_of(task: TaskDefinition) -> Flowable:
    """The module that decides for a flowable or executable task."""
    return CONTROLS.get(task.control, UNSERVED)
