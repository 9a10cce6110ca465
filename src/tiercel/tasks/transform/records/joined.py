"""Tasks that put records of several sources together, the first with the first, the second with the second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal

from pydantic import Field

from tiercel.errors import Violation
from tiercel.plugins import Json, Raw, RunContext, TaskError
from tiercel.tasks.transform.records.checks import check_expression, check_fields
from tiercel.tasks.transform.records.conditions import read_condition
from tiercel.tasks.transform.records.operators import Evaluate
from tiercel.tasks.transform.records.rows import (
    FieldDefinition,
    Record,
    RecordsOutputs,
    RecordsTask,
    aligned,
    open_source,
)
from tiercel.tasks.transform.records.single import read_fields, without_nulls


class Zip(
    RecordsTask,
    type="io.kestra.plugin.transform.Zip",
    example="""
type: io.kestra.plugin.transform.Zip
inputs:
  - "{{ outputs.orders.uri }}"
  - "{{ outputs.scores.uri }}"
onConflict: RIGHT
""",
):
    """Makes one record of the records at the same place of several lists or files.

    Attributes:
        inputs: Each a list of records, or the URI of a file with Ion rows; all of the same length.
        on_conflict: When two have a field of the same name: fail, take that of the first, or of the last.
        on_error: When they cannot be put together: fail, or leave them out.
    """

    inputs: Raw[list[Json]] = Field(min_length=1)
    on_conflict: Literal["FAIL", "LEFT", "RIGHT"] = "FAIL"
    on_error: Literal["FAIL", "SKIP"] = "FAIL"

    def run(self, ctx: RunContext) -> RecordsOutputs:
        """Put together row by row."""
        sources = [open_source(ctx, given, f"inputs[{at}]") for at, given in enumerate(self.inputs)]
        counts = Counter(processed=0, failed=0, dropped=0)

        def zipped() -> Iterator[Record]:
            for row in aligned(sources):
                counts["processed"] += 1
                try:
                    yield self._merged(row)
                except TaskError:
                    counts["failed"] += 1
                    if self.on_error == "FAIL":
                        raise
                    counts["dropped"] += 1

        return self.give(ctx, zipped(), counts, is_stored=any(source.is_stored for source in sources))

    def _merged(self, row: Sequence[Record]) -> Record:
        merged: Record = {}
        for record in row:
            for name, value in record.items():
                if name in merged and self.on_conflict == "FAIL":
                    raise TaskError(f"inputs: two of them have a field {name}; say which counts with onConflict")
                if name not in merged or self.on_conflict == "RIGHT":
                    merged[name] = value
        return merged


class Select(
    RecordsTask,
    type="io.kestra.plugin.transform.Select",
    example="""
type: io.kestra.plugin.transform.Select
inputs:
  - "{{ outputs.orders.uri }}"
  - "{{ outputs.customers.uri }}"
where: amount > 100 && $2.active
fields:
  order: id
  customer: $2.name
""",
):
    """Puts records at the same place of several lists or files together, keeps some, and makes new ones of them.

    Expressions see the fields of all, the last of a name; ``$1``, ``$2`` and so on are the records of each.

    Attributes:
        inputs: Each a list of records, or the URI of a file with Ion rows.
        where: The expression that is true for those to keep.
        fields: The fields of the new records: an expression, or one with a type; all fields when nothing is said.
        keep_input_fields: Numbers of inputs, from 1 on, whose fields stay besides those.
        drop_nulls: Whether fields that are null are left out.
        on_length_mismatch: When one has more than another: fail, or end with the shortest.
        on_error: When an expression fails: fail, leave the record out, or give the fields of all as they are.
    """

    inputs: Raw[list[Json]] = Field(min_length=1)
    where: str | None = None
    fields: dict[str, FieldDefinition | str] | None = None
    keep_input_fields: list[int] = Field(default_factory=list)
    drop_nulls: bool = True
    on_length_mismatch: Literal["FAIL", "SKIP"] = "FAIL"
    on_error: Literal["FAIL", "SKIP", "KEEP"] = "FAIL"

    @classmethod
    def inspect(cls, written: Mapping[str, Json]) -> Iterator[Violation]:
        """Check what is written as expressions."""
        yield from check_expression(written.get("where"), "where")
        yield from check_fields(written.get("fields"))

    def run(self, ctx: RunContext) -> RecordsOutputs:
        """Select row by row."""
        for number in self.keep_input_fields:
            if not 1 <= number <= len(self.inputs):
                raise TaskError(f"keepInputFields: there is no input {number}; they are 1 to {len(self.inputs)}")
        sources = [open_source(ctx, given, f"inputs[{at}]") for at, given in enumerate(self.inputs)]
        is_kept = read_condition(self.where) if self.where and self.where.strip() else None
        fields = read_fields(self.fields or {})
        counts = Counter(processed=0, passed=0, dropped=0, failed=0)

        def selected() -> Iterator[Record]:
            for row in aligned(sources, is_cut=self.on_length_mismatch == "SKIP"):
                counts["processed"] += 1
                found = self._selected(row, is_kept, fields, counts)
                counts["dropped" if found is None else "passed"] += 1
                if found is not None:
                    yield without_nulls(found) if self.drop_nulls else found

        return self.give(ctx, selected(), counts, is_stored=any(source.is_stored for source in sources))

    def _selected(
        self,
        row: Sequence[Record],
        is_kept: Callable[[Record], bool] | None,
        fields: dict[str, Evaluate],
        counts: Counter[str],
    ) -> Record | None:
        merged = _merged(row)
        seen = {**merged, **{f"${number}": record for number, record in enumerate(row, start=1)}}
        try:
            if is_kept is not None and not is_kept(seen):
                return None
            if not fields:
                return merged
            kept = _merged([row[number - 1] for number in self.keep_input_fields])
            return {**kept, **{name: evaluate(seen) for name, evaluate in fields.items()}}
        except TaskError:
            counts["failed"] += 1
            if self.on_error == "FAIL":
                raise
            return merged if self.on_error == "KEEP" else None


def _merged(row: Sequence[Record]) -> Record:
    merged: Record = {}
    for record in row:
        merged |= record
    return merged
