"""JSON and JSON Lines files from and to rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from pydantic import Field

from tiercel.plugins import RunContext, Task
from tiercel.tasks.serdes.json_values import read_json
from tiercel.tasks.serdes.outputs import RowsOutputs
from tiercel.tasks.serdes.texts import decoded, encoder, json_line, zoned_text
from tiercel.tasks.serdes.values import native, store_rows
from tiercel.tasks.storage.ion import read_rows


class JsonToIon(
    Task,
    type="io.kestra.plugin.serdes.json.JsonToIon",
    aliases=("io.kestra.plugin.serdes.json.JsonReader",),
    example="""
type: io.kestra.plugin.serdes.json.JsonToIon
from: "{{ outputs.download.uri }}"
newLine: false
""",
):
    """Reads a JSON file; each value becomes a row.

    Attributes:
        from_: URI of the file.
        charset: Its charset.
        new_line: Whether its values stand one after another, as in JSON Lines; else it is one value, and the rows are
            the items of the list it may be.
    """

    from_: str = Field(alias="from")
    charset: str = "UTF-8"
    new_line: bool = True

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write value by value."""
        pieces = decoded(ctx.files.open(self.from_), self.charset)
        uri, size = store_rows(ctx, read_json(pieces, is_list=not self.new_line))
        return RowsOutputs(uri=uri, size=size)


class IonToJson(
    Task,
    type="io.kestra.plugin.serdes.json.IonToJson",
    aliases=("io.kestra.plugin.serdes.json.JsonWriter",),
    example="""
type: io.kestra.plugin.serdes.json.IonToJson
from: "{{ outputs.query.uri }}"
newLine: false
""",
):
    """Writes rows as JSON: a line each, or all as one list.

    Attributes:
        from_: URI of a file with Ion rows.
        charset: Charset of the file.
        new_line: Whether each row has a line of its own, as in JSON Lines.
        should_keep_annotations: Whether annotated values become maps of ``ion_annotations`` and ``value``.
        time_zone_id: The zone that points in time are written in.
    """

    from_: str = Field(alias="from")
    charset: str = "UTF-8"
    new_line: bool = True
    should_keep_annotations: bool = False
    time_zone_id: str = "UTC"

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write row by row."""
        counts = [0]
        lines = json_pieces(self._rows(ctx), counts, is_list=not self.new_line)
        name = ctx.files.new_name(".jsonl" if self.new_line else ".json")
        uri = ctx.files.write(name, map(encoder(self.charset), lines))
        ctx.counter("records", counts[0])
        return RowsOutputs(uri=uri, size=counts[0])

    def _rows(self, ctx: RunContext) -> Iterator[Any]:
        convert = _annotated if self.should_keep_annotations else native
        for row in read_rows(ctx.files.open(self.from_)):
            yield _in_zone(convert(row), self.time_zone_id)


class JsonToJsonl(
    Task,
    type="io.kestra.plugin.serdes.json.JsonToJsonl",
    example="""
type: io.kestra.plugin.serdes.json.JsonToJsonl
from: "{{ outputs.download.uri }}"
""",
):
    """Writes the items of a JSON list a line each.

    Attributes:
        from_: URI of the file.
        charset: Charset of both files.
    """

    from_: str = Field(alias="from")
    charset: str = "UTF-8"

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write item by item."""
        counts = [0]
        rows = read_json(decoded(ctx.files.open(self.from_), self.charset), is_list=True)
        lines = json_pieces(rows, counts, is_list=False)
        uri = ctx.files.write(ctx.files.new_name(".jsonl"), map(encoder(self.charset), lines))
        ctx.counter("records", counts[0])
        return RowsOutputs(uri=uri, size=counts[0])


def json_pieces(rows: Iterable[Any], counts: list[int], *, is_list: bool) -> Iterator[str]:
    """Write rows as JSON, and count them in the first of ``counts``."""
    if is_list:
        yield "["
    for row in rows:
        if is_list and counts[0]:
            yield ","
        counts[0] += 1
        yield json_line(row) if is_list else f"{json_line(row)}\n"
    if is_list:
        yield "]"


def _annotated(value: Any) -> Any:  # noqa: ANN401 (values of any type)
    plain = _children(value, _annotated)
    names = [annotation.text for annotation in getattr(value, "ion_annotations", ())]
    return {"ion_annotations": names, "value": plain} if names else plain


def _children(value: Any, convert: Callable[[Any], Any]) -> Any:  # noqa: ANN401 (as above)
    kind = getattr(getattr(value, "ion_type", None), "name", "")
    if kind in {"LIST", "SEXP"}:
        return [convert(item) for item in value]
    if kind == "STRUCT":
        return {str(key): convert(item) for key, item in value.items()}
    return native(value)


def _in_zone(value: Any, zone: str) -> Any:  # noqa: ANN401 (as above)
    if zone == "UTC":
        return value
    if isinstance(value, dict):
        return {key: _in_zone(item, zone) for key, item in value.items()}
    if isinstance(value, list):
        return [_in_zone(item, zone) for item in value]
    return zoned_text(value, zone) if isinstance(value, datetime) else value
