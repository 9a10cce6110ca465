"""Figures of one's own."""

from __future__ import annotations

from typing import Literal

from tiercel.plugins import Properties, RunContext, Task, TaskError, parse_duration


class Metric(Properties):
    """One figure.

    Attributes:
        type: Whether it counts, times or measures.
        name: Its name.
        value: How much; for a timer a duration, or seconds.
        description: What it is.
        tags: To tell figures of one name apart.
    """

    type: Literal["counter", "timer", "gauge"]
    name: str
    value: str
    description: str | None = None
    tags: dict[str, str] | None = None


class Publish(
    Task,
    type="io.kestra.plugin.core.metric.Publish",
    inline=True,
    example="""
type: io.kestra.plugin.core.metric.Publish
metrics:
  - type: counter
    name: rows
    value: "{{ outputs.load.rows }}"
    tags:
      source: crm
""",
):
    """Records figures, which the execution then shows.

    Attributes:
        metrics: The figures.
    """

    metrics: list[Metric] | None = None

    def run(self, ctx: RunContext) -> None:
        """Record them."""
        for metric in self.metrics or ():
            value = _number(metric)
            match metric.type:
                case "counter":
                    ctx.counter(metric.name, value, metric.tags)
                case "timer":
                    ctx.timer(metric.name, value, metric.tags)
                case "gauge":
                    ctx.gauge(metric.name, value, metric.tags)


def _number(metric: Metric) -> float:
    try:
        return float(metric.value)
    except ValueError:
        if metric.type != "timer":
            raise TaskError(f"The value of {metric.name} is not a number: '{metric.value}'") from None
    try:
        return parse_duration(metric.value).to_timedelta().total_seconds()
    except ValueError as error:
        raise TaskError(f"The value of {metric.name} is no duration: {error}") from None
