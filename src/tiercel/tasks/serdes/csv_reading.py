"""CSV files as rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from tiercel.plugins import LogLevel, RunContext, Task, TaskError
from tiercel.tasks.serdes.outputs import RowsOutputs
from tiercel.tasks.serdes.texts import decoded, text_lines
from tiercel.tasks.serdes.values import store_rows

_NULL = "\\N"
BadLines = Literal["ERROR", "WARN", "SKIP"]


class CsvToIon(
    Task,
    type="io.kestra.plugin.serdes.csv.CsvToIon",
    aliases=("io.kestra.plugin.serdes.csv.CsvReader",),
    deprecated_properties=("errorOnDifferentFieldCount",),
    example="""
type: io.kestra.plugin.serdes.csv.CsvToIon
from: "{{ outputs.download.uri }}"
fieldSeparator: ";"
""",
):
    r"""Reads a CSV file; each line becomes a row of texts, ``\N`` a null.

    Attributes:
        from_: URI of the file.
        header: Whether the first line names the columns; else each row is a list.
        field_separator: What stands between fields.
        text_delimiter: What fields are quoted with.
        skip_empty_rows: Whether empty lines are passed over.
        skip_rows: How many lines after the header are passed over.
        on_bad_lines: What happens to a line with too many or too few fields, or with quotes that do not match.
        on_empty_header: Whether columns without a name at the end of the header are left out, or all without a
            name are called ``col_0`` and so on.
        charset: Its charset.
        max_field_size: Longest field, in characters.
        max_buffer_size: Has no effect: lines are read one by one.
        allow_extra_chars_after_closing_quote: Whether ``"a"b`` is a field.
        error_on_different_field_count: Has no effect; see ``onBadLines``.
    """

    from_: str = Field(alias="from")
    header: bool = True
    field_separator: str = ","
    text_delimiter: str = '"'
    skip_empty_rows: bool = False
    skip_rows: Annotated[int, Field(ge=0)] = 0
    on_bad_lines: BadLines = "ERROR"
    on_empty_header: Literal["DROP", "RENAME"] = "DROP"
    charset: str = "UTF-8"
    max_field_size: Annotated[int, Field(ge=1)] = 16 * 1024 * 1024
    max_buffer_size: int = 16 * 1024 * 1024
    allow_extra_chars_after_closing_quote: bool = False
    error_on_different_field_count: bool | None = None

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write line by line."""
        uri, size = store_rows(ctx, self._rows(ctx))
        return RowsOutputs(uri=uri, size=size)

    def _rows(self, ctx: RunContext) -> Iterator[Any]:
        records = self._records(ctx)
        if not self.header:
            for _, fields in _without_first(records, self.skip_rows):
                yield [None if field == _NULL else field for field in fields]
            return
        first = next(records, None)
        if first is None:
            return
        names = self._names(first[1])
        widths = {len(first[1]), len(names)}
        for line, fields in _without_first(records, self.skip_rows):
            if len(fields) in widths:
                yield {name: None if field == _NULL else field for name, field in zip(names, fields, strict=False)}
            else:
                self._bad(ctx, f"Line {line} has {len(fields)} fields, and the header {len(first[1])}")

    def _records(self, ctx: RunContext) -> Iterator[tuple[int, list[str]]]:
        """Give number and fields of each line that can be read."""
        for name in ("field_separator", "text_delimiter"):
            if len(getattr(self, name)) != 1:
                raise TaskError(f"{name.replace('_s', 'S').replace('_d', 'D')} must be one character")
        if csv.field_size_limit() < self.max_field_size:
            csv.field_size_limit(self.max_field_size)  # one limit for the process, so it only ever grows
        reader = csv.reader(
            text_lines(decoded(ctx.files.open(self.from_), self.charset)),
            delimiter=self.field_separator,
            quotechar=self.text_delimiter,
            strict=not self.allow_extra_chars_after_closing_quote,
        )
        while True:
            try:
                fields = next(reader, None)
            except csv.Error as error:
                self._bad(ctx, f"Line {reader.line_num} cannot be read: {error}")
                continue
            if fields is None:
                return
            if any(len(field) > self.max_field_size for field in fields):
                self._bad(ctx, f"Line {reader.line_num} has a field longer than {self.max_field_size} characters")
            elif fields or not self.skip_empty_rows:
                yield reader.line_num, fields or [""]

    def _names(self, fields: list[str]) -> list[str]:
        if self.on_empty_header == "DROP":
            count = len(fields)
            while count > 1 and not fields[count - 1]:
                count -= 1
            return fields[:count]
        taken, names = set(fields), list(fields)
        for index, name in enumerate(fields):
            if not name:
                unique, attempt = f"col_{index}", 1
                while unique in taken:
                    attempt += 1
                    unique = f"col_{index}_{attempt}"
                taken.add(unique)
                names[index] = unique
        return names

    def _bad(self, ctx: RunContext, message: str) -> None:
        if self.on_bad_lines == "ERROR":
            raise TaskError(f"{message}; onBadLines says whether such lines are left out")
        if self.on_bad_lines == "WARN":
            ctx.log.write(LogLevel.WARN, "%s; it is left out", message)


def _without_first(records: Iterator[tuple[int, list[str]]], count: int) -> Iterator[tuple[int, list[str]]]:
    for index, record in enumerate(records):
        if index >= count:
            yield record
