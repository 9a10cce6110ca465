"""Tables on the screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

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
_ENDLESS = 100_000
_KEPT = frozenset(map(ord, "\t\n"))
_PICTURES = {code: 0x2400 + code for code in range(0x20) if code not in _KEPT}
_PICTURES |= {0x7F: 0x2421} | dict.fromkeys(range(0x80, 0xA0), 0xFFFD)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], total: int | None = None) -> None:
    """Print rows; states are coloured.

    On a screen what is too long goes on in the next line, so that ids and dates can be copied whole. For a program that
    reads it, each row is one line.
    """
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _ENDLESS
    table = Table(*(Column(name, overflow="fold") for name in columns), box=None, header_style="bold", pad_edge=False)
    shown = 0
    for row in rows:
        table.add_row(*(styled_state(cell) for cell in row))
        shown += 1
    console.print(table)
    if total is not None and total > shown:
        console.print(f"{shown} of {total}", style="dim")


def styled_state(text: str) -> str:
    """Give a state in its colour, any other text with its brackets kept."""
    style = STYLES.get(text)
    return f"[{style}]{text}[/{style}]" if style else escape(visible(text))


def visible(text: str) -> str:
    """Show control characters as pictures: what a flow prints must not move the cursor or rename the window."""
    return text.translate(_PICTURES)
