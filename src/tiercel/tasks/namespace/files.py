"""Putting namespace files in place, taking them out, removing them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Literal

from pydantic import Field

from tiercel.plugins import Json, Outputs, Properties, RunContext, Task, TaskError
from tiercel.tasks.namespace.selection import fitting_paths, selected_namespaces


class Conflict(StrEnum):
    """What happens to a file that is there already."""

    OVERWRITE = "OVERWRITE"
    ERROR = "ERROR"
    SKIP = "SKIP"


class FilesOutputs(Outputs):
    """What a DownloadFiles gives back.

    Attributes:
        files: URI of each copy by the path of the file.
    """

    files: dict[str, str] = Field(default_factory=dict)


class UploadFiles(
    Task,
    type="io.kestra.plugin.core.namespace.UploadFiles",
    example="""
type: io.kestra.plugin.core.namespace.UploadFiles
namespace: company.team
filesMap:
  scripts/load.sql: "{{ outputs.write.uri }}"
destination: /
conflict: OVERWRITE
""",
):
    """Puts files into a namespace.

    Attributes:
        namespace: Where they go.
        files: Patterns of paths in the working directory.
        files_map: Path to the URI of a stored file.
        destination: Folder they go to.
        conflict: What happens to a file that is there already.
    """

    namespace: str
    files: list[str] | None = None
    files_map: dict[str, str] | str | None = None
    destination: str = "/"
    conflict: Conflict = Conflict.OVERWRITE

    def run(self, ctx: RunContext) -> None:
        """Store each file that may be."""
        if self.files is None and self.files_map is None:
            raise TaskError("One of `files` and `filesMap` must be given")
        existing = set(ctx.call("namespace_files.list", namespace=self.namespace))
        folder = self.destination.strip("/")
        for path in self._local_paths(ctx):
            self._put(ctx, _join(folder, path), ctx.working_dir / path, existing)
        for path, uri in _as_map(self.files_map).items():
            self._put(ctx, _join(folder, path), ctx.files.open(uri), existing)

    def _local_paths(self, ctx: RunContext) -> list[str]:
        if not self.files:
            return []
        root = ctx.working_dir
        paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
        return fitting_paths(self.files, paths)

    def _put(self, ctx: RunContext, path: str, content: Path | Iterable[bytes], existing: set[str]) -> None:
        if path in existing and self.conflict is not Conflict.OVERWRITE:
            there = f"File '{path}' already exists in namespace '{self.namespace}' and conflict is set to"
            if self.conflict is Conflict.ERROR:
                raise TaskError(f"{there} ERROR; set conflict to OVERWRITE or SKIP, or choose another destination")
            ctx.log.debug("%s SKIP. Skipping.", there)
            return
        ctx.files.write(_uri(self.namespace, path), content)
        ctx.log.debug("File '%s' added to namespace '%s'.", path, self.namespace)


class DownloadFiles(
    Task,
    type="io.kestra.plugin.core.namespace.DownloadFiles",
    example="""
type: io.kestra.plugin.core.namespace.DownloadFiles
namespace: company.team
files:
  - "scripts/**.sql"
""",
):
    """Copies namespace files to the storage of the execution.

    Attributes:
        namespace: Where they are.
        files: Patterns of their paths.
        destination: Folder put before their paths in the outputs.
    """

    namespace: str
    files: list[str] | str
    destination: str = ""

    def run(self, ctx: RunContext) -> FilesOutputs:
        """Copy each file that fits."""
        paths = fitting_paths(_as_list(self.files), ctx.call("namespace_files.list", namespace=self.namespace))
        copies: dict[str, str] = {}
        for path in paths:
            uri = ctx.files.write(path.lstrip("/"), ctx.files.open(_uri(self.namespace, path)))
            ctx.log.debug("Downloaded %s", uri)
            copies[f"{self.destination}{path}"] = uri
        return FilesOutputs(files=copies)


class DeleteFiles(
    Task,
    type="io.kestra.plugin.core.namespace.DeleteFiles",
    example="""
