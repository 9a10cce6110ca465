"""Tasks that change, leave out or multiply records, one after another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from pydantic import Field

from tiercel.errors import Violation
from tiercel.plugins import Json, Raw, RunContext, TaskError
from tiercel.tasks.transform.records.casting import cast
from tiercel.tasks.transform.records.checks import check_expression, check_fields
from tiercel.tasks.transform.records.conditions import read_condition
from tiercel.tasks.transform.records.language import read_expression
from tiercel.tasks.transform.records.operators import Evaluate
from tiercel.tasks.transform.records.paths import MISSING, without_path
from tiercel.tasks.transform.records.rows import FieldDefinition, Record, RecordsOutputs, RecordsTask, open_source

OnError = Literal["FAIL", "SKIP", "NULL"]


class Map(
    RecordsTask,
    type="io.kestra.plugin.transform.Map",
    example="""
type: io.kestra.plugin.transform.Map
from: "{{ outputs.orders.uri }}"
fields:
  customer: customer.id
  day:
    expr: createdAt
    type: TIMESTAMP
  total:
    expr: sum(items[].price)
    type: DECIMAL
onError: SKIP
""",
):
    """Makes a new record of each record, each field by an expression.

    Attributes:
        from_: A record, a list of them, or the URI of a file with Ion rows.
        fields: The new fields: an expression, or an expression with a type, by name.
        keep_original_fields: Whether the other fields stay.
        drop_nulls: Whether fields that are null are left out.
        on_error: When a field cannot be made: fail, leave out the record, or make the field null.
    """

    from_: Raw[Json] = Field(alias="from")
    fields: dict[str, FieldDefinition | str]
    keep_original_fields: bool = False
    drop_nulls: bool = True
    on_error: OnError = "FAIL"

    @classmethod
    def inspect(cls, written: Mapping[str, Json]) -> Iterator[Violation]:
        """Check what is written as expressions."""
        yield from check_fields(written.get("fields"))

    def run(self, ctx: RunContext) -> RecordsOutputs:
        """Map record by record."""
        source = open_source(ctx, self.from_, "from")
        fields = read_fields(self.fields)
        counts = Counter(processed=0, failed=0, dropped=0)
        rows = (new for row in source.rows if (new := self._mapped(row, fields, counts)) is not None)
        return self.give(ctx, rows, counts, is_stored=source.is_stored)

    def _mapped(self, row: Record, fields: dict[str, Evaluate], counts: Counter[str]) -> Record | None:
        counts["processed"] += 1
        new = {name: value for name, value in row.items() if name not in fields} if self.keep_original_fields else {}
        for name, evaluate in fields.items():
            try:
                new[name] = evaluate(row)
            except TaskError:
                counts["failed"] += 1
                if self.on_error == "FAIL":
                    raise
                if self.on_error == "SKIP":
                    counts["dropped"] += 1
                    return None
                new[name] = None
        return without_nulls(new) if self.drop_nulls else new


class Filter(
    RecordsTask,
    type="io.kestra.plugin.transform.Filter",
    example="""
type: io.kestra.plugin.transform.Filter
from: "{{ outputs.orders.uri }}"
where: total > 100 && country in ("FR", "DE")
""",
):
    """Keeps the records for which an expression is true.

    Attributes:
        from_: A record, a list of them, or the URI of a file with Ion rows.
        where: The expression; one that is null is an error.
        on_error: When it cannot be told: fail, leave out the record, or keep it.
    """

    from_: Raw[Json] = Field(alias="from")
    where: str
    on_error: Literal["FAIL", "SKIP", "KEEP"] = "FAIL"

    @classmethod
    def inspect(cls, written: Mapping[str, Json]) -> Iterator[Violation]:
        """Check what is written as expressions."""
        yield from check_expression(written.get("where"), "where")

    def run(self, ctx: RunContext) -> RecordsOutputs:
        """Look at record by record."""
        source = open_source(ctx, self.from_, "from")
        is_kept = read_condition(self.where)
        counts = Counter(processed=0, passed=0, dropped=0, failed=0)

        def passes(row: Record) -> bool:
            counts["processed"] += 1
            try:
                passed = is_kept(row)
            except TaskError:
                counts["failed"] += 1
                if self.on_error == "FAIL":
                    raise
                passed = self.on_error == "KEEP"
            counts["passed" if passed else "dropped"] += 1
            return passed

        return self.give(ctx, filter(passes, source.rows), counts, is_stored=source.is_stored)


class Unnest(
    RecordsTask,
    type="io.kestra.plugin.transform.Unnest",
    example="""
