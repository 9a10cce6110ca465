"""``tiercel flow validate``: every problem of every flow in files and folders, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec
import typer
from msgspec import Struct

from tiercel.cli.options import read_dialect
from tiercel.errors import Violation
from tiercel.model.dialect import DialectSetting
from tiercel.model.json import Json
from tiercel.plugins.registry import Registry
from tiercel.source import parse_flow, split_documents

_SUFFIXES = frozenset({".yaml", ".yml"})


class CheckedFile(Struct, frozen=True):
    """What was found in one file; lines count from the start of the file."""

    path: str
    violations: tuple[Violation, ...]

    @property
    def is_valid(self) -> bool:
        """Whether it could be saved."""
        return not any(violation.is_error for violation in self.violations)


def check_paths(paths: Iterable[Path], dialect: str) -> list[CheckedFile]:
    """Check every flow in the files and, recursively, in the folders; folders whose name begins with a dot are left."""
    types = Registry(("tiercel.tasks",))
    setting = read_dialect(dialect) or DialectSetting.AUTO
    return [_check(path, types, setting) for path in flow_files(paths)]


def print_report(report: Sequence[CheckedFile], *, as_json: bool) -> None:
    """Print what was found: a line for each problem, with its hint, then a sum."""
    if as_json:
        typer.echo(msgspec.json.encode([_shape(checked) for checked in report]).decode())
        return
    for checked in report:
        for violation in checked.violations:
            typer.echo(_line(checked.path, violation))
    invalid = sum(not checked.is_valid for checked in report)
    noun = "file" if len(report) == 1 else "files"
    typer.echo(f"{len(report)} {noun} checked, " + (f"{invalid} not valid" if invalid else "all valid"))


def flow_files(paths: Iterable[Path]) -> Iterator[Path]:
    """List the files, and the YAML files in the folders; folders whose name begins with a dot are left.

    A link that leads nowhere is listed too, so that whoever reads it says so.
    """
    for path in paths:
        if path.is_file():
            yield path
            continue
        for found in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in found.relative_to(path).parts)
            if found.suffix in _SUFFIXES and not hidden and (found.is_file() or _leads_nowhere(found)):
                yield found


def _leads_nowhere(path: Path) -> bool:
    return path.is_symlink() and not path.exists()


def numbered_documents(text: str) -> Iterator[tuple[str, int]]:
    """Give each document of a file with the number of lines before it."""
    start = 0
    for part in split_documents(text) or [text]:
        start = text.index(part, start)
        yield part, text.count("\n", 0, start)
        start += len(part)


def _check(path: Path, types: Registry, dialect: DialectSetting) -> CheckedFile:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        return CheckedFile(str(path), (Violation(message, line=1, column=1, code="unreadable"),))
    except UnicodeDecodeError as error:
        return CheckedFile(str(path), (_not_text(path.read_bytes(), error),))
    found: list[Violation] = []
    for part, lines_before in numbered_documents(text):
        for violation in parse_flow(part, types, dialect, is_checking_expressions=True).violations:
            if violation.line:
                violation.line += lines_before
            found.append(violation)
    return CheckedFile(str(path), tuple(found))


def _not_text(source: bytes, error: UnicodeDecodeError) -> Violation:
    before = source[: error.start].decode("utf-8", "replace").split("\n")
    line, column = len(before), len(before[-1]) + 1
    message = f"cannot be read: byte {error.start} is not UTF-8 text"
    return Violation(message, line=line, column=column, code="unreadable", hint="Save the file as UTF-8")


def _line(path: str, violation: Violation) -> str:
    place = f"{path}:{violation.line}:{violation.column}" if violation.line else path
    severity = "error" if violation.is_error else "warning"
    where = f"{violation.path}: " if violation.path else ""
    hint = f"\n    {violation.hint}" if violation.hint else ""
    return f"{place}: {severity}: {where}{violation.message}{hint}"


def _shape(checked: CheckedFile) -> dict[str, Json]:
    return {
        "file": checked.path,
        "valid": checked.is_valid,
        "issues": [
            {
                "line": violation.line,
                "column": violation.column,
                "path": violation.path,
                "severity": "error" if violation.is_error else "warning",
                "code": violation.code,
                "message": violation.message,
                "hint": violation.hint,
            }
            for violation in checked.violations
        ],
    }
