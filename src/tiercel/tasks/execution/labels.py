"""Labels of the execution."""

from __future__ import annotations

import json

from tiercel.plugins import Dialect, Effects, Json, Raw, RunContext, Task, TaskError


class Labels(
    Task,
    type="io.kestra.plugin.core.execution.Labels",
    aliases=("io.kestra.core.tasks.executions.Labels",),
    inline=True,
    updates=True,
    example="""
type: io.kestra.plugin.core.execution.Labels
labels:
  customer: "{{ inputs.customer }}"
""",
):
    """Adds labels to the execution, replacing those of the same key.

    Attributes:
        labels: A map, a list of ``key`` and ``value``, or text that renders to a JSON map.
    """

    labels: Raw[str | list[Json] | dict[str, Json]]

    def run(self, ctx: RunContext) -> None:
        """Ask for them, in order of their keys."""
        labels = {key: _text(key, value, ctx.dialect) for key, value in _pairs(ctx.render(self.labels))}
        for key, value in labels.items():
            if key.startswith("system."):
                raise TaskError(f"System labels can only be set by Tiercel itself, offending label: {key}={value}")
            if not value:
                raise TaskError(f"Label values cannot be empty, offending label: {key}")
        ctx.change(Effects(labels=sorted(labels.items())))


def _pairs(labels: str | list[Json] | dict[str, Json]) -> list[tuple[str, Json]]:
    if isinstance(labels, str):
        labels = _read(labels)
    if isinstance(labels, dict):
        return list(labels.items())
    for entry in labels:
        if not isinstance(entry, dict) or "key" not in entry:
            raise TaskError(f"`labels` has an entry that is no map of key and value: {entry}")
    return [(str(entry["key"]), entry.get("value")) for entry in labels]


def _read(text: str) -> dict[str, Json]:
    try:
        value: Json = json.loads(text)
    except ValueError as error:
        raise TaskError(f"`labels` is not a JSON map: {error}") from None
    if not isinstance(value, dict):
        raise TaskError("`labels` is not a JSON map")
    return value


def _text(key: str, value: Json, dialect: Dialect) -> str:
    if isinstance(value, str):
        return value
    if dialect is Dialect.V1_3 and value is not None:
        raise TaskError(f"The value of a label is text, offending label: {key}={value} (write it in quotes)")
    if value is None:
        return ""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
