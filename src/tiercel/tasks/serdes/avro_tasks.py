"""Avro files from and to rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from pydantic import Field

from tiercel.plugins import LogLevel, RunContext, Task, TaskError
from tiercel.tasks.serdes.avro_conversion import ConvertingTask, read_schema
from tiercel.tasks.serdes.avro_inference import infer_schema
from tiercel.tasks.serdes.outputs import RowsOutputs
from tiercel.tasks.serdes.values import open_rows, store_rows
from tiercel.tasks.storage.uris import UriOutputs


class AvroToIon(
    Task,
    type="io.kestra.plugin.serdes.avro.AvroToIon",
    aliases=("io.kestra.plugin.serdes.avro.AvroReader",),
    example="""
type: io.kestra.plugin.serdes.avro.AvroToIon
from: "{{ outputs.download.uri }}"
""",
):
    """Reads an Avro file; each record becomes a row.

    Attributes:
        from_: URI of the file.
        on_bad_lines: What happens when a record cannot be read; those after it cannot be found then.
    """

    from_: str = Field(alias="from")
    on_bad_lines: Literal["ERROR", "WARN", "SKIP"] = "ERROR"

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write record by record."""
        uri, size = store_rows(ctx, self._rows(ctx))
        return RowsOutputs(uri=uri, size=size)

    def _rows(self, ctx: RunContext) -> Iterator[Any]:
        library = _library()
        path = Path(ctx.temporary_dir) / ctx.files.new_name(".avro")
        ctx.files.download(self.from_, path)
        with path.open("rb") as file:
            try:
                yield from library.reader(file)
            except (ValueError, EOFError, IndexError, KeyError, OSError, StopIteration) as error:
                if self.on_bad_lines == "ERROR":
                    raise TaskError(f"The file is not Avro that can be read: {error}") from None
                if self.on_bad_lines == "WARN":
                    ctx.log.write(LogLevel.WARN, "The rest of the file cannot be read: %s", str(error))
        path.unlink()


class IonToAvro(
    ConvertingTask,
    type="io.kestra.plugin.serdes.avro.IonToAvro",
    aliases=("io.kestra.plugin.serdes.avro.AvroWriter",),
    example="""
type: io.kestra.plugin.serdes.avro.IonToAvro
from: "{{ outputs.query.uri }}"
schema: |
  {"type": "record", "name": "order", "fields": [{"name": "id", "type": "long"}]}
""",
):
    """Writes rows as an Avro file."""

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write row by row."""
        library = _library()
        schema = schema_of(ctx, self)
        counts = [0]
        path = Path(ctx.temporary_dir) / ctx.files.new_name(".avro")
        rows = self.converted(ctx, schema, open_rows(ctx, self.from_))
        with path.open("wb") as file:
            try:
                library.writer(file, schema, _counted(rows, counts))
            except library.schema.SchemaParseException as error:
                raise TaskError(f"`schema` is not an Avro schema: {error}") from None
        uri = ctx.files.write(path.name, path)
        path.unlink()
        ctx.counter("records", counts[0])
        return RowsOutputs(uri=uri, size=counts[0])


class InferAvroSchemaFromIon(
    Task,
    type="io.kestra.plugin.serdes.avro.InferAvroSchemaFromIon",
    example="""
type: io.kestra.plugin.serdes.avro.InferAvroSchemaFromIon
from: "{{ outputs.query.uri }}"
numberOfRowsToScan: 1000
""",
):
    """Finds out the Avro schema of rows, and stores it as a file.

    Attributes:
        from_: URI of a file with Ion rows.
        number_of_rows_to_scan: From how many rows.
    """

    from_: str = Field(alias="from")
    number_of_rows_to_scan: int = 100

    def run(self, ctx: RunContext) -> UriOutputs:
        """Look at the first rows."""
        schema = infer_schema(open_rows(ctx, self.from_), self.number_of_rows_to_scan)
        return UriOutputs(uri=ctx.files.write(ctx.files.new_name(".avsc"), json.dumps(schema).encode()))


def schema_of(ctx: RunContext, task: ConvertingTask) -> Any:  # noqa: ANN401 (JSON)
    """Give the schema a task names, else the one found out from its rows.

    Raises:
        TaskError: It is not one, or there are no rows.
    """
    if task.schema_:
        return read_schema(task.schema_)
    return infer_schema(open_rows(ctx, task.from_), task.number_of_rows_to_scan)


def _counted(rows: Iterator[dict[str, Any]], counts: list[int]) -> Iterator[dict[str, Any]]:
    for row in rows:
        counts[0] += 1
        yield row


def _library() -> ModuleType:
    try:
        import fastavro  # noqa: PLC0415 (an optional package, needed by Avro alone)
    except ImportError:
        raise TaskError("Avro needs a package that is not installed: pip install 'tiercel[avro]'") from None
    module: ModuleType = fastavro
    return module
