"""Tasks about the rows of a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from tiercel.plugins import ExpressionError, Json, Outputs, Raw, RunContext, Task, is_truthy
from tiercel.tasks.storage.ion import plain, read_rows, write_rows


class ItemsOutputs(Outputs):
    """What a FilterItems gives back.

    Attributes:
        uri: The new file.
        processed_items_total: How many rows were read.
        dropped_items_total: How many were left out.
    """

    uri: str
    processed_items_total: int
    dropped_items_total: int


class FilterItems(
    Task,
    type="io.kestra.plugin.core.storage.FilterItems",
    aliases=("io.kestra.core.tasks.storages.FilterItems",),
    example="""
type: io.kestra.plugin.core.storage.FilterItems
from: "{{ outputs.extract.uri }}"
filterCondition: "{{ amount > 100 }}"
""",
):
    """Keeps the rows of a file for which a condition holds.

    Attributes:
        from_: URI of a file with Ion rows.
        filter_condition: Rendered for each row; its fields are variables.
        filter_type: Whether rows for which it holds are kept or left out.
        error_or_null_behavior: What happens to a row for which it cannot be rendered.
    """

    from_: str = Field(alias="from")
    filter_condition: Raw[str]
    filter_type: Literal["INCLUDE", "EXCLUDE"] = "INCLUDE"
    error_or_null_behavior: Literal["FAIL", "INCLUDE", "EXCLUDE"] = "FAIL"

    def run(self, ctx: RunContext) -> ItemsOutputs:
        """Read, test, write, row by row."""
        counts = {"read": 0, "kept": 0}
        rows = write_rows(ctx.dialect, self._kept(ctx, counts))
        uri = ctx.files.write(ctx.files.new_name(".ion"), rows)
        ctx.counter("processed", counts["read"])
        ctx.counter("dropped", counts["read"] - counts["kept"])
        return ItemsOutputs(
            uri=uri, processed_items_total=counts["read"], dropped_items_total=counts["read"] - counts["kept"]
        )

    def _kept(self, ctx: RunContext, counts: dict[str, int]) -> Iterator[Json]:
        for row in read_rows(ctx.files.open(self.from_)):
            counts["read"] += 1
            if self._keeps(ctx, plain(row)):
                counts["kept"] += 1
                yield row

    def _keeps(self, ctx: RunContext, row: Json) -> bool:
        try:
            holds = is_truthy(str(ctx.render(self.filter_condition, row)))
        except ExpressionError:
            if self.error_or_null_behavior == "FAIL":
                raise
            return self.error_or_null_behavior == "INCLUDE"
        return holds is (self.filter_type == "INCLUDE")


class DeduplicateOutputs(Outputs):
    """What a DeduplicateItems gives back.

    Attributes:
        uri: The new file.
        num_keys: How many keys there are.
        processed_items_total: How many rows were read.
        dropped_items_total: How many were left out.
    """

    uri: str
    num_keys: int
    processed_items_total: int
    dropped_items_total: int


class DeduplicateItems(
    Task,
    type="io.kestra.plugin.core.storage.DeduplicateItems",
    aliases=("io.kestra.core.tasks.storages.DeduplicateItems",),
    example="""
type: io.kestra.plugin.core.storage.DeduplicateItems
from: "{{ outputs.extract.uri }}"
expr: "{{ customer_id }}"
""",
):
    """Keeps the last row of each key of a file.

    Attributes:
        from_: URI of a file with Ion rows.
        expr: The key, rendered for each row; its fields are variables.
    """

    from_: str = Field(alias="from")
    expr: Raw[str]

    def run(self, ctx: RunContext) -> DeduplicateOutputs:
        """Read twice: to find the last row of each key, and to copy those."""
        last: dict[str, int] = {}
        total = 0
        for total, row in enumerate(read_rows(ctx.files.open(self.from_)), 1):
            last[str(ctx.render(self.expr, plain(row)))] = total
        kept = set(last.values())
        rows = enumerate(read_rows(ctx.files.open(self.from_)), 1)
        uri = ctx.files.write(
            ctx.files.new_name(".ion"), write_rows(ctx.dialect, (row for index, row in rows if index in kept))
        )
        ctx.counter("fetch", total)
        return DeduplicateOutputs(
            uri=uri, num_keys=len(last), processed_items_total=total, dropped_items_total=total - len(last)
        )
