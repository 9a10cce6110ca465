"""Rows as CSV files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from tiercel.plugins import RunContext, Task, TaskError, date_text, java_text
from tiercel.tasks.serdes.outputs import RowsOutputs
from tiercel.tasks.serdes.texts import encoder
from tiercel.tasks.serdes.values import open_rows

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d*)")


class IonToCsv(
    Task,
    type="io.kestra.plugin.serdes.csv.IonToCsv",
    aliases=("io.kestra.plugin.serdes.csv.CsvWriter",),
    example="""
type: io.kestra.plugin.serdes.csv.IonToCsv
from: "{{ outputs.query.uri }}"
fieldSeparator: ";"
""",
):
    """Writes rows as a CSV file, which begins with the names of the first row.

    Attributes:
        from_: URI of a file with Ion rows.
        header: Whether the first line names the columns.
        field_separator: What stands between fields.
        text_delimiter: What fields are quoted with.
        line_delimiter: What ends lines.
        always_delimit_text: Whether all fields are quoted; ``quoteMode`` says more.
        quote_mode: Which fields are quoted; those that need it when nothing is said.
        charset: Its charset.
        date_format: Pattern of dates.
        time_format: Pattern of times of day.
        date_time_format: Pattern of points in time.
        time_zone_id: The zone that points in time with an offset are written in; others are in UTC.
    """

    from_: str = Field(alias="from")
    header: bool = True
    field_separator: str = ","
    text_delimiter: str = '"'
    line_delimiter: str = "\n"
    always_delimit_text: bool = False
    quote_mode: Literal["ALWAYS", "REQUIRED", "NON_NUMERIC"] | None = None
    charset: str = "UTF-8"
    date_format: str = "yyyy-MM-dd"
    time_format: str = "HH:mm:ss[XXX]"
    date_time_format: str = "yyyy-MM-dd'T'HH:mm:ss.SSS[XXX]"
    time_zone_id: str = "UTC"

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write row by row."""
        counts = [0]
        uri = ctx.files.write(ctx.files.new_name(".csv"), self._lines(ctx, counts))
        ctx.counter("records", counts[0])
        return RowsOutputs(uri=uri, size=counts[0])

    def _lines(self, ctx: RunContext, counts: list[int]) -> Iterator[bytes]:
        encode = encoder(self.charset)
        for row in open_rows(ctx, self.from_):
            is_map = isinstance(row, dict)
            if not counts[0] and self.header:
                if not is_map:
                    raise TaskError("A row is a list, which has no names: set header to false")
                yield encode(self._line(list(row)))
            counts[0] += 1
            if is_map or isinstance(row, list):
                yield encode(self._line([self._text(value) for value in (row.values() if is_map else row)]))
            else:
                raise TaskError(f"Row {counts[0]} is neither a map nor a list")

    def _line(self, fields: list[str | None]) -> str:
        return self.field_separator.join(map(self._field, fields)) + self.line_delimiter

    def _field(self, text: str | None) -> str:
        mode = self.quote_mode or ("ALWAYS" if self.always_delimit_text else "REQUIRED")
        if text is None and mode != "ALWAYS":
            return ""
        text, quote = text or "", self.text_delimiter
        special = (self.field_separator, quote, "\n", "\r")
        is_quoted = (
            mode == "ALWAYS"
            or any(mark in text for mark in special)
            or (mode == "NON_NUMERIC" and not _NUMBER.fullmatch(text))
        )
        return f"{quote}{text.replace(quote, quote * 2)}{quote}" if is_quoted else text

    def _text(self, value: Any) -> str | None:  # noqa: ANN401 (values of any type)
        match value:
            case None:
                return None
            case datetime():
                return date_text(value, self.date_time_format, "UTC" if value.tzinfo is UTC else self.time_zone_id)
            case date():
                return date_text(value, self.date_format)
            case time():
                return date_text(value, self.time_format, self.time_zone_id)
            case bytes():
                return value.decode(errors="replace")
            case Decimal():
                return format(value, "f")
            case _:
                return value if isinstance(value, str) else java_text(value)
