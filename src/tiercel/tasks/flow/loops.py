"""Flowables that run tasks many times: for each value, or until a condition holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from tiercel.plugins import Dialect, FlowableTask, Json, Outputs, Properties, Raw, Static
from tiercel.tasks.flow.sequences import BRANCHES


class ForEach(
    FlowableTask,
    type="io.kestra.plugin.core.flow.ForEach",
    control="foreach",
    dialects=(Dialect.V1_3,),
    branches=BRANCHES,
    required_branches=("tasks",),
    example="""
type: io.kestra.plugin.core.flow.ForEach
values: [a, b, c]
concurrencyLimit: 2
tasks:
  - id: show
    type: io.kestra.plugin.core.log.Log
    message: "{{ taskrun.value }}"
""",
):
    """Runs a group of tasks for each value, one task of a group after another.

    Attributes:
        values: A list, or text that renders to a JSON list; values that occur twice are taken once.
        concurrency_limit: How many groups at once; 0 for all.
    """

    values: str | list[Json]
    concurrency_limit: Static[Annotated[int, Field(ge=0)]] = 1


class EachSequential(
    FlowableTask,
    type="io.kestra.plugin.core.flow.EachSequential",
    aliases=("io.kestra.core.tasks.flows.EachSequential",),
    control="each_sequential",
    dialects=(Dialect.V1_3,),
    deprecated=True,
    branches=BRANCHES,
    required_branches=("tasks",),
    example="""
type: io.kestra.plugin.core.flow.EachSequential
value: '["a", "b"]'
tasks:
  - id: show
    type: io.kestra.plugin.core.log.Log
    message: "{{ taskrun.value }}"
""",
):
    """Runs tasks for each value, one after another.

    Attributes:
        value: A list, or text that renders to a JSON list.
    """

    value: str | list[Json]


class EachParallel(
    FlowableTask,
    type="io.kestra.plugin.core.flow.EachParallel",
    aliases=("io.kestra.core.tasks.flows.EachParallel",),
    control="each_parallel",
    dialects=(Dialect.V1_3,),
    deprecated=True,
    branches=BRANCHES,
    required_branches=("tasks",),
    example="""
type: io.kestra.plugin.core.flow.EachParallel
value: '["a", "b"]'
concurrent: 2
tasks:
  - id: show
    type: io.kestra.plugin.core.log.Log
    message: "{{ taskrun.value }}"
""",
):
    """Runs every task for every value, all at the same time.

    Attributes:
        value: A list, or text that renders to a JSON list.
        concurrent: How many at most; 0 for no limit.
    """

    value: str | list[Json]
    concurrent: int = 0


class LoopOutput(Properties):
    """An output of each iteration, declared as those of a flow are.

    Attributes:
        id: Its name.
        type: Its type, as for inputs.
        value: Usually an expression over the outputs of the iteration.
        display_name: Shown in place of the id.
        description: What it is.
        required: Whether null fails the iteration.
    """

    id: str
    type: str
    value: Json
    display_name: str | None = None
    description: str | None = None
    required: bool | None = None


class LoopOutputs(Outputs):
    """What a Loop gives back.

    Attributes:
        iteration_count: How many values there were.
        running_iterations: How many run.
        terminated_iterations: How many have ended, by state.
        outputs: The declared outputs of each iteration, in order of completion.
        uri: A file of them instead, one row each.
    """

    iteration_count: int
    running_iterations: int
    terminated_iterations: dict[str, int]
    outputs: list[Json] | None = None
    uri: str | None = None


class Loop(
    FlowableTask,
    type="io.kestra.plugin.core.flow.Loop",
    control="loop",
    dialects=(Dialect.V2_0,),
    branches=BRANCHES,
    required_branches=("tasks",),
    outputs=LoopOutputs,
    example="""
type: io.kestra.plugin.core.flow.Loop
values: [a, b, c]
outputs:
  - id: name
    type: STRING
    value: "{{ outputs.show.value }}"
tasks:
  - id: show
    type: io.kestra.plugin.core.debug.Return
    format: "{{ item.value }}"
""",
):
    """Runs tasks for each value, each iteration as an execution of its own.

    Attributes:
        values: A list, a map, text that renders to a JSON list, or the URI of a file with one value a row.
        concurrency_limit: How many iterations at once; 0 for all.
        transmit_failed: Whether a failed iteration ends the loop and fails it.
        outputs: What each iteration gives back.
        fetch_type: Whether the outputs of the iterations are kept as values or stored as a file.
        break_when: Asked for whenever an iteration has ended, with the outputs of the loop so far in ``outputs``; once
            it holds no further iteration begins.
    """

    values: str | list[Json] | dict[str, Json]
    concurrency_limit: Static[Annotated[int, Field(ge=0)]] = 1
    transmit_failed: Static[bool] = True
    outputs: Raw[list[LoopOutput]] = Field(default_factory=list)
    fetch_type: Static[Literal["AUTO", "FETCH", "STORE"]] = "AUTO"
    break_when: Raw[str | None] = None


class CheckFrequency(Properties):
    """How often and how long a LoopUntil goes round.

    Attributes:
        interval: Pause between rounds.
        max_iterations: After how many rounds it gives up.
        max_duration: After how much time it gives up.
    """

    interval: timedelta = timedelta(minutes=1)
    max_iterations: int | None = None
    max_duration: timedelta | None = None


class LoopUntilOutputs(Outputs):
    """What a LoopUntil gives back.

    Attributes:
        iteration_count: How many rounds it went.
    """

    iteration_count: int


class LoopUntil(
    FlowableTask,
    type="io.kestra.plugin.core.flow.LoopUntil",
    aliases=("io.kestra.plugin.core.flow.WaitFor",),
    control="loop_until",
    branches=BRANCHES,
    required_branches=("tasks",),
    outputs=LoopUntilOutputs,
    example="""
type: io.kestra.plugin.core.flow.LoopUntil
condition: "{{ outputs.ask.code == 200 }}"
checkFrequency:
  interval: PT10S
  maxIterations: 30
tasks:
  - id: ask
    type: io.kestra.plugin.core.http.Request
    uri: https://example.com/ready
    options:
      allowFailed: true
""",
):
    """Runs tasks again and again until a condition holds.

    Attributes:
        condition: Evaluated after each round.
        fail_on_max_reached: Whether giving up is a failure.
        check_frequency: How often and how long.
    """

    condition: str
    fail_on_max_reached: bool = False
    check_frequency: CheckFrequency = Field(default_factory=CheckFrequency)
