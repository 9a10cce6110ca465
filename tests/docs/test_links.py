"""Every link inside the documentation leads to a file, and to a heading that is in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.blocks import DOCS, PAGES, ROOT

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def text_of(page: Path) -> str:
    """Give a page without its code."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in _LINK.findall(text_of(page)):
            if not re.match(r"[a-z]+:", target):
                yield page, target


@pytest.mark.parametrize(("page", "target"), list(links()), ids=lambda part: str(part).removeprefix(f"{ROOT}/"))
def test_a_link_resolves(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    found = (page.parent / path).resolve() if path else page
    assert found.exists()
    assert found.is_relative_to(ROOT)
    if anchor:
        assert anchor in anchors(found)


def test_every_page_is_linked() -> None:
    reached = {(page.parent / target.partition("#")[0]).resolve() for page, target in links()}
    told = {page for page in PAGES if page != ROOT / "README.md"}
    assert told - reached == set()


def test_the_map_names_every_package() -> None:
    named = re.findall(r"^\| (`\w+`) \|", (DOCS / "architecture.md").read_text(encoding="utf-8"), re.MULTILINE)
    there = [path for path in (ROOT / "src" / "tiercel").iterdir() if list(path.glob("*.py"))]
    assert sorted(named) == sorted(f"`{name}`" for name in ("errors", *(path.name for path in there)))
