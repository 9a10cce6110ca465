"""Words, tables and marks that all pages are written with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from tiercel.model.json import Json
from tiercel.source import read_yaml

DOCS = Path(__file__).parents[1]


def words(name: str) -> dict[str, Json]:
    """Read one file of ``docs/words``."""
    return dict(read_yaml((DOCS / "words" / f"{name}.yaml").read_text(encoding="utf-8")).data)


def preamble(name: str) -> str:
    """Read what stands before what is made."""
    return (DOCS / "words" / f"{name}.md").read_text(encoding="utf-8").strip()


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a table; nothing when it has no rows."""
    heads = list(heads)
    lines = ["| " + " | ".join(_cell(text) for text in row) + " |" for row in rows]
    if not lines:
        return ""
    return "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *lines])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def code(text: object) -> str:
    """Write as code; a text that holds back quotes gets longer ones."""
    return f"`` {text} ``" if "`" in str(text) else f"`{text}`"


def prose(text: str) -> str:
    """Turn the marks of docstrings into Markdown."""
    return re.sub(r"``(.+?)``", r"`\1`", text)
