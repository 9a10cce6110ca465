"""YAML files from and to rows and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from pydantic import Field

from tiercel.plugins import RunContext, Task
from tiercel.tasks.serdes.json_tasks import json_pieces
from tiercel.tasks.serdes.json_values import read_json
from tiercel.tasks.serdes.outputs import RowsOutputs
from tiercel.tasks.serdes.texts import decoded, encoder, json_line
from tiercel.tasks.serdes.values import open_rows, store_rows
from tiercel.tasks.serdes.yaml_documents import read_documents, write_document


class YamlToIon(
    Task,
    type="io.kestra.plugin.serdes.yaml.YamlToIon",
    example="""
type: io.kestra.plugin.serdes.yaml.YamlToIon
from: "{{ outputs.download.uri }}"
""",
):
    """Reads a YAML file; each of its documents becomes a row.

    Attributes:
        from_: URI of the file.
        charset: Its charset.
    """

    from_: str = Field(alias="from")
    charset: str = "UTF-8"

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write document by document."""
        uri, size = store_rows(ctx, read_documents(decoded(ctx.files.open(self.from_), self.charset)))
        return RowsOutputs(uri=uri, size=size)


class IonToYaml(
    Task,
    type="io.kestra.plugin.serdes.yaml.IonToYaml",
    example="""
type: io.kestra.plugin.serdes.yaml.IonToYaml
from: "{{ outputs.query.uri }}"
""",
):
    """Writes each row as a YAML document.

    Attributes:
        from_: URI of a file with Ion rows.
        charset: Charset of the file.
    """

    from_: str = Field(alias="from")
    charset: str = "UTF-8"

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write row by row."""
        return _store(ctx, (json.loads(json_line(row)) for row in open_rows(ctx, self.from_)), self.charset)


class YamlToJson(
    Task,
    type="io.kestra.plugin.serdes.yaml.YamlToJson",
    example="""
type: io.kestra.plugin.serdes.yaml.YamlToJson
from: "{{ outputs.download.uri }}"
jsonl: true
""",
):
    """Writes a YAML file as JSON: one document as it is, several as a list, or a line each.

    Attributes:
        from_: URI of the file.
        charset: Charset of both files.
        jsonl: Whether each document becomes a line, as in JSON Lines.
    """

    from_: str = Field(alias="from")
    charset: str = "UTF-8"
    jsonl: bool = False

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write document by document."""
        documents = read_documents(decoded(ctx.files.open(self.from_), self.charset))
        counts = [0]
        pieces = json_pieces(documents, counts, is_list=False) if self.jsonl else _as_one(documents, counts)
        name = ctx.files.new_name(".jsonl" if self.jsonl else ".json")
        uri = ctx.files.write(name, map(encoder(self.charset), pieces))
        ctx.counter("records", counts[0])
        return RowsOutputs(uri=uri, size=counts[0])


class JsonToYaml(
    Task,
    type="io.kestra.plugin.serdes.yaml.JsonToYaml",
    example="""
type: io.kestra.plugin.serdes.yaml.JsonToYaml
from: "{{ outputs.download.uri }}"
""",
):
    """Writes a JSON file as YAML.

    Attributes:
        from_: URI of the file.
        charset: Charset of both files.
        jsonl: Whether it is JSON Lines: each line becomes a document. Else it is one value, and so is the document.
    """

    from_: str = Field(alias="from")
    charset: str = "UTF-8"
    jsonl: bool = False

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write value by value."""
        return _store(ctx, read_json(decoded(ctx.files.open(self.from_), self.charset), is_list=False), self.charset)


def _store(ctx: RunContext, values: Iterable[Any], charset: str) -> RowsOutputs:
    counts = [0]
    encode = encoder(charset)
    uri = ctx.files.write(ctx.files.new_name(".yaml"), map(encode, _documents(iter(values), counts)))
    ctx.counter("records", counts[0])
    return RowsOutputs(uri=uri, size=counts[0])


def _documents(values: Iterator[Any], counts: list[int]) -> Iterator[str]:
    """Write documents; marks stand before them when there are several."""
    first = list(_taken(values, 2))
    mark = "---\n" if len(first) > 1 else ""
    for value in chain(first, values):
        counts[0] += 1
        yield mark + write_document(value)


def _as_one(documents: Iterator[Any], counts: list[int]) -> Iterator[str]:
    first = list(_taken(documents, 2))
    if len(first) > 1:
        yield from json_pieces(chain(first, documents), counts, is_list=True)
    else:
        counts[0] = len(first)
        yield json_line(first[0]) if first else "{}"


def _taken(values: Iterator[Any], count: int) -> Iterator[Any]:
    for _ in range(count):
        value = next(values, _taken)
        if value is _taken:
            return
        yield value
