"""The kinds of plugins authors write: tasks above all."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from datetime import timedelta
from inspect import isawaitable
from typing import ClassVar

from pydantic import BaseModel

from tiercel.errors import PluginError
from tiercel.model.flow import TaskKind
from tiercel.model.json import Json
from tiercel.model.types import BranchShape, TypeKind
from tiercel.plugins.context import RunContext
from tiercel.plugins.markers import Static
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


class Trigger(Plugin):
    """Something that starts executions."""

    kind: ClassVar[TypeKind] = TypeKind.TRIGGER


class PollingTrigger(Task):
    """A trigger that looks now and then whether there is a reason to start an execution. Write ``evaluate``.

    It runs where tasks run, with rendered properties and the same ``ctx``. While an execution it started runs it is
    not asked, unless ``allowConcurrent`` is set.

    Attributes:
        interval: How long after one look the next one comes.
    """

    kind: ClassVar[TypeKind] = TypeKind.TRIGGER
    default_control: ClassVar[str] = "polling"

    interval: Static[timedelta] = timedelta(minutes=1)

    def evaluate(self, ctx: RunContext) -> TaskResult | Awaitable[TaskResult]:  # noqa: ARG002 (for those who override it)
        """Look; may be ``async``. Give what expressions see as ``trigger``, or None when there is no reason."""
        raise PluginError(f"{type(self).__name__} has no evaluate method")

    def run(self, ctx: RunContext) -> TaskResult | Awaitable[TaskResult]:
        """Look; what it found is the output ``trigger``, so that nothing to tell is not the same as no reason."""
        found = self.evaluate(ctx)
        return _found_later(found) if isawaitable(found) else _found(found)


async def _found_later(found: Awaitable[TaskResult]) -> TaskResult:
    return _found(await found)


def _found(found: TaskResult) -> TaskResult:
    if found is None:
        return None
    return {"trigger": found.model_dump(by_alias=True, exclude_none=True) if isinstance(found, BaseModel) else found}


class Condition(Plugin):
    """Something that decides whether a trigger fires."""

    kind: ClassVar[TypeKind] = TypeKind.CONDITION


class Runner(Plugin):
    """Where the commands of a task run."""

    kind: ClassVar[TypeKind] = TypeKind.RUNNER


class Part(Plugin):
    """Any other thing with a type: charts and their data, for example."""


LIST = BranchShape.LIST
MAP = BranchShape.MAP
DAG = BranchShape.DAG
SINGLE = BranchShape.SINGLE
