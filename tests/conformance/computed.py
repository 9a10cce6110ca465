"""The suites whose cases compute and hardly wait, to be run in a process beside the others."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from conformance.verdict import Result


def run(directory: Path, suites: Sequence[str], *, area: str, only: str) -> list[Result]:
    """Run those of the suites that are meant."""
    results: list[Result] = []
    if "expressions" in suites:
        from conformance import expressions  # noqa: PLC0415 (only what is run is loaded)

        results += expressions.run(directory, only=only)
    if "schedules" in suites:
        from conformance import schedules_run  # noqa: PLC0415 (the same)

        results += asyncio.run(schedules_run.run(directory, only=only))
    if "units" in suites:
        from conformance import units_run  # noqa: PLC0415 (the same)

        results += asyncio.run(units_run.run(directory, area=area, only=only))
    return results
