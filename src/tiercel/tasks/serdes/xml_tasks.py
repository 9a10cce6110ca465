"""XML files from and to rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from pydantic import Field

from tiercel.plugins import Properties, RunContext, Task, java_text
from tiercel.tasks.serdes.outputs import RowsOutputs
from tiercel.tasks.serdes.texts import decoded, encoder, json_value, zoned_text
from tiercel.tasks.serdes.values import open_rows, store_rows
from tiercel.tasks.serdes.xml_elements import read_elements

_NO_NAME = re.compile(r"[^\w.-]")


class ParserConfiguration(Properties):
    """How it is read.

    Attributes:
        force_list: Names of elements that become lists even where there is only one.
    """

    force_list: list[str] | None = None


class XmlToIon(
    Task,
    type="io.kestra.plugin.serdes.xml.XmlToIon",
    aliases=("io.kestra.plugin.serdes.xml.XmlReader",),
    example="""
type: io.kestra.plugin.serdes.xml.XmlToIon
from: "{{ outputs.download.uri }}"
query: /orders/order
""",
):
    """Reads an XML file: elements and attributes become keys, repeated elements lists; entities are not followed.

    Attributes:
        from_: URI of the file.
        charset: Its charset.
        query: Path of what becomes rows, such as ``/orders/order``: one row for each such element. Without it the file
            is one row, and has to fit into memory.
        parser_configuration: How it is read.
    """

    from_: str = Field(alias="from")
    charset: str = "UTF-8"
    query: str | None = None
    parser_configuration: ParserConfiguration = Field(default_factory=ParserConfiguration)

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write element by element."""
        uri, size = store_rows(ctx, self._rows(ctx))
        return RowsOutputs(uri=uri, size=size)

    def _rows(self, ctx: RunContext) -> Iterator[Any]:
        parts = [part for part in (self.query or "").split("/") if part]
        is_any = False
        if parts and not any(map(str.isdigit, parts)):
            for element in self._elements(ctx, parts):
                is_any = True
                yield element
        if not is_any:
            for whole in self._elements(ctx, []):
                yield from _rows_at(whole, parts)

    def _elements(self, ctx: RunContext, path: list[str]) -> Iterator[Any]:
        pieces = decoded(ctx.files.open(self.from_), self.charset)
        return read_elements(pieces, path, self.parser_configuration.force_list or ())


class IonToXml(
    Task,
    type="io.kestra.plugin.serdes.xml.IonToXml",
    aliases=("io.kestra.plugin.serdes.xml.XmlWriter",),
    example="""
type: io.kestra.plugin.serdes.xml.IonToXml
from: "{{ outputs.query.uri }}"
rootName: orders
""",
):
    """Writes rows as an XML file: an element ``item`` each.

    Attributes:
        from_: URI of a file with Ion rows.
        charset: Charset of the file.
        root_name: Name of the element around them.
        time_zone_id: The zone that points in time are written in.
    """

    from_: str = Field(alias="from")
    charset: str = "UTF-8"
    root_name: str = "items"
    time_zone_id: str = "UTC"

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write row by row."""
        counts = [0]
        uri = ctx.files.write(ctx.files.new_name(".xml"), map(encoder(self.charset), self._pieces(ctx, counts)))
        ctx.counter("records", counts[0])
        return RowsOutputs(uri=uri, size=counts[0])

    def _pieces(self, ctx: RunContext, counts: list[int]) -> Iterator[str]:
        root = _name(self.root_name)
        yield f"<?xml version='1.0' encoding='{escape(self.charset)}'?>\n<{root}>\n"
        for row in open_rows(ctx, self.from_):
            counts[0] += 1
            yield from self._element("item", row, "  ")
        yield f"</{root}>\n"

    def _element(self, key: str, value: Any, indent: str) -> Iterator[str]:  # noqa: ANN401 (values of any type)
        name = _name(key)
        if isinstance(value, dict):
            yield f"{indent}<{name}>\n"
            for inner, item in value.items():
                yield from self._element(inner, item, f"{indent}  ")
            yield f"{indent}</{name}>\n"
        elif isinstance(value, list):
            for item in value:
                yield from self._element(key, item, indent)
        elif value is None:
            yield f"{indent}<{name}/>\n"
        else:
            yield f"{indent}<{name}>{escape(self._text(value))}</{name}>\n"

    def _text(self, value: Any) -> str:  # noqa: ANN401 (as above)
        if isinstance(value, (str, int, float)):
            return java_text(value)
        if isinstance(value, Decimal):
            return format(value, "f")
        return zoned_text(value, self.time_zone_id) if hasattr(value, "astimezone") else str(json_value(value))


def _rows_at(value: Any, parts: list[str]) -> list[Any]:  # noqa: ANN401 (as above)
    for part in parts:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit():
            value = value[int(part)] if int(part) < len(value) else None
        else:
            value = None
    return value if isinstance(value, list) and parts else [value]


def _name(text: str) -> str:
    """Give a name an element can have."""
    name = _NO_NAME.sub("_", text)
    return name if name and not (name[0].isdigit() or name[0] in ".-") else f"_{name}"
