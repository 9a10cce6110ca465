"""JSON to TOON and back."""

from __future__ import annotations

import json
from decimal import Decimal

from pydantic import Field

from tiercel.plugins import Json, RunContext, Task, TaskError
from tiercel.tasks.serdes.outputs import RowsOutputs
from tiercel.tasks.serdes.texts import encoder, json_line, whole_text
from tiercel.tasks.serdes.toon_reading import read_toon
from tiercel.tasks.serdes.toon_writing import toon_lines


class ToonTask(Task):
    """What both have in common.

    Attributes:
        from_: URI of the file.
        charset: Charset of both files.
    """

    from_: str = Field(alias="from")
    charset: str = "UTF-8"

    def give(self, ctx: RunContext, value: Json, text: str, ending: str) -> RowsOutputs:
        """Store a text, and count what it holds: the items of a list, or one value."""
        count = len(value) if isinstance(value, list) else 1
        uri = ctx.files.write(ctx.files.new_name(ending), [encoder(self.charset)(text)])
        ctx.counter("records", count)
        return RowsOutputs(uri=uri, size=count)


class JsonToToon(
    ToonTask,
    type="io.kestra.plugin.serdes.json.JsonToToon",
    outputs=RowsOutputs,
    example="""
type: io.kestra.plugin.serdes.json.JsonToToon
from: "{{ outputs.orders.uri }}"
""",
):
    """Writes a JSON value as TOON 3.0, which takes language models fewer tokens. It is read as a whole."""

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write."""
        text = whole_text(ctx.files.open(self.from_), self.charset)
        try:
            value: Json = json.loads(text, parse_float=Decimal)
            written = "\n".join(toon_lines(value))
        except ValueError as error:
            raise TaskError(f"The file is not JSON: {error}") from None
        except RecursionError:
            raise TaskError("The file is nested too deep") from None
        return self.give(ctx, value, written, ".toon")


class ToonToJson(
    ToonTask,
    type="io.kestra.plugin.serdes.json.ToonToJson",
    outputs=RowsOutputs,
    example="""
type: io.kestra.plugin.serdes.json.ToonToJson
from: "{{ outputs.answer.uri }}"
""",
):
    """Reads TOON 3.0 as JSON. Lengths that it states must be right. It is read as a whole."""

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write."""
        value = read_toon(whole_text(ctx.files.open(self.from_), self.charset))
        return self.give(ctx, value, json_line(value), ".json")
