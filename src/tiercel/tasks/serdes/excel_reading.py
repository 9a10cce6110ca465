"""Excel workbooks as rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zipfile import BadZipFile

from pydantic import Field

from tiercel.plugins import Outputs, RunContext, Static, Task, TaskError
from tiercel.tasks.serdes.values import store_rows

_CODES = re.compile(r"\[[^\]]*\]|\"([^\"]*)\"|\\(.)|AM/PM|yyyy|yy|mmmm|mmm|mm|m|dddd|ddd|dd|d|hh|h|ss|s", re.IGNORECASE)


class SheetsOutputs(Outputs):
    """What an ExcelToIon gives back.

    Attributes:
        uris: A file of rows for each sheet, by its title.
        size: How many lines of all sheets were read, headers included.
    """

    uris: dict[str, str]
    size: int = 0


class ExcelToIon(
    Task,
    type="io.kestra.plugin.serdes.excel.ExcelToIon",
    example="""
type: io.kestra.plugin.serdes.excel.ExcelToIon
from: "{{ outputs.download.uri }}"
sheetsTitle:
  - Orders
""",
):
    """Reads the sheets of an Excel workbook (xlsx).

    Attributes:
        from_: URI of the workbook.
        sheets_title: Titles of the sheets that are read; all when nothing is said.
        header: Whether the first line names the columns; else each row is a list.
        skip_rows: How many lines at the top of each sheet are passed over.
        skip_empty_rows: Whether lines without any value are passed over.
        value_render: What a cell with a formula gives: its value, or its text.
        date_time_render: How dates are given: as points in time, as Excel's numbers, or as they show.
        charset: Has no effect: workbooks say theirs.
    """

    from_: str = Field(alias="from")
    sheets_title: list[str] | None = None
    header: bool = True
    skip_rows: Static[Annotated[int, Field(ge=0)]] = 0
    skip_empty_rows: bool = False
    value_render: Literal["FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA"] = "UNFORMATTED_VALUE"
    date_time_render: Literal["SERIAL_NUMBER", "FORMATTED_STRING", "UNFORMATTED_VALUE"] = "UNFORMATTED_VALUE"
    charset: str = "UTF-8"

    def run(self, ctx: RunContext) -> SheetsOutputs:
        """Read sheet by sheet, line by line."""
        openpyxl = excel_library()
        path = Path(ctx.temporary_dir) / ctx.files.new_name(".xlsx")
        ctx.files.download(self.from_, path)
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=self.value_render != "FORMULA")
        except (ValueError, KeyError, OSError, BadZipFile, openpyxl.utils.exceptions.InvalidFileException) as error:
            raise TaskError(f"The file is not an Excel workbook (xlsx) that can be read: {error}") from None
        missing = set(self.sheets_title or ()) - set(book.sheetnames)
        if missing:
            raise TaskError(f"There is no sheet {', '.join(sorted(missing))}; there are {', '.join(book.sheetnames)}")
        uris, counts = {}, [0]
        for sheet in book.worksheets:
            if not self.sheets_title or sheet.title in self.sheets_title:
                uris[sheet.title], _ = store_rows(ctx, self._rows(sheet, counts))
        ctx.counter("sheets", len(book.worksheets))
        book.close()
        path.unlink()
        return SheetsOutputs(uris=uris, size=counts[0])

    def _rows(self, sheet: Any, counts: list[int]) -> Iterator[Any]:  # noqa: ANN401 (of an optional package)
        names: list[str] | None = None
        for index, cells in enumerate(sheet.iter_rows()):
            values = [self._value(cell) for cell in cells]
            if index < self.skip_rows or (self.skip_empty_rows and all(value is None for value in values)):
                continue
            counts[0] += 1
            if not self.header:
                yield values
            elif names is None:
                names = ["" if value is None else str(value) for value in values]
            else:
                padded = values + [None] * (len(names) - len(values))
                yield dict(zip(names, padded, strict=False))

    def _value(self, cell: Any) -> Any:  # noqa: ANN401 (as above)
        value = cell.value
        if isinstance(value, (date, time, timedelta)):
            return self._date(value, cell.number_format)
        if isinstance(value, int) and not isinstance(value, bool):
            return float(value)  # a number of a cell is never whole by type
        return value

    def _date(self, value: date | time | timedelta, number_format: str) -> Any:  # noqa: ANN401 (as above)
        if self.date_time_render == "SERIAL_NUMBER":
            from openpyxl.utils.datetime import to_excel  # noqa: PLC0415 (an optional package)

            return float(to_excel(value))
        if isinstance(value, timedelta):
            return value.total_seconds()
        if self.date_time_render == "FORMATTED_STRING":
            return shown(value, number_format)
        return datetime.combine(value, time()) if isinstance(value, date) and not isinstance(value, datetime) else value


def shown(value: date | time, number_format: str) -> str:
    """Write a date as a cell of that format shows it."""
    pattern, _, _ = number_format.partition(";")
    if isinstance(value, time):
        moment = datetime.combine(date(1900, 1, 1), value.replace(tzinfo=None))
    else:
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    is_half = "am/pm" in pattern.lower()
    parts, position, is_clock = [], 0, False
    for match in _CODES.finditer(pattern):
        parts.append(pattern[position : match.start()])
        position = match.end()
        code = match[0].lower()
        follows = pattern[position : position + 2].lower()
        if code in {"m", "mm"} and (is_clock or follows == ":s"):
            code = "n" * len(code)  # minutes: after hours or before seconds
        is_clock = code in {"h", "hh"}
        parts.append(match[1] or match[2] or _written(moment, code, is_half=is_half))
    return "".join(parts) + pattern[position:]


def _written(moment: datetime, code: str, *, is_half: bool) -> str:
    hour = (moment.hour % 12 or 12) if is_half else moment.hour
    written = {
        "yyyy": f"{moment:%Y}",
        "yy": f"{moment:%y}",
        "mmmm": f"{moment:%B}",
        "mmm": f"{moment:%b}",
        "mm": f"{moment:%m}",
        "m": str(moment.month),
        "dddd": f"{moment:%A}",
        "ddd": f"{moment:%a}",
        "dd": f"{moment:%d}",
        "d": str(moment.day),
        "hh": f"{hour:02d}",
        "h": str(hour),
        "nn": f"{moment:%M}",
        "n": str(moment.minute),
        "ss": f"{moment:%S}",
        "s": str(moment.second),
        "am/pm": f"{moment:%p}",
    }
    return written.get(code, "")


def excel_library() -> Any:  # noqa: ANN401 (as above)
    """Load the library of workbooks.

    Raises:
        TaskError: It is not installed.
    """
    try:
        import openpyxl  # noqa: PLC0415 (an optional package, needed by Excel alone)
    except ImportError:
        raise TaskError("Excel needs a package that is not installed: pip install 'tiercel[excel]'") from None
    return openpyxl
