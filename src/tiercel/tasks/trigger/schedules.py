"""Triggers that fire at times."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field, ValidationInfo, field_validator

from tiercel.model.cron import parse_cron
from tiercel.model.zones import find_zone
from tiercel.plugins import Json, Outputs, Raw, Static, Trigger

Recovery = Literal["LAST", "NONE", "ALL"]


class ScheduleOutputs(Outputs):
    """What the expressions of a scheduled execution see as ``trigger``.

    Attributes:
        date: The slot it was made for.
        next: The slot after it.
        previous: The slot before it.
    """

    date: datetime
    next: datetime | None = None
    previous: datetime | None = None


class Schedule(
    Trigger,
    type="io.kestra.plugin.core.trigger.Schedule",
    aliases=("io.kestra.core.models.triggers.types.Schedule",),
    control="schedule",
    deprecated_properties=("backfill", "scheduleConditions"),
    outputs=ScheduleOutputs,
    example="""
type: io.kestra.plugin.core.trigger.Schedule
cron: "0 6 * * MON-FRI"
timezone: Europe/Paris
inputs:
  mode: full
""",
):
    """Starts executions at the times a cron expression gives.

    Attributes:
        with_seconds: Whether the expression begins with a field for seconds.
        cron: Minute, hour, day of month, month, day of week; or a nickname such as ``@daily``.
        timezone: The zone its times are meant in.
        inputs: Inputs of the executions.
        late_maximum_delay: Slots later than this are left out.
        recover_missed_schedules: Which slots missed while nothing ran are made up for.
        schedule_conditions: Old name of ``conditions``.
        backfill: Has no effect; backfills are started by hand.
    """

    with_seconds: Static[bool] = False
    cron: Static[str]
    timezone: Static[str] = "UTC"
    inputs: dict[str, Json] | None = None
    late_maximum_delay: Static[timedelta | None] = None
    recover_missed_schedules: Static[Recovery | None] = None
    schedule_conditions: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    backfill: Raw[dict[str, Json] | None] = None

    @field_validator("cron")
    @classmethod
    def _check_cron(cls, value: str, info: ValidationInfo) -> str:
        parse_cron(value, with_seconds=bool(info.data.get("with_seconds")))
        return value

    @field_validator("timezone")
    @classmethod
    def _check_zone(cls, value: str) -> str:
        find_zone(value)
        return value


class ScheduleOnDates(
    Trigger,
    type="io.kestra.plugin.core.trigger.ScheduleOnDates",
    control="schedule",
    outputs=ScheduleOutputs,
    example="""
type: io.kestra.plugin.core.trigger.ScheduleOnDates
timezone: Europe/Paris
dates:
  - 2026-01-01T00:00:00+01:00
  - 2026-07-14T00:00:00+02:00
""",
):
    """Starts executions at given dates.

    Attributes:
        dates: The dates, with time and offset.
        timezone: The zone they are shown in.
        inputs: Inputs of the executions.
        recover_missed_schedules: Which dates missed while nothing ran are made up for.
    """

    dates: list[datetime]
    timezone: str = "UTC"
    inputs: dict[str, Json] | None = None
    recover_missed_schedules: Static[Recovery | None] = None
