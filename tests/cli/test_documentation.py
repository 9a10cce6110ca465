from __future__ import annotations

import re
from pathlib import Path

import msgspec
from msgspec.structs import fields

from tiercel.api.app import ROUTES
from tiercel.operations.settings import Settings

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


def names(record, prefix=""):
    for item in fields(record):
        if isinstance(item.type, type) and issubclass(item.type, msgspec.Struct):
            yield from names(item.type, f"{item.name}.")
        else:
            yield prefix + item.name


def rows(text):
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def test_every_setting_is_documented_and_nothing_else():
    assert rows((REFERENCE / "settings.md").read_text()) == list(names(Settings))


def route_table():
    """Each route with the first line of what its handler says, by path and method."""
    lines = []
    for handler in ROUTES:
        for path in handler.paths:
            shown = re.sub(r"\{(\w+):\w+\}", r"{\1}", path)
            for method in handler.http_methods:
                said = (handler.fn.__doc__ or "").strip().splitlines()[0].rstrip(".")
                lines.append(f"| `{getattr(method, 'value', method)} {shown}` | {said} |")
    return sorted(lines, key=lambda line: (line.split(" ")[2], line))


def test_every_route_is_documented_and_nothing_else():
    text = (REFERENCE / "http.md").read_text()
    table = [line for line in text.splitlines() if re.match(r"\| `[A-Z]+ /", line)]
    assert table == route_table()
