"""Conditions made of expressions and of other conditions."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field

from tiercel.plugins import Condition, Dialect, Json, Raw
from tiercel.tasks.trigger.flows import TimeWindow


class Expression(
    Condition,
    type="io.kestra.plugin.core.condition.Expression",
    aliases=(
        "io.kestra.core.models.conditions.types.VariableCondition",
        "io.kestra.plugin.core.condition.ExpressionCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.Expression
expression: "{{ labels.team == 'data' }}"
""",
):
    """Holds when an expression does.

    Attributes:
        expression: The expression.
    """

    expression: str


class Not(
    Condition,
    type="io.kestra.plugin.core.condition.Not",
    aliases=("io.kestra.core.models.conditions.types.NotCondition", "io.kestra.plugin.core.condition.NotCondition"),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.Not
conditions:
  - type: io.kestra.plugin.core.condition.Weekend
""",
):
    """Holds when none of its conditions does.

    Attributes:
        conditions: The conditions.
    """

    conditions: Raw[Annotated[list[dict[str, Json]], Field(min_length=1)]]


class Or(
    Condition,
    type="io.kestra.plugin.core.condition.Or",
    aliases=("io.kestra.core.models.conditions.types.OrCondition", "io.kestra.plugin.core.condition.OrCondition"),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.Or
conditions:
  - type: io.kestra.plugin.core.condition.Weekend
  - type: io.kestra.plugin.core.condition.PublicHoliday
""",
):
    """Holds when one of its conditions does.

    Attributes:
        conditions: The conditions.
    """

    conditions: Raw[Annotated[list[dict[str, Json]], Field(min_length=1)]]


class MultipleCondition(
    Condition,
    type="io.kestra.plugin.core.condition.MultipleCondition",
    aliases=("io.kestra.core.models.conditions.types.MultipleCondition",),
    dialects=(Dialect.V1_3,),
    deprecated=True,
    deprecated_properties=("window", "windowAdvance"),
    example="""
type: io.kestra.plugin.core.condition.MultipleCondition
id: both
conditions:
  first:
    type: io.kestra.plugin.core.condition.ExecutionFlow
    namespace: company.team
    flowId: extract
""",
):
    """Holds when all of its conditions have held, each for some execution, within a time.

    Attributes:
        id: Under which what has held is remembered.
        conditions: The conditions by name.
        time_window: Within which time all must hold.
        reset_on_success: Whether all must hold anew after it has fired.
        window: Old place of ``timeWindow.window``.
        window_advance: Old place of ``timeWindow.windowAdvance``.
    """

    id: Annotated[str, Field(min_length=1)]
    conditions: Raw[dict[str, Json]]
    time_window: TimeWindow = Field(default_factory=TimeWindow)
    reset_on_success: bool = True
    window: timedelta | None = None
    window_advance: timedelta | None = None
