"""Fields of texts by grok: patterns that have names, put together to longer ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import regex
from pydantic import Field

from tiercel.plugins import Json, Outputs, RunContext, Task, TaskError, searching
from tiercel.tasks.serdes.texts import json_line
from tiercel.tasks.serdes.values import open_rows, store_rows
from tiercel.tasks.transform.grok_patterns import PATTERNS

_REFERENCE = regex.compile(r"%\{(\w+)(?::([^:{}]+))?(?::(\w+))?\}")
_NAMED = regex.compile(r"(?<!\\)\(\?<([A-Za-z]\w*)>")
_LINE = regex.compile(r"(\w+)\s+(\S.*)")
_MOST_CHARACTERS = 64 * 1024
_DEEPEST = 30

Convert = Callable[[str], Json]
_TYPES: Mapping[str, Convert] = {
    "int": int,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "boolean": lambda text: text.lower() == "true",
    "string": str,
}


class ValueOutputs(Outputs):
    """What comes of a text.

    Attributes:
        value: Its fields; none when no pattern is found in it.
    """

    value: dict[str, Json]


class ItemsOutputs(Outputs):
    """What comes of texts.

    Attributes:
        uri: The fields of each.
        processed_items_total: How many there are.
    """

    uri: str
    processed_items_total: int


class _GrokTask(Task):
    """What both tasks have.

    Attributes:
        pattern: What to find; ``%{NAME:field}`` is a pattern by name, ``%{NAME:field:int}`` a number of it.
        patterns: Several, tried in order after that one.
        pattern_definitions: Patterns by name, besides those that are known.
        patterns_dir: Folders of the working directory with files of patterns, a name and a pattern in each line.
        named_captures_only: Leave out patterns that have no field; else their names are the fields.
        break_on_first_match: Do not try the patterns after the first that is found.
        keep_empty_captures: Give fields too that are empty or were not found.
    """

    pattern: str | None = None
    patterns: list[str] = Field(default_factory=list)
    pattern_definitions: dict[str, str] = Field(default_factory=dict)
    patterns_dir: list[str] = Field(default_factory=list)
    named_captures_only: bool = True
    break_on_first_match: bool = True
    keep_empty_captures: bool = False

    def reader(self, ctx: RunContext) -> Callable[[str], dict[str, Json]]:
        """Read the patterns once; gives what finds the fields of a text."""
        written = ([self.pattern] if self.pattern else []) + self.patterns
        if not written:
            raise TaskError("pattern: there must be one, or some in patterns")
        known = {**PATTERNS, **_of_folders(ctx, self.patterns_dir), **self.pattern_definitions}
        read = [_Pattern(text, known, is_named_only=self.named_captures_only) for text in written]

        def fields(text: str) -> dict[str, Json]:
            found: dict[str, Json] = {}
            for pattern in read:
                captured = pattern.fields(text, is_empty_kept=self.keep_empty_captures)
                found.update(captured or {})
                if captured is not None and self.break_on_first_match:
                    break
            return found

        return fields


class TransformValue(
    _GrokTask,
    type="io.kestra.plugin.transform.grok.TransformValue",
    example="""
type: io.kestra.plugin.transform.grok.TransformValue
from: 2026-01-31T10:15:00Z WARN disk is at 91
pattern: "%{TIMESTAMP_ISO8601:time} %{LOGLEVEL:level} %{DATA:what} at %{NUMBER:percent:int}"
""",
):
    """Takes a text apart by grok patterns.

    Known are the usual names for words, numbers, addresses, paths, dates, and lines of syslog and Apache.

    Attributes:
        from_: The text.
    """

    from_: str = Field(alias="from")

    def run(self, ctx: RunContext) -> ValueOutputs:
        """Find the fields."""
        return ValueOutputs(value=self.reader(ctx)(self.from_))


class TransformItems(
    _GrokTask,
    type="io.kestra.plugin.transform.grok.TransformItems",
    example="""
