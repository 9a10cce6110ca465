"""Rows through SQL in Polars, a library that works in memory, column by column.

It runs in a process of its own: the library ends the process it runs in when there is no more memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from tiercel.plugins import Outputs, RunContext, Task, TaskError
from tiercel.tasks.serdes.values import open_rows, store_rows

# Functions that read whatever file of the machine they are told; there is no use of their names that is not one.
_READS_FILES = re.compile(r"\bread_\w+", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z_]\w*")
_ROWS_AT_ONCE = 1000


class RowsOutputs(Outputs):
    """What a Polars gives back.

    Attributes:
        uri: The file.
        size: How many rows it has.
    """

    uri: str
    size: int


class Polars(
    Task,
    type="io.tiercel.plugin.transform.Polars",
    outputs=RowsOutputs,
    isolation="process",
    example="""
type: io.tiercel.plugin.transform.Polars
tables:
  orders: "{{ outputs.orders.uri }}"
  customers: "{{ outputs.customers.uri }}"
sql: |
  SELECT c.name, SUM(o.amount) AS total
  FROM orders o JOIN customers c ON c.id = o.customer
  GROUP BY c.name
  ORDER BY total DESC
""",
):
    """Runs a statement of SQL on files, in memory; the statement sees those files only.

    It runs in a process of its own, in the memory that ``plugins.most_memory_bytes`` allows.

    Attributes:
        tables: URIs of files by the name the statement knows them by: Ion rows, or by the ending of their name CSV
            (``.csv``), JSON Lines (``.jsonl``) and Parquet (``.parquet``).
        sql: One statement.
        format: What is written: Ion rows, Parquet, CSV or JSON Lines.
    """

    tables: dict[str, str]
    sql: str
    format: Literal["ION", "PARQUET", "CSV", "JSONL"] = "ION"

    def run(self, ctx: RunContext) -> RowsOutputs:
        """Read what is needed, run the statement, write what it gives."""
        polars = _library()
        if _READS_FILES.search(self.sql):
            raise TaskError("sql may not read files by itself: name them in `tables`")
        directory = Path(ctx.temporary_dir) / ctx.files.new_name("-polars")
        directory.mkdir()
        frames = {name: self._frame(ctx, polars, directory, name, uri) for name, uri in self.tables.items()}
        try:
            found = polars.SQLContext(frames).execute(self.sql).collect()
        except polars.exceptions.PolarsError as error:
            raise TaskError(f"The statement failed: {error}") from None
        except MemoryError:
            raise TaskError("The statement needs more memory than plugins.most_memory_bytes allows") from None
        ctx.counter("records", found.height)
        if self.format == "ION":
            uri, _ = store_rows(ctx, _rows(found))
            return RowsOutputs(uri=uri, size=found.height)
        path = directory / f"result.{self.format.lower()}"
        write = {"PARQUET": found.write_parquet, "CSV": found.write_csv, "JSONL": found.write_ndjson}[self.format]
        write(path)
        return RowsOutputs(uri=ctx.files.write(ctx.files.new_name(path.suffix), path), size=found.height)

    def _frame(self, ctx: RunContext, polars: Any, directory: Path, name: str, uri: str) -> Any:  # noqa: ANN401 (an optional package)
        if not _NAME.fullmatch(name):
            raise TaskError(f"'{name}' is no name of a table: letters, digits and _")
        suffix = PurePosixPath(uri).suffix
        try:
            if suffix not in {".csv", ".jsonl", ".parquet"}:
                return polars.LazyFrame(list(open_rows(ctx, uri)), infer_schema_length=None)
            path = directory / f"{name}{suffix}"
            ctx.files.download(uri, path)
            scan = {".csv": polars.scan_csv, ".jsonl": polars.scan_ndjson, ".parquet": polars.scan_parquet}[suffix]
            return scan(path)
        except polars.exceptions.PolarsError as error:
            raise TaskError(f"Table {name} cannot be read: {error}") from None


def _rows(found: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 (as above)
    for part in found.iter_slices(_ROWS_AT_ONCE):
        yield from part.to_dicts()


def _library() -> Any:  # noqa: ANN401 (as above)
    try:
        return import_module("polars")  # at first use: an optional package, slow to load
    except ImportError:
        raise TaskError("Polars is not installed: pip install 'tiercel[polars]'") from None
