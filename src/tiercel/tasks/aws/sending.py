"""Reading what is sent to a service: a value, several, or a file of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from tiercel.plugins import Json, Properties, RunContext, TaskError
from tiercel.tasks.storage.ion import plain, read_rows

M = TypeVar("M", bound=Properties)


def read_all(ctx: RunContext, written: Json, kind: type[M]) -> Iterator[M]:
    """Read what is sent: one, several, the JSON of those, or the URI of a file with one in each row.

    Raises:
        TaskError: One is none.
    """
    if isinstance(written, str) and written.lstrip()[:1] in {"[", "{"}:
        try:
            written = json.loads(written)
        except ValueError as error:
            raise TaskError(f"What is to be sent is not JSON: {error}") from None
    rows: Iterator[Json]
    if isinstance(written, str):
        rows = (plain(row) for row in read_rows(ctx.files.open(written)))
    else:
        rows = iter(written if isinstance(written, list) else [written])
    adapter = TypeAdapter(kind)
    for number, row in enumerate(rows, start=1):
        try:
            yield adapter.validate_python(row)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise TaskError(f"Number {number} of what is to be sent: {where}: {first['msg']}") from None
