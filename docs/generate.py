"""Writes the pages of ``docs/reference`` from the code, with the words in ``docs/words``: ``python docs/generate.py``.

Never edit those pages: a test compares them with what this makes.
"""
# ruff: noqa: T201 (a script, which prints what it wrote)

from __future__ import annotations

from reference_pages.commands import cli_page
from reference_pages.expressions import expressions_page
from reference_pages.properties import properties_page
from reference_pages.routes import http_page
from reference_pages.settings import settings_page
from reference_pages.states import states_page
from reference_pages.types import type_pages
from reference_pages.violations import violations_page
from reference_pages.writing import DOCS
from tiercel.plugins.registry import Registry

REFERENCE = DOCS / "reference"
NOTE = "<!-- Written by docs/generate.py from the code: change the code or docs/words, then run it. -->"


def pages() -> dict[str, str]:
    """Make every page: its path below ``docs/reference``, and its text."""
    registry = Registry(("tiercel.tasks",), is_discovering=False)
    made = {
        "settings.md": settings_page(),
        "cli.md": cli_page(),
        "http.md": http_page(),
        "expressions.md": expressions_page(),
        "violations.md": violations_page(),
        "states.md": states_page(),
        "properties.md": properties_page(registry),
        **type_pages(registry),
    }
    return {name: f"{NOTE}\n\n{text.strip()}\n" for name, text in made.items()}


def main() -> None:
    """Write what has changed and remove pages that are no longer made."""
    made = pages()
    for path in REFERENCE.rglob("*.md"):
        if str(path.relative_to(REFERENCE)) not in made:
            path.unlink()
    for name, text in made.items():
        path = REFERENCE / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(name)


if __name__ == "__main__":
    main()
