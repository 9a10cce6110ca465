"""Rows in ION: read from text or binary, written as text for 1.3 and binary for 2.0."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tiercel.plugins import Dialect, Json


def write_rows(dialect: Dialect, rows: Iterable[Json]) -> Iterator[bytes]:
    """Write values one a row."""
    # Loaded when first used: it costs more than the rest of the start.
    from amazon.ion import simpleion  # type: ignore[import-untyped] # noqa: PLC0415

    is_binary = dialect is Dialect.V2_0
    for row in rows:
        written = simpleion.dumps(row, binary=is_binary, omit_version_marker=True)
        yield written if isinstance(written, bytes) else f"{written}\n".encode()
