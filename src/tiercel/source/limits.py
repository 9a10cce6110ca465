"""Limits on starts: the ``concurrency`` of a flow, and what triggers do with many events (``debounce``, ``batch``)."""

from __future__ import annotations

import re
from datetime import timedelta

from tiercel.model.flow import Batch, Concurrency, ConcurrencyBehavior, Debounce, Rate, TriggerDefinition
from tiercel.model.json import Json
from tiercel.source.fields import INVALID, Field, Fields, as_text, choice, duration, integer, record, text
from tiercel.source.paths import Path
from tiercel.source.report import Report

LONGEST = timedelta(days=31)
MOST_STARTS = 100_000
MOST_EVENTS = 10_000
_POOL_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,99}")
_EXAMPLES = "Write a duration above zero and up to 31 days, such as PT1M"


def is_pool_name(name: str) -> bool:
    """Tell whether a pool may be called so."""
    return _POOL_NAME.fullmatch(name) is not None


def _pool(value: Json, path: Path, key: str | int, report: Report) -> object:
    if isinstance(value, str) and is_pool_name(value):
        return value
    message = f"{value!r} is not the name of a pool"
    hint = "Up to 100 letters, digits, dots, dashes and underscores; an expression is not possible here"
    report.error((*path, key), message, "bad-name", hint)
    return INVALID


def _priority(value: Json, path: Path, key: str | int, report: Report) -> object:
    result = as_text(value, (*path, key), report)
    if not isinstance(result, str) or "{{" in result or "{%" in result:
        return result
    try:
        float(result)
    except ValueError:
        hint = "Write a number such as 5, or an expression that renders to one"
        report.error((*path, key), f"{value!r} is not a number", "wrong-kind", hint)
        return INVALID
    return result


def _length() -> Field:
    """A duration that something waits or counts for."""
    known = duration()

    def read(value: Json, path: Path, key: str | int, report: Report) -> object:
        length = known.read(value, path, key, report)
        if isinstance(length, timedelta) and not timedelta() < length <= LONGEST:
            report.error((*path, key), f"{value!r} is too {_which(length)}", "too-small", _EXAMPLES)
            return INVALID
        return length

    return Field(read, known.schema)


def _which(length: timedelta) -> str:
    return "long" if length > LONGEST else "short"


_RATE: Fields = {
    "limit": integer(minimum=1, maximum=MOST_STARTS).required(),
    "period": _length().required(),
}
RATE = record(_RATE, lambda values, _path, _report: Rate(limit=values["limit"], period=values["period"]))
_CONCURRENCY: Fields = {
    "limit": integer(minimum=1),
    "behavior": choice(ConcurrencyBehavior),
    "key": text(minimum=1).ours(),
    "rate": RATE.ours(),
    "pool": Field(_pool, {"type": "string", "pattern": f"^{_POOL_NAME.pattern}$"}).ours(),
    "priority": Field(_priority, {"type": ["number", "string"]}).ours(),
}


def _concurrency(values: dict[str, Json], path: Path, report: Report) -> object:
    if not {"limit", "rate", "pool"} & values.keys():
        report.missing(path, "limit")
        return INVALID
    if "key" in values and not {"limit", "rate"} & values.keys():
        report.error((*path, "key"), "A key has no limit or rate to apply to", "no-effect", "Add limit or rate")
        return INVALID
    return Concurrency(
        limit=values.get("limit"),
        behavior=values.get("behavior", ConcurrencyBehavior.QUEUE),
        key=values.get("key"),
        rate=values.get("rate"),
        pool=values.get("pool", ""),
        priority=values.get("priority", ""),
    )


CONCURRENCY = record(_CONCURRENCY, _concurrency)
_DEBOUNCE: Fields = {"wait": _length().required(), "maxWait": _length(), "key": text(minimum=1)}


def _debounce(values: dict[str, Json], path: Path, report: Report) -> object:
    longest = values.get("maxWait")
    if longest is not None and longest < values["wait"]:
        message = "maxWait is shorter than wait"
        report.error((*path, "maxWait"), message, "too-small", "Make it at least as long as wait")
        return INVALID
    return Debounce(wait=values["wait"], max_wait=longest, key=values.get("key"))


DEBOUNCE = record(_DEBOUNCE, _debounce)
_BATCH: Fields = {
    "size": integer(minimum=1, maximum=MOST_EVENTS).required(),
    "wait": _length().required(),
    "key": text(minimum=1),
}
BATCH = record(
    _BATCH,
    lambda values, _path, _report: Batch(size=values["size"], wait=values["wait"], key=values.get("key")),
)


def check_gathering(trigger: TriggerDefinition, path: Path, report: Report) -> None:
    """Report ``debounce`` and ``batch`` where they cannot work: both at once, or without events."""
    written = [name for name, given in (("debounce", trigger.debounce), ("batch", trigger.batch)) if given is not None]
    if not written:
        return
    if len(written) > 1:
        message = "debounce and batch exclude each other"
        report.error((*path, "batch"), message, "excluded", "Remove one of them", of_key=True)
    if "cron" in trigger.properties or trigger.type in _WITHOUT_EVENTS:
        message = f"{written[0]} works with events: a schedule has none"
        report.error((*path, written[0]), message, "no-effect", f"Remove {written[0]}", of_key=True)
    elif trigger.properties.get("wait") is True and trigger.type.endswith(".Webhook"):
        message = f"{written[0]} starts an execution later: a webhook with wait: true cannot answer with its end"
        report.error((*path, written[0]), message, "excluded", f"Remove wait or {written[0]}", of_key=True)


_TRIGGERS = "io.kestra.plugin.core.trigger"
_WITHOUT_EVENTS = frozenset(f"{_TRIGGERS}.{name}" for name in ("Schedule", "ScheduleOnDates", "McpToolTrigger"))
DESCRIPTIONS = {
    "concurrency": {
        "limit": "How many executions may run at once, for each key.",
        "behavior": "What happens to one more: QUEUE (it waits), CANCEL or FAIL.",
        "key": "Expression; each value it renders to has the limit and the rate for itself (extension).",
        "rate": "At most limit starts within any period (extension).",
        "pool": "Name of slots that several flows share (extension).",
        "priority": "Number or expression: who waits with more starts earlier; a point is worth a minute (extension).",
    },
    "rate": {"limit": "How many may start.", "period": "Within how long, such as PT1M."},
    "debounce": {
        "wait": "How long it must be quiet before the last event starts an execution.",
        "maxWait": "After how long since the first event it starts all the same.",
        "key": "Expression; each value it renders to is waited for by itself.",
    },
    "batch": {
        "size": "How many events start an execution at once.",
        "wait": "After how long since the first event fewer do.",
        "key": "Expression; each value it renders to is gathered by itself.",
    },
}
