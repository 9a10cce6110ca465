"""Values of PostgreSQL that Python has no type for: intervals with months, moments that never come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import regex

from tiercel.plugins import Json
from tiercel.tasks.extras import library

if TYPE_CHECKING:
    from psycopg import Connection

_INTERVAL = regex.compile(
    r"P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?)?"
)
_KEPT_AS_TEXT = ("date", "time", "timetz", "timestamp", "timestamptz")


def ready(connection: Connection) -> Connection:
    """Make a connection give intervals as ISO text, and as text what Python cannot hold."""
    connection.execute("SET intervalstyle = 'iso_8601'")
    adapters = connection.adapters
    psycopg = library("psycopg", "postgres")
    base: type = library("psycopg.adapt", "postgres").Loader

    class Interval(base):  # type: ignore[misc]  # loaded when first used
        """Reads an interval."""

        def load(self, data: bytes) -> str:
            return interval_text(bytes(data).decode())

    adapters.register_loader("interval", Interval)
    for name in _KEPT_AS_TEXT:
        found = adapters.get_loader(adapters.types[name].oid, psycopg.pq.Format.TEXT)
        if found is not None:
            adapters.register_loader(name, _lenient(base, found, psycopg.DataError))
    return connection


def interval_text(text: str) -> str:
    """Write an interval with all its parts: ``P0Y4M5DT0H0M10S``."""
    found = _INTERVAL.fullmatch(text)
    if found is None:
        return text
    years, months, weeks, days, *clock = (part or "0" for part in found.groups())
    hours, minutes, seconds = clock
    return f"P{years}Y{months}M{int(days) + 7 * int(weeks)}DT{hours}H{minutes}M{seconds}S"


def _lenient(base: type, loader: type, error: type[Exception]) -> type:
    """Make a loader that gives text where the value is none that Python can hold, such as infinity."""

    class Lenient(base):  # type: ignore[misc]  # loaded when first used
        """Reads a date or time."""

        def __init__(self, oid: int, context: Json = None) -> None:
            super().__init__(oid, context)
            self._inner = loader(oid, context)

        def load(self, data: bytes) -> Json:
            try:
                return self._inner.load(data)
            except error:
                return bytes(data).decode()

    return Lenient
