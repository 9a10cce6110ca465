"""Files that hold several flows: their documents, byte for byte, with the lines they begin on."""

from __future__ import annotations

import re

_BOUNDARY = re.compile(r"^---[ \t]*$", re.MULTILINE)


def split(text: str) -> list[str]:
    """Take the documents of one text apart, each byte for byte; empty ones are left out."""
    return [part for _, part in split_with_lines(text)]


def split_with_lines(text: str) -> list[tuple[int, str]]:
    """As ``split``, with the line of the text, from 1, that each document begins on."""
    found, line = [], 1
    for part in _BOUNDARY.split(text):
        kept = part.lstrip("\r\n")
        if kept.strip():
            found.append((line + part[: len(part) - len(kept)].count("\n"), kept))
        line += part.count("\n")
    return found