type: io.kestra.plugin.core.namespace.DeleteFiles
namespace: company.team
files:
  - "tmp/**"
deleteParentFolder: true
""",
):
    """Removes files of a namespace.

    Attributes:
        namespace: Where they are.
        files: Patterns of their paths.
        delete_parent_folder: Whether folders left empty go too.
    """

    namespace: str
    files: list[str] | str
    delete_parent_folder: bool = False

    def run(self, ctx: RunContext) -> None:
        """Remove each file that fits."""
        paths = fitting_paths(_as_list(self.files), ctx.call("namespace_files.list", namespace=self.namespace))
        for path in paths:
            ctx.call(
                "namespace_files.delete",
                namespace=self.namespace,
                path=path,
                with_empty_folders=self.delete_parent_folder,
            )
            ctx.log.debug("Deleted %s", path.lstrip("/"))


class FilesPurgeBehavior(Properties):
    """Which versions are purged.

    Attributes:
        type: Only ``version``.
        before: Those made before this date.
        keep_amount: All but so many of the newest.
    """

    type: Literal["version"] = "version"
    before: str | None = None
    keep_amount: int | None = None


class PurgeFilesOutputs(Outputs):
    """What a purge gives back.

    Attributes:
        size: How many versions were removed.
    """

    size: int


class PurgeFiles(
    Task,
    type="io.kestra.plugin.core.namespace.PurgeFiles",
    example="""
type: io.kestra.plugin.core.namespace.PurgeFiles
namespaces:
  - company.team
behavior:
  type: version
  keepAmount: 3
""",
):
    """Removes older versions of namespace files.

    Attributes:
        namespaces: Whose files; give these or a pattern, else all are purged.
        namespace_pattern: Those whose name fits.
        include_child_namespaces: Whether namespaces below those are purged too.
        file_pattern: Only paths that fit.
        behavior: Which versions.
    """

    namespaces: list[str] | None = None
    namespace_pattern: str | None = None
    include_child_namespaces: bool = True
    file_pattern: str | None = None
    behavior: FilesPurgeBehavior = Field(default_factory=lambda: FilesPurgeBehavior(keep_amount=1))

    def run(self, ctx: RunContext) -> PurgeFilesOutputs:
        """Purge the files of each namespace."""
        namespaces = selected_namespaces(ctx, self.namespaces, self.namespace_pattern, self.include_child_namespaces)
        ctx.log.info("purging %s namespaces: [%s]", len(namespaces), ", ".join(namespaces))
        size = sum(
            int(
                ctx.call(
                    "namespace_files.purge",
                    namespace=namespace,
                    pattern=self.file_pattern,
                    before=self.behavior.before,
                    keep_amount=self.behavior.keep_amount,
                )
            )
            for namespace in namespaces
        )
        ctx.log.info("purged %s files", size)
        return PurgeFilesOutputs(size=size)


def _join(folder: str, path: str) -> str:
    return f"/{folder}/{path.lstrip('/')}" if folder else f"/{path.lstrip('/')}"


def _uri(namespace: str, path: str) -> str:
    return f"nsfile://{namespace}/{path.lstrip('/')}"


def _as_list(files: list[str] | str) -> list[str]:
    if isinstance(files, list):
        return files
    value: Json = json.loads(files) if files.lstrip().startswith("[") else [files]
    return [str(item) for item in value]


def _as_map(files: dict[str, str] | str | None) -> dict[str, str]:
    if files is None or isinstance(files, dict):
        return files or {}
    try:
        value: Json = json.loads(files)
    except ValueError as error:
        raise TaskError(f"`filesMap` is not a JSON map: {error}") from None
    if not isinstance(value, dict):
        raise TaskError("`filesMap` is not a JSON map")
    return {str(key): str(item) for key, item in value.items()}