type: io.kestra.plugin.transform.Unnest
from: "{{ outputs.orders.uri }}"
path: items[]
as: item
""",
):
    """Makes a record of each item of a list that records have; those with no items give none.

    Attributes:
        from_: A record, a list of them, or the URI of a file with Ion rows.
        path: Where the list is: ``items[]``, ``order.lines[]``.
        as_: The field that gets the item.
        keep_original_fields: Whether the other fields stay, but for the list.
        on_error: When there is no list at the path: fail, leave out the record, or give one with a null item.
    """

    from_: Raw[Json] = Field(alias="from")
    path: str
    as_: str = Field(alias="as")
    keep_original_fields: bool = True
    on_error: OnError = "FAIL"

    @classmethod
    def inspect(cls, written: Mapping[str, Json]) -> Iterator[Violation]:
        """Check what is written as expressions."""
        yield from check_expression(written.get("path"), "path")

    def run(self, ctx: RunContext) -> RecordsOutputs:
        """Take record by record apart."""
        if not self.path.strip() or not self.as_.strip():
            raise TaskError("path and as: both must be given")
        source = open_source(ctx, self.from_, "from")
        items_of = read_expression(self.path, "path")
        names = _names(self.path)
        counts = Counter(processed=0, failed=0, dropped=0)

        def apart(rows: Iterable[Record]) -> Iterator[Record]:
            for row in rows:
                items = self._items(items_of, row, counts)
                kept = (without_path(row, names) if names else row) if self.keep_original_fields else {}
                for item in items:
                    yield {**kept, self.as_: item}

        return self.give(ctx, apart(source.rows), counts, is_stored=source.is_stored)

    def _items(self, items_of: Evaluate, row: Record, counts: Counter[str]) -> list[Json]:
        counts["processed"] += 1
        try:
            found = _items_at(items_of(row), self.path)
        except TaskError:
            counts["failed"] += 1
            if self.on_error == "FAIL":
                raise
            if self.on_error == "SKIP":
                counts["dropped"] += 1
                return []
            return [None]
        return found


def read_fields(fields: dict[str, FieldDefinition | str]) -> dict[str, Evaluate]:
    """Read definitions of fields; each gives its value for a record.

    Raises:
        TaskError: An expression cannot be read; what is returned raises it when there is no such value.
    """
    read = {}
    for name, given in fields.items():
        field = FieldDefinition(expr=given) if isinstance(given, str) else given
        if not field.expr.strip():
            raise TaskError(f"fields.{name}: an expression is needed")
        read[name] = _field(f"fields.{name}", field)
    return read


def without_nulls(row: Record) -> Record:
    """Leave out the fields that are null."""
    return {name: value for name, value in row.items() if value is not None}


def _field(where: str, field: FieldDefinition) -> Evaluate:
    evaluate: Callable[[Record], Json] = read_expression(field.expr, where)

    def value(row: Record) -> Json:
        found = evaluate(row)
        if found is MISSING and not field.optional:
            raise TaskError(f"{where}: the record has no {field.expr}, and the field is not optional")
        try:
            return cast(found, field.type) if field.type else (None if found is MISSING else found)
        except TaskError as error:
            raise TaskError(f"{where}: {error}") from None

    return value


def _items_at(found: Json, path: str) -> list[Json]:
    if found is None or found is MISSING:
        return []
    if not isinstance(found, list):
        raise TaskError(f"path: there is no list at {path}")
    return found


def _names(path: str) -> list[str]:
    """Give the names on a plain path to a list, none for other expressions."""
    names = path.strip().removesuffix("[]").split(".")
    return names if all(name.isidentifier() for name in names) else []
