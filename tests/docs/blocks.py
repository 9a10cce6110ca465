"""Reads the pages of the documentation: the blocks of code in them, and the marks that stand above those."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    *(ROOT / "README.md", ROOT / "CONTRIBUTING.md"),
    *sorted(path for path in DOCS.rglob("*.md") if "words" not in path.parts),
]
_FENCE = re.compile(r"```(\w*)(.*)")
_MARK = re.compile(r"<!-- (\w+): (.*) -->")


@dataclass(frozen=True, slots=True)
class Block:
    """One block of code.

    Attributes:
        note: What stands behind the language, such as why it is not run.
        marks: Pairs of the comments directly above: what a flow is started with, says, and how it ends.
    """

    page: Path
    line: int
    language: str
    note: str
    text: str
    marks: list[tuple[str, str]] = field(default_factory=list)

    def marked(self, name: str) -> list[str]:
        return [value for key, value in self.marks if key == name]

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page: Path) -> Iterator[Block]:
    """Give the blocks of a page in their order."""
    marks: list[tuple[str, str]] = []
    lines = iter(enumerate(page.read_text(encoding="utf-8").splitlines(), start=1))
    for number, line in lines:
        if mark := _MARK.fullmatch(line):
            marks.append((mark[1], mark[2]))
        elif fence := _FENCE.fullmatch(line):
            inner = []
            for _, text in lines:
                if text == "```":
                    break
                inner.append(text)
            yield Block(page, number, fence[1], fence[2].strip(), "\n".join(inner) + "\n", marks)
            marks = []
        elif line.strip():
            marks = []


ALL = [block for page in PAGES for block in blocks(page)]


def is_flow(block: Block) -> bool:
    """Whether a block is a whole flow, and not a part of one or a file of settings."""
    return block.language == "yaml" and all(
        re.search(f"^{key}:", block.text, re.MULTILINE) for key in ("id", "namespace")
    )


FLOWS = [block for block in ALL if is_flow(block)]
