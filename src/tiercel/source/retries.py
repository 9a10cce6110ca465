"""The ``retry`` of a task or flow."""

from __future__ import annotations

from datetime import timedelta

from tiercel.model.flow import Retry, RetryBehavior, RetryKind
from tiercel.model.json import Json
from tiercel.source.fields import (
    INVALID,
    Field,
    Fields,
    boolean,
    choice,
    duration,
    integer,
    number,
    object_schema,
    read_fields,
)
from tiercel.source.paths import Path
from tiercel.source.report import Report

_COMMON: dict[str, Field] = {
    "type": choice(RetryKind).required(),
    "maxAttempts": integer(minimum=1),
    "maxAttempt": integer(minimum=1).legacy("maxAttempts").until_1_3(),
    "maxDuration": duration(),
    "warningOnRetry": boolean(),
    "behavior": choice(RetryBehavior),
}
FIELDS: dict[RetryKind, Fields] = {
    RetryKind.CONSTANT: {**_COMMON, "interval": duration().required()},
    RetryKind.EXPONENTIAL: {
        **_COMMON,
        "interval": duration().required(),
        "maxInterval": duration().required(),
        "delayFactor": number(),
    },
    RetryKind.RANDOM: {**_COMMON, "minInterval": duration().required(), "maxInterval": duration().required()},
}
_ORDERED = (("interval", "maxInterval"), ("minInterval", "maxInterval"))


def retry() -> Field:
    """A retry, read to the record of the model."""
    return Field(_read, {"oneOf": [_schema(kind) for kind in RetryKind]})


def _read(value: Json, path: Path, key: str | int, report: Report) -> object:
    here = (*path, key)
    kind = value.get("type") if isinstance(value, dict) else None
    table = FIELDS[RetryKind(kind)] if kind in tuple(RetryKind) else _COMMON
    before = report.error_count
    values = read_fields(value, here, table, report)
    if values is None or report.error_count > before:
        return INVALID
    if not _is_ordered(values, here, report):
        return INVALID
    return Retry(
        kind=values["type"],
        interval=values.get("interval"),
        max_interval=values.get("maxInterval"),
        min_interval=values.get("minInterval"),
        delay_factor=values.get("delayFactor", 2.0),
        max_attempts=values.get("maxAttempts"),
        max_duration=values.get("maxDuration"),
        is_warning_on_retry=values.get("warningOnRetry", False),
        behavior=values.get("behavior", RetryBehavior.RETRY_FAILED_TASK),
    )


def _is_ordered(values: dict[str, Json], path: Path, report: Report) -> bool:
    pairs = list(_ORDERED)
    if "maxDuration" in values:
        names = ("minInterval", "maxInterval") if values["type"] is RetryKind.RANDOM else ("interval",)
        pairs += [(name, "maxDuration") for name in names]
    is_ordered = True
    for lower, upper in pairs:
        low, high = values.get(lower), values.get(upper)
        if isinstance(low, timedelta) and isinstance(high, timedelta) and low >= high:
            is_ordered = False
            report.error((*path, lower), f"'{lower}' must be less than '{upper}'", "not-ordered")
    return is_ordered


def _schema(kind: RetryKind) -> dict[str, Json]:
    schema = object_schema(FIELDS[kind])
    schema["properties"]["type"] = {"const": kind.value}
    return schema
