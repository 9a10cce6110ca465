"""Parquet files from and to rows."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from tiercel.plugins import RunContext, Task, TaskError
from tiercel.tasks.serdes.arrow_schema import arrow_schema
from tiercel.tasks.serdes.avro_conversion import ConvertingTask
from tiercel.tasks.serdes.avro_tasks import schema_of
from tiercel.tasks.serdes.outputs import RowsOutputs
from tiercel.tasks.serdes.values import open_rows, store_rows

_ROWS_AT_ONCE = 1000
_MOST_BYTES = 32 * 1024 * 1024  # so much of a row group is kept in memory, whatever its size may be


class ParquetToIon(
    Task,
    type="io.kestra.plugin.serdes.parquet.ParquetToIon",
    aliases=("io.kestra.plugin.serdes.parquet.ParquetReader",),
    example="""
type: io.kestra.plugin.serdes.parquet.ParquetToIon
from: "{{ outputs.download.uri }}"
""",
):
    """Reads a Parquet file; times are read to the microsecond.

    Attributes:
        from_: URI of the file.
    """

    from_: str = Field(alias="from")

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read and write some rows at once."""
        uri, size = store_rows(ctx, self._rows(ctx))
        return RowsOutputs(uri=uri, size=size)

    def _rows(self, ctx: RunContext) -> Iterator[Any]:
        arrow, parquet = _libraries()
        path = Path(ctx.temporary_dir) / ctx.files.new_name(".parquet")
        ctx.files.download(self.from_, path)
        try:
            with parquet.ParquetFile(path, coerce_int96_timestamp_unit="us") as file:
                for batch in file.iter_batches(_ROWS_AT_ONCE):
                    yield from _to_microseconds(arrow, batch).to_pylist(maps_as_pydicts="lossy")
        except (arrow.ArrowException, OSError) as error:
            raise TaskError(f"The file is not Parquet that can be read: {error}") from None
        path.unlink()


class IonToParquet(
    ConvertingTask,
    type="io.kestra.plugin.serdes.parquet.IonToParquet",
    aliases=("io.kestra.plugin.serdes.parquet.ParquetWriter",),
    example="""
type: io.kestra.plugin.serdes.parquet.IonToParquet
from: "{{ outputs.query.uri }}"
compressionCodec: ZSTD
schema: |
  {"type": "record", "name": "order", "fields": [{"name": "id", "type": "long"}]}
""",
):
    """Writes rows as a Parquet file.

    Attributes:
        compression_codec: How pages are compressed.
        parquet_version: Version of the pages.
        row_group_size: Size of a row group, in bytes; at most 32 MiB of it are gathered.
        page_size: Size of a page, in bytes.
        dictionary_page_size: Size of a page of a dictionary, in bytes.
    """

    compression_codec: Literal["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"] = "GZIP"
    parquet_version: Literal["V1", "V2"] = "V2"
    row_group_size: Annotated[int, Field(ge=1)] = 128 * 1024 * 1024
    page_size: Annotated[int, Field(ge=1)] = 1024 * 1024
    dictionary_page_size: Annotated[int, Field(ge=1)] = 1024 * 1024

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read rows, and write a group whenever enough are there."""
        arrow, parquet = _libraries()
        schema = schema_of(ctx, self)
        columns = arrow_schema(arrow, schema)
        path = Path(ctx.temporary_dir) / ctx.files.new_name(".parquet")
        rows = self.converted(ctx, schema, open_rows(ctx, self.from_))
        size = 0
        with parquet.ParquetWriter(path, columns, **self._options()) as writer:
            for table in self._groups(arrow, columns, rows):
                size += table.num_rows
                writer.write_table(table)
        uri = ctx.files.write(path.name, path)
        path.unlink()
        ctx.counter("records", size)
        return RowsOutputs(uri=uri, size=size)

    def _options(self) -> dict[str, Any]:
        return {
            "compression": "NONE" if self.compression_codec == "UNCOMPRESSED" else self.compression_codec,
            "data_page_version": "1.0" if self.parquet_version == "V1" else "2.0",
            "data_page_size": self.page_size,
            "dictionary_pagesize_limit": self.dictionary_page_size,
        }

    def _groups(self, arrow: Any, columns: Any, rows: Iterator[dict[str, Any]]) -> Iterator[Any]:  # noqa: ANN401 (of an optional package)
        batches: list[Any] = []
        size = 0
        while part := list(islice(rows, _ROWS_AT_ONCE)):
            try:
                batches.append(arrow.RecordBatch.from_pylist(part, schema=columns))
            except (arrow.ArrowException, ValueError, TypeError) as error:
                raise TaskError(f"A row does not fit the schema: {error}") from None
            size += batches[-1].nbytes
            if size >= min(self.row_group_size, _MOST_BYTES):
                yield arrow.Table.from_batches(batches)
                batches, size = [], 0
        if batches:
            yield arrow.Table.from_batches(batches)


def _to_microseconds(arrow: Any, batch: Any) -> Any:  # noqa: ANN401 (as above)
    """Round times to what Python can hold."""
    fields = []
    for field in batch.schema:
        kind = field.type
        if arrow.types.is_timestamp(kind) and kind.unit == "ns":
            kind = arrow.timestamp("us", kind.tz)
        elif arrow.types.is_time64(kind) and kind.unit == "ns":
            kind = arrow.time64("us")
        fields.append(field.with_type(kind))
    return batch.cast(arrow.schema(fields), safe=False)


def _libraries() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise TaskError("Parquet needs a package that is not installed: pip install 'tiercel[parquet]'") from None
