"""Rows through jq."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pydantic import Field

from tiercel.plugins import Json, Outputs, Raw, RunContext, Task, TaskError
from tiercel.tasks.serdes.texts import json_line
from tiercel.tasks.serdes.values import open_rows, store_rows

_EACH = "{{ row | jq(program) }}"


class ItemsOutputs(Outputs):
    """What a Jq gives back.

    Attributes:
        uri: The new rows.
        processed_items_total: How many rows were read.
        size: How many there are now.
    """

    uri: str
    processed_items_total: int
    size: int


class Jq(
    Task,
    type="io.tiercel.plugin.transform.Jq",
    example="""
type: io.tiercel.plugin.transform.Jq
from: "{{ outputs.query.uri }}"
program: "select(.amount > 100) | {customer, amount}"
""",
):
    """Runs a jq program on each row of a file; each of its results becomes a row.

    It sees rows as JSON has them: dates as text, decimals as numbers.

    Attributes:
        from_: URI of a file with Ion rows.
        program: The program, of the language the filter ``jq`` of expressions has.
    """

    from_: str = Field(alias="from")
    program: Raw[str]

    def run(self, ctx: RunContext) -> ItemsOutputs:
        """Read, run and write, row by row."""
        counts = [0]
        uri, size = store_rows(ctx, self._results(ctx, counts))
        ctx.counter("processed", counts[0])
        return ItemsOutputs(uri=uri, processed_items_total=counts[0], size=size)

    def _results(self, ctx: RunContext, counts: list[int]) -> Iterator[Json]:
        for row in open_rows(ctx, self.from_):
            counts[0] += 1
            given = {"row": json.loads(json_line(row)), "program": self.program}
            found = ctx.render(_EACH, given, is_typed=True)
            if not isinstance(found, list):
                raise TaskError(f"The program gives no results for row {counts[0]}")
            yield from found
            if ctx.is_cancelled:
                raise TaskError("The transformation was cancelled")
