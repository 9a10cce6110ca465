"""``tiercel plugin new``: a package with a task, its tests and the entry point by which it is found."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from string import Template

from tiercel.errors import ConflictError, InvalidError, Violation

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_PREFIX = re.compile(r"[a-z]\w*(?:\.[a-z]\w*)*")


def make_plugin(name: str, folder: Path, prefix: str) -> list[Path]:
    """Write the files of a new plugin and list them.

    Args:
        name: Of the distribution: lower case, words joined by hyphens.
        folder: Where the folder ``name`` is made.
        prefix: Of the types, such as ``com.acme``; empty = the name.

    Raises:
        InvalidError: The name or the prefix cannot be used.
        ConflictError: There is such a folder, and it is not empty.
    """
    _check(name, prefix)
    root, module = folder / name, name.replace("-", "_")
    if root.exists() and any(root.iterdir()):
        raise ConflictError(f"{root} is there and not empty; choose another name or folder")
    values = {
        "distribution": name,
        "module": module,
        "prefix": prefix or module,
        "title": name.replace("-", " ").capitalize(),
    }
    places = {
        "pyproject.toml.txt": root / "pyproject.toml",
        "README.md.txt": root / "README.md",
        "gitignore.txt": root / ".gitignore",
        "init.py.txt": root / "src" / module / "__init__.py",
        "tasks.py.txt": root / "src" / module / "tasks.py",
        "test_tasks.py.txt": root / "tests" / "test_tasks.py",
    }
    templates = files("tiercel.cli") / "scaffold"
    for template, place in places.items():
        text = Template((templates / template).read_text(encoding="utf-8")).substitute(values)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return list(places.values())


def _check(name: str, prefix: str) -> None:
    found = []
    if not _NAME.fullmatch(name):
        hint = "Write it as acme-tasks"
        found.append(Violation("must be lower-case words joined by hyphens", path="NAME", hint=hint))
    if prefix and not _PREFIX.fullmatch(prefix):
        hint = "Write it as com.acme"
        found.append(Violation("must be lower-case words joined by dots", path="--prefix", hint=hint))
    if found:
        raise InvalidError(found)