type: io.kestra.plugin.transform.grok.TransformItems
from: "{{ outputs.lines.uri }}"
pattern: "%{COMBINEDAPACHELOG}"
""",
):
    """Takes each row of a file apart by grok patterns; rows that are no text are read as their JSON.

    Attributes:
        from_: URI of a file with Ion rows.
    """

    from_: str = Field(alias="from")

    def run(self, ctx: RunContext) -> ItemsOutputs:
        """Find the fields, row by row."""
        uri, size = store_rows(ctx, self._results(ctx))
        ctx.counter("processed", size)
        return ItemsOutputs(uri=uri, processed_items_total=size)

    def _results(self, ctx: RunContext) -> Iterator[Json]:
        fields = self.reader(ctx)
        for row in open_rows(ctx, self.from_):
            yield fields(row if isinstance(row, str) else json.dumps(json.loads(json_line(row))))
            if ctx.is_cancelled:
                raise TaskError("The transformation was cancelled")


class _Pattern:
    """One pattern, ready to be looked for."""

    def __init__(self, text: str, known: Mapping[str, str], *, is_named_only: bool) -> None:
        self._known = known
        self._is_named_only = is_named_only
        self._fields: list[tuple[str, Convert]] = []
        self._length = 0
        self._find, _ = searching(self._expand(text, ()), "pattern")

    def fields(self, text: str, *, is_empty_kept: bool) -> dict[str, Json] | None:
        """Give the fields of a text, None when the pattern is not in it."""
        match = self._find(text)
        if match is None:
            return None
        found: dict[str, Json] = {}
        for number, (name, convert) in enumerate(self._fields):
            value = match.group(f"grok{number}")
            if value and not found.get(name):
                found[name] = _converted(value, convert)
            elif is_empty_kept:
                found.setdefault(name, value)
        return found

    def _expand(self, text: str, within: tuple[str, ...]) -> str:
        """Put the patterns in place of their names, and groups of ours in place of fields."""
        self._length += len(text)
        if self._length > _MOST_CHARACTERS or len(within) > _DEEPEST:
            raise TaskError(f"pattern: it is longer than {_MOST_CHARACTERS:,} characters with all it names")
        parts: list[str] = []
        place = 0
        for reference in _REFERENCE.finditer(text):
            parts += [self._own(text[place : reference.start()]), self._part(reference, within)]
            place = reference.end()
        return "".join([*parts, self._own(text[place:])])

    def _part(self, reference: regex.Match[str], within: tuple[str, ...]) -> str:
        name, field, kind = reference.groups()
        pattern = self._known.get(name)
        if pattern is None:
            raise TaskError(f"pattern: there is no pattern {name}; patternDefinitions may define it")
        if name in within:
            raise TaskError(f"pattern: {name} is defined by itself")
        convert = _TYPES.get((kind or "string").lower())
        if convert is None:
            raise TaskError(f"pattern: {kind} is no type; there are {', '.join(_TYPES)}")
        if field is None and self._is_named_only:
            return f"(?:{self._expand(pattern, (*within, name))})"
        return f"{self._group(field or name, convert)}{self._expand(pattern, (*within, name))})"

    def _own(self, text: str) -> str:
        return _NAMED.sub(lambda group: self._group(group[1], str), text)

    def _group(self, field: str, convert: Convert) -> str:
        self._fields.append((field, convert))
        return f"(?<grok{len(self._fields) - 1}>"


def _converted(text: str, convert: Convert) -> Json:
    try:
        return convert(text)
    except ValueError:
        return text


def _of_folders(ctx: RunContext, folders: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in folders:
        root = ctx.working_dir.resolve()
        path = (root / folder).resolve()
        if not path.is_relative_to(root):
            raise TaskError(f"patternsDir: {folder} leads out of the working directory")
        if not path.is_dir():
            raise TaskError(f"patternsDir: there is no folder {folder} in the working directory")
        for file in sorted(each for each in path.iterdir() if each.is_file() and not each.is_symlink()):
            found.update(_of_file(file))
    return found


def _of_file(file: Path) -> Iterator[tuple[str, str]]:
    for line in file.read_text(encoding="utf-8").splitlines():
        match = None if line.startswith("#") else _LINE.fullmatch(line.strip())
        if match is not None:
            yield match[1], match[2]
