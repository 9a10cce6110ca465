"""Values of rows: from the Ion library to plain Python with its dates and decimals, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from importlib import import_module
from typing import Any
from uuid import UUID

from tiercel.plugins import Json, RunContext
from tiercel.tasks.storage.ion import read_rows, write_rows

_TO_DAY = 2  # precision of a timestamp that is a date
_ZONE_NAME = re.compile(r"\[[^\]]+\]$")
_ANNOTATED: dict[str, Callable[[str], object]] = {
    "LocalDate": date.fromisoformat,
    "LocalTime": time.fromisoformat,
    "OffsetTime": time.fromisoformat,
    "LocalDateTime": datetime.fromisoformat,
    "OffsetDateTime": datetime.fromisoformat,
    "ZonedDateTime": lambda text: datetime.fromisoformat(_ZONE_NAME.sub("", text)),
    "Instant": datetime.fromisoformat,
}


def open_rows(ctx: RunContext, uri: str) -> Iterator[Any]:
    """Give the rows of a stored Ion file as plain Python: dates, times and decimals are kept, bytes are bytes.

    Raises:
        TaskError: It is not Ion.
    """
    return (native(row) for row in read_rows(ctx.files.open(uri)))


def store_rows(ctx: RunContext, rows: Iterable[Any]) -> tuple[str, int]:
    """Store rows as Ion; give the URI and how many there were, which is a metric too."""
    counts = [0]

    def counted() -> Iterator[Json]:
        for row in rows:
            counts[0] += 1
            yield ionic(row)

    uri = ctx.files.write(ctx.files.new_name(".ion"), write_rows(ctx.dialect, counted()))
    ctx.counter("records", counts[0])
    return uri, counts[0]


def native(value: Any) -> Any:  # noqa: ANN401 (values of any type)
    """Give a value of the Ion library as plain Python."""
    kind = getattr(getattr(value, "ion_type", None), "name", "")
    if kind == "STRUCT":
        return {str(key): native(item) for key, item in value.items()}
    if kind in {"LIST", "SEXP"}:
        return [native(item) for item in value]
    return _SCALARS[kind](value) if kind in _SCALARS else value


def ionic(value: Any) -> Any:  # noqa: ANN401 (as above)
    """Give plain Python as values the Ion library writes."""
    match value:
        case datetime():
            return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
        case date():
            core = import_module("amazon.ion.core")
            return core.Timestamp(value.year, value.month, value.day, precision=core.TimestampPrecision.DAY)
        case time():
            return _annotated("OffsetTime" if value.tzinfo else "LocalTime", value.isoformat())
        case Mapping():
            return {str(key): ionic(item) for key, item in value.items()}
        case list() | tuple() | set():
            return [ionic(item) for item in value]
        case UUID():
            return str(value)
        case bytearray() | memoryview():
            return bytes(value)
        case _:
            return value


def _moment(value: Any) -> date:  # noqa: ANN401 (of that library, which has no types)
    if int(value.precision) <= _TO_DAY:
        return date(value.year, value.month, value.day)
    parts = (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)
    return datetime(*parts, tzinfo=value.tzinfo or UTC)


def _text(value: Any) -> Any:  # noqa: ANN401 (as above)
    text = str(getattr(value, "text", None) or value) if not isinstance(value, str) else str(value)
    for annotation in getattr(value, "ion_annotations", ()):
        reader = _ANNOTATED.get(annotation.text)
        if reader is not None:
            try:
                return reader(text)
            except ValueError:
                return text
    return text


def _annotated(annotation: str, text: str) -> Any:  # noqa: ANN401 (as above)
    types, core = import_module("amazon.ion.simple_types"), import_module("amazon.ion.core")
    return types.IonPyText.from_value(core.IonType.STRING, text, (annotation,))


_SCALARS: dict[str, Callable[[Any], object]] = {
    "NULL": lambda _: None,
    "BOOL": bool,
    "INT": int,
    "FLOAT": float,
    "DECIMAL": Decimal,
    "TIMESTAMP": _moment,
    "BLOB": bytes,
    "CLOB": bytes,
    "STRING": _text,
    "SYMBOL": _text,
}
