"""The task types that the cases of the manifest ask the runner to supply, by the behaviour described there."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from pydantic import Field

from tiercel.engine.controls import CONTROLS
from tiercel.engine.decision import Decision
from tiercel.engine.flowables.sequential import Sequential
from tiercel.model.command import Evaluate
from tiercel.model.event import Evaluated
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.state import State
from tiercel.plugins import LIST, FlowableTask, Plugin, RunContext, Task, TaskError, Trigger

ECHO = "echoing_sequential"


class TaskThatFail(Task, type="io.kestra.core.runners.test.TaskThatFail"):
    """Always fails and still stores an output."""

    message: str

    def run(self, ctx: RunContext) -> None:
        raise TaskError("An exception occurs", outputs={"message": self.message})


class NullOutputTask(Task, type="io.kestra.core.tasks.test.NullOutputTask"):
    """Succeeds with a null output."""

    def run(self, ctx: RunContext) -> dict[str, None]:
        return {"value": None}


class TaskWithAlias(
    Task, type="io.kestra.core.runners.test.TaskWithAlias", aliases=("io.kestra.core.runners.test.task.Alias",)
):
    """Logs a message."""

    message: str

    def run(self, ctx: RunContext) -> None:
        ctx.log.info(self.message)


class TriggerWithAlias(
    Trigger, type="io.kestra.core.runners.test.TriggerWithAlias", aliases=("io.kestra.core.runners.test.trigger.Alias",)
):
    """Never fires."""


class Encrypted(Task, type="io.kestra.core.tasks.test.Encrypted"):
    """Outputs its property encrypted."""

    format: str = ""

    def run(self, ctx: RunContext) -> dict[str, object]:
        return {"value": ctx.call("encrypt", text=self.format)}


class Read(Task, type="io.kestra.core.tasks.test.Read"):
    """Outputs the text of a file of the working directory."""

    path: str

    def run(self, ctx: RunContext) -> dict[str, str]:
        return {"value": (ctx.working_dir / self.path.lstrip("/")).read_text()}


class ListenersTestTask(Task, type="io.kestra.core.runners.ListenersTestTask"):
    """Outputs a text form of its own execution."""

    def run(self, ctx: RunContext) -> dict[str, str]:
        return {"value": f"Execution(flowId={ctx.facts.flow_id}, id={ctx.facts.execution_id})"}


class EchoingSequential(Sequential):
    """How the engine carries out the type below: the property is rendered once, when it begins."""

    def begin(self, decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
        decision.order(Evaluate(task_run.id, ECHO, {"def": task.properties.get("def")}))

    def answered(self, decision: Decision, task_run: TaskRun, event: Evaluated) -> None:
        if event.purpose == ECHO and task_run.state is State.CREATED:
            task_run.outputs = event.value
            decision.open_attempt(task_run)
            decision.advance(task_run.id)


def _sequential(number: int) -> type[Plugin]:
    name = f"io.kestra.core.runners.PluginDefaultsCaseTest$DefaultSequential{number}"

    class DefaultSequential(
        FlowableTask, type=name, control=ECHO, branches={"tasks": LIST, "errors": LIST, "finally": LIST}
    ):
        """Runs like Sequential and outputs one property."""

        def_: str = Field(default="", alias="def")

    return DefaultSequential


class DeprecatedTask(
    Task,
    type="io.kestra.core.plugins.test.DeprecatedTask",
    deprecated=True,
    deprecated_properties=("additionalProperty",),
):
    """Deprecated, and so is its property."""

    additional_property: str = ""

    def run(self, ctx: RunContext) -> None:
        return None


def counter() -> type[Plugin]:
    """A type that counts from 1 in the runner's process, each time it runs."""
    numbers = itertools.count(1)

    class CounterTask(Task, type="io.kestra.core.runners.TaskCacheTest$CounterTask"):
        """Outputs the next number."""

        def run(self, ctx: RunContext) -> dict[str, int]:
            return {"counter": next(numbers)}

    return CounterTask


PLAIN: tuple[type[Plugin], ...] = (
    TaskThatFail,
    NullOutputTask,
    TaskWithAlias,
    TriggerWithAlias,
    Encrypted,
    Read,
    ListenersTestTask,
    DeprecatedTask,
    *(_sequential(number) for number in (1, 2, 3)),
)
FRESH: tuple[Callable[[], type[Plugin]], ...] = (counter,)


def add_controls() -> None:
    """Teach the engine the flow control of the types above."""
    CONTROLS.setdefault(ECHO, EchoingSequential())
