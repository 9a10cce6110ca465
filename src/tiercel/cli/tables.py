"""Tables on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

STYLES = {
    "SUCCESS": "green",
    "WARNING": "yellow",
    "FAILED": "red",
    "KILLED": "red",
    "CANCELLED": "yellow",
    "RUNNING": "cyan",
    "PAUSED": "magenta",
    "SKIPPED": "dim",
}


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], total: int | None = None) -> None:
    """Print rows; states are coloured."""
    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    shown = 0
    for row in rows:
        table.add_row(*(styled_state(cell) for cell in row))
        shown += 1
    console = Console(highlight=False)
    console.print(table)
    if total is not None and total > shown:
        console.print(f"{shown} of {total}", style="dim")


def styled_state(text: str) -> str:
    """Give a state in its colour, any other text with its brackets kept."""
    style = STYLES.get(text)
    return f"[{style}]{text}[/{style}]" if style else text.replace("[", r"\[")
