"""Rows as Excel workbooks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field

from tiercel.plugins import RunContext, Task, TaskError, date_text
from tiercel.tasks.serdes.excel_reading import excel_library
from tiercel.tasks.serdes.outputs import RowsOutputs
from tiercel.tasks.serdes.texts import json_line
from tiercel.tasks.serdes.values import open_rows

_ZONE = re.compile(r"\[[XxZVOz']+\]|[XxZVOz]")
_LARGEST_EXACT = 10**15  # numbers of cells have fifteen digits
_LONGEST_CELL = 32_767
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class IonToExcel(
    Task,
    type="io.kestra.plugin.serdes.excel.IonToExcel",
    example="""
type: io.kestra.plugin.serdes.excel.IonToExcel
from:
  Orders: "{{ outputs.orders.uri }}"
  Customers: "{{ outputs.customers.uri }}"
""",
):
    """Writes rows as an Excel workbook (xlsx); nothing in it is ever taken for a formula.

    Attributes:
        from_: URI of a file with Ion rows; or a map of such, by the title of their sheet.
        header: Whether the first line names the columns.
        sheets_title: Title of the sheet, when there is one.
        styles: Whether dates are cells of dates, and the header bold; else dates are text.
        date_format: Pattern of dates.
        time_format: Pattern of times of day.
        date_time_format: Pattern of points in time.
        time_zone_id: The zone of points in time.
        charset: Has no effect: workbooks are in UTF-8.
    """

    from_: str | dict[str, str] = Field(alias="from")
    header: bool = True
    sheets_title: str = "Sheet"
    styles: bool = True
    date_format: str = "yyyy-MM-dd"
    time_format: str = "HH:mm:ss[XXX]"
    date_time_format: str = "yyyy-MM-dd'T'HH:mm:ss.SSS[XXX]"
    time_zone_id: str = "UTC"
    charset: str = "UTF-8"

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Write sheet by sheet, row by row."""
        openpyxl = excel_library()
        book = openpyxl.Workbook(write_only=True)
        size = 0
        for title, uri in self._sources().items():
            try:
                sheet = book.create_sheet(title)
            except ValueError as error:
                raise TaskError(f"'{title}' is no title of a sheet: {error}") from None
            for cells in self._lines(ctx, sheet, uri):
                sheet.append(cells)
                size += 1
        path = Path(ctx.temporary_dir) / ctx.files.new_name(".xlsx")
        book.save(path)
        uri = ctx.files.write(path.name, path)
        path.unlink()
        ctx.counter("records", size)
        return RowsOutputs(uri=uri, size=size)

    def _sources(self) -> dict[str, str]:
        if isinstance(self.from_, dict):
            return self.from_
        if self.from_.lstrip().startswith("{"):
            try:
                return {str(title): str(uri) for title, uri in json.loads(self.from_).items()}
            except ValueError:
                raise TaskError("`from` is neither the URI of a file nor a map of titles and URIs") from None
        return {self.sheets_title: self.from_}

    def _lines(self, ctx: RunContext, sheet: Any, uri: str) -> Iterator[list[Any]]:  # noqa: ANN401 (of an optional package)
        is_first = self.header
        for row in open_rows(ctx, uri):
            if not isinstance(row, (dict, list)):
                raise TaskError(f"A row is neither a map nor a list: {str(row)[:100]}")
            if is_first and isinstance(row, dict):
                yield [self._cell(sheet, name, is_header=True) for name in row]
            is_first = False
            yield [self._cell(sheet, value) for value in (row.values() if isinstance(row, dict) else row)]

    def _cell(self, sheet: Any, value: Any, *, is_header: bool = False) -> Any:  # noqa: ANN401 (as above)
        from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 (an optional package)
        from openpyxl.styles import Font  # noqa: PLC0415 (the same)

        content, number_format = self._content(value)
        cell = WriteOnlyCell(sheet, None)
        cell.value = content
        if isinstance(content, str):
            cell.data_type = "s"  # not a formula, even where it begins with =
        if number_format:
            cell.number_format = number_format
        if is_header and self.styles:
            cell.font = Font(bold=True)
        return cell

    def _content(self, value: Any) -> tuple[Any, str]:  # noqa: ANN401 (as above)
        match value:
            case datetime():
                local = value.astimezone(ZoneInfo(self.time_zone_id) if self.time_zone_id != "UTC" else UTC)
                shown = date_text(value, self.date_time_format, self.time_zone_id)
                return self._dated(local.replace(tzinfo=None), shown, self.date_time_format)
            case date():
                return self._dated(value, date_text(value, self.date_format), self.date_format)
            case time():
                return self._dated(value.replace(tzinfo=None), date_text(value, self.time_format), self.time_format)
            case None | bool():
                return value, ""
            case int() | float() | Decimal():
                return (value if abs(Decimal(value)) < _LARGEST_EXACT else str(value)), ""
            case str():
                return _UNPRINTABLE.sub("", value)[:_LONGEST_CELL], ""
            case _:
                return json_line(value)[:_LONGEST_CELL], ""

    def _dated(self, value: Any, text: str, pattern: str) -> tuple[Any, str]:  # noqa: ANN401 (as above)
        return (value, excel_format(pattern)) if self.styles else (text, "")


def excel_format(pattern: str) -> str:
    """Give the format of cells that shows dates as a pattern says, without the zone, which cells do not have."""
    parts = _ZONE.sub("", pattern.replace("''", "'")).split("'")
    written = [part if index % 2 == 0 else f'"{part}"' for index, part in enumerate(parts)]
    codes = [
        part.replace("SSS", "000").replace("[", "").replace("]", "").replace("a", "AM/PM") for part in written[::2]
    ]
    written[::2] = [code.replace("HH", "hh").replace("H", "h") for code in codes]
    return "".join(written)
