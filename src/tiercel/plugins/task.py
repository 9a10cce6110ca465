"""The kinds of plugins authors write: tasks above all."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import ClassVar

from pydantic import BaseModel

from tiercel.errors import PluginError
from tiercel.model.flow import TaskKind
from tiercel.model.json import Json
from tiercel.model.types import BranchShape, TypeKind
from tiercel.plugins.context import RunContext
from tiercel.plugins.plugin import Plugin

TaskResult = Mapping[str, Json] | BaseModel | None


class Task(Plugin):
    """One kind of work. Subclass it with a ``type``, declare properties as fields, write ``run``.

    Properties are rendered and validated before ``run``: fields hold typed values, never templates. An exception
    fails the task with its message; `TaskError` says that the message is meant for the user as it stands.
    """

    kind: ClassVar[TypeKind] = TypeKind.TASK

    def run(self, ctx: RunContext) -> TaskResult | Awaitable[TaskResult]:  # noqa: ARG002 (for those who override it)
        """Do the work; may be declared ``async``. Give back outputs: a mapping, a model, or nothing."""
        raise PluginError(f"{type(self).__name__} has no run method")


class FlowableTask(Plugin):
    """A task the engine itself carries out by creating child tasks; classes declare properties and branches only."""

    kind: ClassVar[TypeKind] = TypeKind.TASK
    task_kind: ClassVar[TaskKind] = TaskKind.FLOWABLE


class ExecutableTask(Plugin):
    """A task the engine itself carries out by starting executions; classes declare properties only."""

    kind: ClassVar[TypeKind] = TypeKind.TASK
    task_kind: ClassVar[TaskKind] = TaskKind.EXECUTABLE


class Condition(Plugin):
    """Something that decides whether a trigger fires. Subclass it with a ``type``, declare properties, write ``test``.

    Its properties are rendered before ``test``, with what the trigger has seen.
    """

    kind: ClassVar[TypeKind] = TypeKind.CONDITION

    def test(self, variables: Mapping[str, Json]) -> bool:  # noqa: ARG002 (for those who override it)
        """Tell whether it holds.

        Called on any thread, and more often than the trigger fires: it must not change anything, nor take long.

        Args:
            variables: What expressions of the trigger see: ``flow``, ``trigger``, ``execution`` ...
        """
        raise PluginError(f"{type(self).__name__} has no test method")


class Part(Plugin):
    """Any other thing with a type: charts and their data, for example."""


LIST = BranchShape.LIST
MAP = BranchShape.MAP
DAG = BranchShape.DAG
SINGLE = BranchShape.SINGLE
