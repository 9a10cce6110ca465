"""How figures are shown and kept."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

RESULTS = Path(__file__).parent / "results"


def report(name: str, title: str, rows: Sequence[Mapping[str, object]], summary: Mapping[str, object]) -> None:
    """Print the rows as a table and write them, with the machine they were measured on, to the results folder."""
    table = Table(title=title)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    for column in columns:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*(_shown(row.get(column, "")) for column in columns))
    console = Console()
    console.print(table)
    for key, value in summary.items():
        console.print(f"{key}: {_shown(value)}")
    RESULTS.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version(), "system": platform.platform()}
    document = {"name": name, "machine": machine, "rows": rows, **summary}
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def _shown(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else str(value)
