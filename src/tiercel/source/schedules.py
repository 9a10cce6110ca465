"""What only reading a schedule's cron expression tells: which dialect knows it."""

from __future__ import annotations

from collections.abc import Mapping

from tiercel.model.cron import parse_cron
from tiercel.model.dialect import Dialect
from tiercel.model.json import Json
from tiercel.source.paths import Path
from tiercel.source.report import Report


def note_cron(properties: Mapping[str, Json], path: Path, report: Report) -> None:
    """Note an ``L``, which 1.3 refuses, and warn where it means nothing; what is no cron is reported by the type."""
    text = properties.get("cron")
    if not isinstance(text, str):
        return
    try:
        cron = parse_cron(text, with_seconds=properties.get("withSeconds") is True)
    except ValueError:
        return
    if not cron.uses_last:
        return
    report.use(Dialect.V2_0, (*path, "cron"), "L in a cron expression")
    if cron.last_day is None:
        message = f"'{text}': L means nothing within a list"
        report.warn((*path, "cron"), message, "no-effect", "Give the last day a schedule of its own")
