"""``tiercel flow doctor``: which types a folder of flows uses that are not here, and what comes nearest."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

import msgspec
import typer
from msgspec import Struct

from tiercel.cli.replacements import PRECISE, REPLACEMENTS, Replacement
from tiercel.cli.validation import flow_files, numbered_documents
from tiercel.model.json import Json
from tiercel.plugins.registry import Registry
from tiercel.source import read_yaml

_TYPE_NAME = re.compile(r"[a-z]\w*(?:\.\w+)+")
_NEAR = 0.9
_SHOWN_PLACES = 3

Step = str | int


class MissingType(Struct, frozen=True, kw_only=True):
    """A type that no plugin here has.

    Attributes:
        uses: Places as ``file:line``, in order.
        replacement: A type that is here; empty when nothing comes near.
        advice: How to use it.
    """

    type: str
    uses: list[str]
    replacement: str = ""
    advice: str = ""


class Diagnosis(Struct, frozen=True, kw_only=True):
    """What was found.

    Attributes:
        files: How many files there are.
        unreadable: Those that are no YAML; what they use is not counted.
        known: How often a type was named that is here.
        missing: The others, the most used first.
    """

    files: int
    known: int
    unreadable: list[str]
    missing: list[MissingType]


def diagnose(paths: Iterable[Path]) -> Diagnosis:
    """Look through files and folders of flows."""
    types = Registry(("tiercel.tasks",))
    files = list(flow_files(paths))
    uses: dict[str, list[str]] = defaultdict(list)
    unreadable: list[str] = []
    for path in files:
        try:
            for name, line in list(_named_types(path.read_text(encoding="utf-8"))):
                uses[name].append(f"{path}:{line}")
        except (OSError, ValueError):
            unreadable.append(str(path))
    missing = {name: places for name, places in uses.items() if types.find_type(name) is None}
    names = [facts.type for facts in types.list_types()] if missing else []
    return Diagnosis(
        files=len(files),
        known=sum(len(places) for name, places in uses.items() if name not in missing),
        unreadable=unreadable,
        missing=[_judge(name, missing[name], names) for name in sorted(missing, key=lambda name: -len(missing[name]))],
    )


def print_diagnosis(found: Diagnosis, *, as_json: bool) -> None:
    """Print a block for each missing type, then a sum."""
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for path in found.unreadable:
        typer.echo(f"{path}: cannot be read; `tiercel flow validate` says why")
    for missing in found.missing:
        count = len(missing.uses)
        more = f" and {count - _SHOWN_PLACES} more" if count > _SHOWN_PLACES else ""
        typer.echo(f"{missing.type}: not here, {_counted(count, 'use')}")
        typer.echo(f"    {', '.join(missing.uses[:_SHOWN_PLACES])}{more}")
        if missing.replacement:
            typer.echo(f"    nearest: {missing.replacement}" + (f", {missing.advice}" if missing.advice else ""))
    uses = sum(len(missing.uses) for missing in found.missing)
    told = f"{_counted(uses, 'use')} of {_counted(len(found.missing), 'type')} missing" if uses else "nothing missing"
    typer.echo(f"{_counted(found.files, 'file')}: {_counted(found.known, 'use')} of types that are here, {told}")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _named_types(text: str) -> Iterator[tuple[str, int]]:
    """Give each type that is named, with its line.

    Raises:
        ValueError: The text is no YAML.
    """
    for part, lines_before in numbered_documents(text):
        document = read_yaml(part)
        if document.violations:
            raise ValueError(document.violations[0].message)
        for path, value in _walk(document.data, ()):
            name = value.get("type")
            if isinstance(name, str) and _TYPE_NAME.fullmatch(name):
                yield name, document.position((*path, "type"))[0] + lines_before


def _walk(value: Json, path: tuple[Step, ...]) -> Iterator[tuple[tuple[Step, ...], dict[str, Json]]]:
    if isinstance(value, dict):
        yield path, value
        for key, item in value.items():
            yield from _walk(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, index))


def _judge(name: str, uses: list[str], names: Sequence[str]) -> MissingType:
    """Say what to use in place of a type: what is known of it first, then what is spelt alike, then its group."""
    if (known := _find(PRECISE, name, names)) is not None:
        return MissingType(type=name, uses=uses, replacement=known.type, advice=known.advice)
    if near := get_close_matches(name, names, n=1, cutoff=_NEAR):
        return MissingType(type=name, uses=uses, replacement=near[0], advice="if that is what is meant")
    if (known := _find(REPLACEMENTS, name, names)) is not None:
        return MissingType(type=name, uses=uses, replacement=known.type, advice=known.advice)
    return MissingType(type=name, uses=uses)


def _find(replacements: Iterable[Replacement], name: str, names: Sequence[str]) -> Replacement | None:
    return next((one for one in replacements if name.startswith(one.prefix) and one.type in names), None)
