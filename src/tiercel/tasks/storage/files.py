"""Tasks about stored files as they are: their size, removing them, copying them in and out."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tiercel.plugins import Dialect, Json, Outputs, RunContext, Task, TaskError
from tiercel.tasks.namespace.selection import fitting_paths


class SizeOutputs(Outputs):
    """What a Size gives back.

    Attributes:
        size: In bytes.
    """

    size: int


class Size(
    Task,
    type="io.kestra.plugin.core.storage.Size",
    aliases=("io.kestra.core.tasks.storages.Size",),
    example="""
type: io.kestra.plugin.core.storage.Size
uri: "{{ outputs.extract.uri }}"
""",
):
    """Tells the size of a stored file.

    Attributes:
        uri: The file.
    """

    uri: str

    def run(self, ctx: RunContext) -> SizeOutputs:
        """Ask the storage."""
        return SizeOutputs(size=ctx.files.size(self.uri))


class DeleteOutputs(Outputs):
    """What a Delete gives back.

    Attributes:
        uri: The file.
        deleted: Whether there was one.
    """

    uri: str
    deleted: bool


class Delete(
    Task,
    type="io.kestra.plugin.core.storage.Delete",
    aliases=("io.kestra.core.tasks.storages.Delete",),
    example="""
type: io.kestra.plugin.core.storage.Delete
uri: "{{ outputs.extract.uri }}"
""",
):
    """Removes a stored file.

    Attributes:
        uri: The file.
        error_on_missing: Whether a missing file fails the task.
    """

    uri: str
    error_on_missing: bool = False

    def run(self, ctx: RunContext) -> DeleteOutputs:
        """Remove it."""
        deleted = ctx.files.delete(self.uri)
        if not deleted and self.error_on_missing:
            raise TaskError(f"Unable to find file '{self.uri}' and `errorOnMissing` is set to true")
        return DeleteOutputs(uri=self.uri, deleted=deleted)


class LocalFilesOutputs(Outputs):
    """What a LocalFiles gives back.

    Attributes:
        uris: Where each captured file is stored, by its path.
    """

    uris: dict[str, str]


class LocalFiles(
    Task,
    type="io.kestra.plugin.core.storage.LocalFiles",
    aliases=("io.kestra.core.tasks.storages.LocalFiles",),
    dialects=(Dialect.V1_3,),
    deprecated=True,
    example="""
type: io.kestra.plugin.core.storage.LocalFiles
inputs:
  query.sql: select 1
outputs:
  - "*.csv"
""",
):
    """Puts files into the working directory and stores files of it; ``inputFiles`` and ``outputFiles`` do the same.

    Attributes:
        inputs: Path to content, or to the URI of a stored file; or a JSON map of it.
        outputs: Patterns of the files to store.
    """

    inputs: dict[str, str] | str | None = None
    outputs: list[str] | None = None

    def run(self, ctx: RunContext) -> LocalFilesOutputs:
        """Write the inputs, then store the outputs."""
        root = ctx.working_dir.resolve()
        for name, content in _inputs(self.inputs).items():
            path = (root / name).resolve()
            if not path.is_relative_to(root):
                raise TaskError(f"`{name}` is outside the working directory")
            if content.startswith(("kestra://", "nsfile://")):
                ctx.files.download(content, path)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content, encoding="utf-8")
        found = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        captured = fitting_paths(self.outputs or (), found)
        return LocalFilesOutputs(uris={path: ctx.files.write(path, root / path) for path in captured})


class PurgeUrisOutputs(Outputs):
    """What a PurgeCurrentExecutionFiles gives back.

    Attributes:
        uris: What was removed, folders included.
    """

    uris: list[str]


class PurgeCurrentExecutionFiles(
    Task,
    type="io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles",
    aliases=(
        "io.kestra.core.tasks.storages.PurgeExecution",
        "io.kestra.plugin.core.storage.PurgeExecution",
    ),
    example="type: io.kestra.plugin.core.storage.PurgeCurrentExecutionFiles",
):
    """Removes all files of the execution it runs in."""

    def run(self, ctx: RunContext) -> PurgeUrisOutputs:
        """Remove them; the folders they were in are gone with them."""
        files: list[str] = ctx.call("storage.purge_execution")
        folders = {folder for uri in files for folder in _folders(uri, f"/executions/{ctx.facts.execution_id}")}
        return PurgeUrisOutputs(uris=sorted({*files, *folders}))


class PurgeStorageOutputs(Outputs):
    """What a PurgeStorage gives back.

    Attributes:
        scanned_count: How many folders of executions were looked at.
        purged_count: How many of them have no execution any more.
        deleted_files_count: How many files were removed.
    """

    scanned_count: int = 0
    purged_count: int = 0
    deleted_files_count: int = 0


class PurgeStorage(
    Task,
    type="io.kestra.plugin.core.storage.PurgeStorage",
    dialects=(Dialect.V2_0,),
    example="""
type: io.kestra.plugin.core.storage.PurgeStorage
namespace: company.team
endDate: "{{ now() | dateAdd(-30, 'DAYS') }}"
dryRun: false
""",
):
    """Removes files whose execution exists no more.

    Attributes:
        namespace: Only of this namespace and those below it.
        flow_id: Only of this flow.
        start_date: Only files made after this date.
        end_date: Only files made before this date.
        dry_run: Count only.
    """

    end_date: str
    namespace: str | None = None
    flow_id: str | None = None
    start_date: str | None = None
    dry_run: bool = True

    def run(self, ctx: RunContext) -> PurgeStorageOutputs:
        """Ask the storage."""
        counts = ctx.call(
            "storage.purge",
            namespace=self.namespace,
            flow_id=self.flow_id,
            start_date=self.start_date,
            end_date=self.end_date,
            is_dry_run=self.dry_run,
        )
        return PurgeStorageOutputs(**counts)


def _folders(uri: str, top: str) -> Iterator[str]:
    """Give the folders a file is in, up to that of the execution."""
    folder = uri.rpartition("/")[0]
    while top in folder:
        yield folder
        folder = folder.rpartition("/")[0]


def _inputs(inputs: dict[str, str] | str | None) -> dict[str, str]:
    if not isinstance(inputs, str):
        return inputs or {}
    try:
        value: Json = json.loads(inputs)
    except ValueError as error:
        raise TaskError(f"`inputs` is not a JSON map: {error}") from None
    if not isinstance(value, dict):
        raise TaskError("`inputs` is not a JSON map")
    return {str(name): str(content) for name, content in value.items()}
