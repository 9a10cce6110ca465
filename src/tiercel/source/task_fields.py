"""The properties every task may have."""

from __future__ import annotations

from tiercel.model.flow import TaskCache
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.source.fields import (
    INVALID,
    Field,
    Fields,
    anything,
    as_duration,
    boolean,
    choice,
    items_of,
    record,
    text,
)
from tiercel.source.identifiers import task_id
from tiercel.source.paths import Path
from tiercel.source.report import Report
from tiercel.source.retries import retry


def duration_text() -> Field:
    """A duration or a template of one, kept as text."""

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        if isinstance(value, str) and ("{{" in value or "{%" in value):
            return value
        if as_duration(value) is None:
            report.error((*path, key), f"{value!r} is not a duration", "not-a-duration", "Write it as PT30S or P1DT2H")
            return INVALID
        return value if isinstance(value, str) else f"PT{value}S"

    return Field(read, {"type": "string"})


def _cache(values: dict[str, Json], _path: Path, _report: Report) -> TaskCache:
    return TaskCache(is_enabled=values["enabled"], ttl=values.get("ttl"))


_CACHE_FIELDS: Fields = {"enabled": boolean().required(), "ttl": duration_text()}
WORKER_GROUP = record({"key": text(), "fallback": choice(("WAIT", "FAIL", "CANCEL", "IGNORE"))})
WORKER_SELECTOR = record(
    {
        "tags": items_of(text()),
        "match": choice(("ALL", "ANY")),
        "fallback": choice(("FAIL", "WAIT", "CANCEL", "IGNORE")),
    }
)


def no_assets(_value: Json, path: Path, key: str | int, report: Report) -> object:
    """Refuse assets, which no version without an enterprise licence takes."""
    report.error((*path, key), "assets are not supported", "not-supported", "Remove assets", of_key=True)
    return INVALID


COMMON_FIELDS: Fields = {
    "id": task_id().required(),
    "type": text().required(),
    "version": text(),
    "description": text(),
    "retry": retry(),
    "timeout": duration_text(),
    "disabled": boolean(),
    "runIf": text(),
    "when": Field(text().read, {"type": "string"}, legacy_of="runIf", is_ours=True),
    "allowFailure": boolean(),
    "allowWarning": boolean(),
    "logLevel": choice(LogLevel),
    "logToFile": boolean(),
    "taskCache": record(_CACHE_FIELDS, _cache),
    "workerGroup": WORKER_GROUP.until_1_3(),
    "workerSelector": WORKER_SELECTOR.since_2_0(),
    "policyRefs": anything().since_2_0(),
    "assets": Field(no_assets, {"type": "object"}),
}
