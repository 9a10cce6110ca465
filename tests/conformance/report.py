"""The table a person reads and the JSON a program reads."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from conformance.verdict import Result, Verdict


def show(results: Sequence[Result], *, reasons: int, known: Mapping[str, str]) -> None:
    """Print a table by area, then why cases failed (at most ``reasons`` of them); ``known`` ones with their reason."""
    areas: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        areas[result.area].append(result)
    console = Console()
    table = Table(title="Conformance")
    for column in ("area", "cases", "passed", "failed", "waiting", "soft misses"):
        table.add_column(column, justify="left" if column == "area" else "right")
    for area, found in sorted(areas.items()):
        table.add_row(area, *_counts(found))
    table.add_row("all", *_counts(results), end_section=True)
    console.print(table)
    failed = [result for result in results if result.verdict is Verdict.FAILED]
    for result in failed[:reasons]:
        console.print(f"[bold red]failed[/] {result.area} [bold]{result.id}[/]", highlight=False)
        told = f"known: {known[result.id]}" if result.id in known else result.reason[:1500]
        console.print(f"    {told}", markup=False, highlight=False)
    if len(failed) > reasons:
        console.print(f"... and {len(failed) - reasons} more")
    waiting = defaultdict(int)
    for result in results:
        if result.verdict is Verdict.WAITING:
            waiting[result.reason] += 1
    for reason, count in sorted(waiting.items()):
        console.print(f"waiting: {count} for {reason}")
    passed = sum(result.verdict is Verdict.PASSED for result in results)
    differing = sum(result.id in known for result in failed)
    if differing:
        console.print(f"{differing} of the failed cases differ on purpose, for the reasons told", highlight=False)
    console.print(f"{passed} passed, {len(failed) - differing} failed", markup=False, highlight=False)


def _counts(results: Sequence[Result]) -> list[str]:
    verdicts = [result.verdict for result in results]
    soft = sum(bool(result.soft) for result in results)
    return [str(len(results)), *(str(verdicts.count(verdict)) for verdict in Verdict), str(soft)]


def write(results: Sequence[Result], path: Path) -> None:
    """Write every case with its verdict and reason."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        {
            "id": result.id,
            "area": result.area,
            "verdict": result.verdict.value,
            "reason": result.reason,
            "soft": result.soft,
            "seconds": round(result.seconds, 3),
        }
        for result in results
    ]
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
