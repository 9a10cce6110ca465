"""Conditions on dates."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tiercel.plugins import Condition, Dialect

DayOfWeek = Literal["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]


class DateTimeBetween(
    Condition,
    type="io.kestra.plugin.core.condition.DateTimeBetween",
    aliases=(
        "io.kestra.core.models.conditions.types.DateTimeBetweenCondition",
        "io.kestra.plugin.core.condition.DateTimeBetweenCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.DateTimeBetween
after: 2026-01-01T00:00:00Z
""",
):
    """Holds when a date lies strictly between two others; one of them is enough.

    Attributes:
        date: The date that is tested.
        after: It must be later than this.
        before: It must be earlier than this.
    """

    date: str = "{{ trigger.date }}"
    after: datetime | None = None
    before: datetime | None = None


class TimeBetween(
    Condition,
    type="io.kestra.plugin.core.condition.TimeBetween",
    aliases=(
        "io.kestra.core.models.conditions.types.TimeBetweenCondition",
        "io.kestra.plugin.core.condition.TimeBetweenCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.TimeBetween
after: "08:00:00Z"
before: "18:00:00Z"
""",
):
    """Holds when the time of a date lies between two others, over midnight too.

    Attributes:
        date: The date that is tested.
        after: It must be later than this time with offset.
        before: It must be earlier than this time with offset.
    """

    date: str = "{{ trigger.date }}"
    after: str | None = None
    before: str | None = None


class DayWeek(
    Condition,
    type="io.kestra.plugin.core.condition.DayWeek",
    aliases=(
        "io.kestra.core.models.conditions.types.DayWeekCondition",
        "io.kestra.plugin.core.condition.DayWeekCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.DayWeek
dayOfWeek: MONDAY
""",
):
    """Holds on one day of the week.

    Attributes:
        date: The date that is tested.
        day_of_week: The day.
    """

    date: str = "{{ trigger.date }}"
    day_of_week: DayOfWeek


class DayWeekInMonth(
    Condition,
    type="io.kestra.plugin.core.condition.DayWeekInMonth",
    aliases=(
        "io.kestra.core.models.conditions.types.DayWeekInMonthCondition",
        "io.kestra.plugin.core.condition.DayWeekInMonthCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.DayWeekInMonth
dayOfWeek: MONDAY
dayInMonth: FIRST
""",
):
    """Holds on the first, second, third, fourth or last such day of a month.

    Attributes:
        date: The date that is tested.
        day_of_week: The day.
        day_in_month: Which of them.
    """

    date: str = "{{ trigger.date }}"
    day_of_week: DayOfWeek
    day_in_month: Literal["FIRST", "LAST", "SECOND", "THIRD", "FOURTH"]


class Weekend(
    Condition,
    type="io.kestra.plugin.core.condition.Weekend",
    aliases=(
        "io.kestra.core.models.conditions.types.WeekendCondition",
        "io.kestra.plugin.core.condition.WeekendCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.Weekend
""",
):
    """Holds on Saturdays and Sundays.

    Attributes:
        date: The date that is tested.
    """

    date: str = "{{ trigger.date }}"


class PublicHoliday(
    Condition,
    type="io.kestra.plugin.core.condition.PublicHoliday",
    aliases=(
        "io.kestra.core.models.conditions.types.PublicHolidayCondition",
        "io.kestra.plugin.core.condition.PublicHolidayCondition",
    ),
    dialects=(Dialect.V1_3,),
    example="""
type: io.kestra.plugin.core.condition.PublicHoliday
country: FR
""",
):
    """Holds on public holidays.

    Attributes:
        date: The date that is tested.
        country: Two letters of the country.
        sub_division: Part of the country.
    """

    date: str = "{{ trigger.date }}"
    country: str | None = None
    sub_division: str | None = None
