"""Where records come from and where they go: values of the flow, or stored files."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from pydantic import model_validator

from tiercel.plugins import Dialect, Json, Outputs, Properties, RunContext, Task, TaskError
from tiercel.tasks.serdes.values import ionic, open_rows
from tiercel.tasks.storage.ion import write_rows
from tiercel.tasks.transform.records.casting import TypeName, shown

Record = dict[str, Json]

_URI = re.compile(r"[a-z][a-z0-9]*:/")


class RecordsOutputs(Outputs):
    """What comes of records.

    Attributes:
        records: They, when they are given back as values.
        uri: The file, when they are stored.
    """

    records: list[Json] | None = None
    uri: str | None = None


class FieldDefinition(Properties):
    """What a field is to be.

    Attributes:
        expr: The expression that gives its value.
        type: What its value is made to; as it is when nothing is said.
        optional: Whether the expression may lead to a field that is not there.
    """

    expr: str
    type: TypeName | None = None
    optional: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Json) -> Json:
        """Take a bare expression."""
        return {"expr": given} if isinstance(given, str) else given


@dataclass(frozen=True, slots=True)
class Source:
    """Records that are read.

    Attributes:
        rows: They, one by one.
        is_stored: Whether they come from a file.
    """

    rows: Iterator[Record]
    is_stored: bool


class RecordsTask(Task):
    """A task on records.

    Attributes:
        output_type: Whether they are given back as values or stored; AUTO stores them when they come from a file.
        output_format: What a file holds: Ion as text or as binary.
    """

    output_type: Literal["AUTO", "RECORDS", "STORE"] = "AUTO"
    output_format: Literal["TEXT", "BINARY"] = "TEXT"

    def give(self, ctx: RunContext, rows: Iterable[Record], counts: Counter[str], *, is_stored: bool) -> RecordsOutputs:
        """Store records or give them back; what was counted on the way becomes metrics."""
        if self.output_type == "STORE" or (self.output_type == "AUTO" and is_stored):
            dialect = Dialect.V2_0 if self.output_format == "BINARY" else Dialect.V1_3
            uri = ctx.files.write(ctx.files.new_name(".ion"), write_rows(dialect, map(ionic, rows)))
            given = RecordsOutputs(uri=uri)
        else:
            given = RecordsOutputs(records=[shown(row) for row in rows])
        for name, count in counts.items():
            ctx.counter(name, count)
        return given


def open_source(ctx: RunContext, given: Json, where: str) -> Source:
    """Open records: a record, a list of them, the JSON of those, or the URI of a file with Ion rows.

    Args:
        ctx: Of the run.
        given: What the flow says, templates included: rendered as a text it would lose fields that are null.
        where: The property that says it.

    Raises:
        TaskError: It is none of that; the rows raise it when one of them is no record.
    """
    given = ctx.render(given, is_typed=True)
    if isinstance(given, str) and _URI.match(given):
        return Source(_records(ctx, _unfolded(open_rows(ctx, given)), where), is_stored=True)
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError as error:
            raise TaskError(f"{where}: records, or the URI of a file with some, are needed: {error}") from None
    rows = given if isinstance(given, list) else [given]
    return Source(_records(ctx, rows, where), is_stored=False)


def aligned(sources: list[Source], *, is_cut: bool = False) -> Iterator[list[Record]]:
    """Give the first records of all sources, then the second ones, and so on.

    Args:
        sources: Where they come from.
        is_cut: End with the shortest of them.

    Raises:
        TaskError: One has more records than another, and they are not to be cut.
    """
    number = 0
    while True:
        row = [record for source in sources if (record := next(source.rows, None)) is not None]
        if len(row) < len(sources):
            if row and not is_cut:
                raise TaskError(f"inputs: not all have the same number of records; one has {number}, another has more")
            return
        number += 1
        yield row


def _records(ctx: RunContext, rows: Iterable[Json], where: str) -> Iterator[Record]:
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, dict):
            raise TaskError(f"{where}: number {number} is not a record with fields: {json.dumps(shown(row))[:100]}")
        if ctx.is_cancelled:
            raise TaskError("The transformation was cancelled")
        yield row


def _unfolded(rows: Iterable[Json]) -> Iterator[Json]:
    """Give the items of lists in place of the lists: a file may hold its records as one."""
    for row in rows:
        if isinstance(row, list):
            yield from row
        else:
            yield row
