"""The trigger that fires when other executions end."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tiercel.plugins import Json, Outputs, Properties, Raw, State, Static, Trigger

_PARTS_OF_WINDOW = {
    "DURATION_WINDOW": ("window", "window_advance"),
    "SLIDING_WINDOW": ("window",),
    "DAILY_TIME_DEADLINE": ("deadline",),
    "DAILY_TIME_WINDOW": ("start_time", "end_time"),
}
_WINDOW_PARTS = {
    "window": "a window",
    "window_advance": "a window advance",
    "deadline": "a deadline",
    "start_time": "a start time",
    "end_time": "an end time",
}
_DEFAULT_STATES = (*(state for state in State if state.is_terminal), State.PAUSED)


class Dependency(Properties):
    """An upstream flow to wait for.

    Attributes:
        namespace: Of the flow.
        flow_id: The flow.
        states: In which its execution must be.
        labels: Which its execution must carry.
        when: A condition on its execution.
    """

    namespace: str | None = None
    flow_id: str | None = None
    states: list[State] | None = None
    labels: dict[str, Json] | None = None
    when: str = "true"


class UpstreamFlow(Properties):
    """An upstream flow to wait for, in 1.x.

    Attributes:
        namespace: Of the flow.
        flow_id: The flow.
        states: In which its execution must be.
        labels: Which its execution must carry.
    """

    namespace: str
    flow_id: str | None = None
    states: list[State] | None = None
    labels: dict[str, Json] | None = None


class ExecutionFilter(Properties):
    """Filters on one fact of the upstream execution.

    Attributes:
        field: Which fact.
        type: How it is compared.
        value: With what.
        values: With which of several.
    """

    field: Literal["FLOW_ID", "NAMESPACE", "STATE", "EXPRESSION"]
    type: Literal[
        "EQUAL_TO",
        "NOT_EQUAL_TO",
        "IN",
        "NOT_IN",
        "IS_TRUE",
        "IS_FALSE",
        "IS_NULL",
        "IS_NOT_NULL",
        "STARTS_WITH",
        "ENDS_WITH",
        "REGEX",
        "CONTAINS",
    ]
    value: str | None = None
    values: list[str] | None = None

    @model_validator(mode="after")
    def _check_values(self) -> Self:
        if self.type in {"IN", "NOT_IN"}:
            if self.value is not None:
                raise ValueError(f"`value` must be null for type {self.type}")
            if self.values is None:
                raise ValueError(f"`values` cannot be null for type {self.type}")
        elif self.value is None:
            raise ValueError(f"`value` cannot be null for type {self.type}")
        elif self.values is not None:
            raise ValueError(f"`values` must be null for type {self.type}")
        return self


class ExecutionFilters(Properties):
    """A group of filters.

    Attributes:
        id: Of the group.
        operand: Whether all must hold or one.
        filters: The filters.
    """

    id: str
    operand: Literal["AND", "OR"] = "AND"
    filters: Annotated[list[ExecutionFilter], Field(min_length=1)]


class TimeWindow(Properties):
    """Within which time all preconditions must hold, in 1.x.

    Attributes:
        type: The kind of window.
        window: How long it is.
        window_advance: By how much it is shifted.
        deadline: Time of day by which all must hold.
        start_time: When a daily window begins.
        end_time: When a daily window ends.
    """

    type: Literal["DAILY_TIME_DEADLINE", "DAILY_TIME_WINDOW", "DURATION_WINDOW", "SLIDING_WINDOW"] = "DURATION_WINDOW"
    window: str | None = None
    window_advance: str | None = None
    deadline: str | None = None
    start_time: str | None = None
    end_time: str | None = None

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        own = _PARTS_OF_WINDOW[self.type]
        for name, words in _WINDOW_PARTS.items():
            is_given = getattr(self, name) is not None
            if is_given and name not in own:
                raise ValueError(f"Time window of type `{self.type}` cannot have {words}.")
            if not is_given and name in own and self.type.startswith("DAILY_"):
                raise ValueError(f"Time window of type `{self.type}` must have {words}.")
        return self


class Preconditions(Properties):
    """Upstream flows to wait for, in 1.x.

    Attributes:
        id: Under which what has held is remembered.
        flows: The flows.
        where: Filters on their executions.
        time_window: Within which time all must hold.
        reset_on_success: Whether all must hold anew after it has fired.
    """

    id: Annotated[str, Field(min_length=1)]
    flows: list[UpstreamFlow] | None = None
    where: list[ExecutionFilters] | None = None
    time_window: TimeWindow = Field(default_factory=TimeWindow)
    reset_on_success: bool = True


class Window(Properties):
    """Within which time all dependencies must hold, in 2.0.

    Attributes:
        deadline: Time of day by which all must hold.
        from_: When a daily window begins.
        to: When a daily window ends.
        every: Length of windows that follow one another.
        offset: By how much these are shifted.
        lookback: Length of a window that ends now.
        timezone: Of the times.
        fire_once: Whether it fires once a window.
    """

    deadline: str | None = None
    from_: str | None = Field(default=None, alias="from")
    to: str | None = None
    every: str | None = None
    offset: str | None = None
    lookback: str | None = None
    timezone: str | None = None
    fire_once: bool = False


class FlowOutputs(Outputs):
    """What the expressions of a triggered execution see as ``trigger``.

    Attributes:
        execution_id: The upstream execution.
        execution_labels: Its labels.
        namespace: Of its flow.
        flow_id: Its flow.
        flow_revision: The revision of it.
        state: Its state.
        outputs: Its outputs.
        start_date: When it began.
        end_date: When it ended.
        first_failed_task_id: Its first failed task.
        last_task_id: Its last task.
    """

    execution_id: str
    execution_labels: dict[str, Json]
    namespace: str
    flow_id: str
    flow_revision: int
    state: State
    outputs: dict[str, Json] | None = None
    start_date: datetime | None = None
    end_date: datetime | None = None
    first_failed_task_id: str | None = None
    last_task_id: str | None = None


class Flow(
    Trigger,
    type="io.kestra.plugin.core.trigger.Flow",
    aliases=("io.kestra.core.models.triggers.types.Flow",),
    new_properties=("dependsOn", "minSatisfied", "mode", "onMiss", "window"),
    deprecated_properties=("preconditions",),
    outputs=FlowOutputs,
    example="""
type: io.kestra.plugin.core.trigger.Flow
dependsOn:
  - namespace: company.team
    flowId: extract
    states: [SUCCESS]
inputs:
  rows: "{{ trigger.outputs.rows }}"
""",
):
    """Starts an execution when executions of other flows end.

    Attributes:
        states: The states of upstream executions it looks at.
        inputs: Inputs of the execution.
        depends_on: Upstream flows to wait for.
        mode: Whether all of them must have run, one, or at least ``minSatisfied``.
        min_satisfied: How many, for that mode.
        window: Within which time.
        on_miss: What happens when the window passes without it.
        preconditions: Upstream flows to wait for, in 1.x.
    """

    states: list[State] = Field(default_factory=lambda: list(_DEFAULT_STATES))
    inputs: dict[str, Json] | None = None
    depends_on: list[Dependency] | None = None
    mode: Static[Literal["ALL", "ANY", "AT_LEAST"]] = "ALL"
    min_satisfied: Static[Annotated[int | None, Field(gt=0)]] = None
    window: Static[Window | None] = None
    on_miss: Raw[dict[str, Json] | None] = None
    preconditions: Preconditions | None = None
