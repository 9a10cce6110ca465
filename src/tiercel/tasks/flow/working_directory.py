"""Tasks that share one directory."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import Field

from tiercel.plugins import FlowableTask, Outputs, Properties
from tiercel.tasks.flow.sequences import BRANCHES


class NamespaceFiles(Properties):
    """Which namespace files are put into the directory.

    Attributes:
        enabled: Whether any are.
        include: Patterns of paths to take; all when none is given.
        exclude: Patterns of paths to leave out.
        namespaces: Where they come from; of two files with one path, that of the later namespace is taken.
        if_exists: What happens when the directory has such a file already.
        folder_per_namespace: Put those of each namespace into a folder of its name.
    """

    enabled: bool = True
    include: list[str] | None = None
    exclude: list[str] | None = None
    namespaces: list[str] = Field(default_factory=lambda: ["{{flow.namespace}}"])
    if_exists: Literal["OVERWRITE", "FAIL", "WARN", "IGNORE"] = "OVERWRITE"
    folder_per_namespace: bool = False


class Cache(Properties):
    """Files kept from one execution to the next.

    Attributes:
        patterns: Of the paths to keep.
        ttl: For how long.
    """

    patterns: list[str]
    ttl: timedelta | None = None


class WorkingDirectoryOutputs(Outputs):
    """What a WorkingDirectory gives back.

    Attributes:
        output_files: URIs of the kept files by path.
    """

    output_files: dict[str, str] | None = None


class WorkingDirectory(
    FlowableTask,
    type="io.kestra.plugin.core.flow.WorkingDirectory",
    aliases=("io.kestra.core.tasks.flows.Worker", "io.kestra.core.tasks.flows.WorkingDirectory"),
    control="working_directory",
    branches=BRANCHES,
    required_branches=("tasks",),
    outputs=WorkingDirectoryOutputs,
    example="""
type: io.kestra.plugin.core.flow.WorkingDirectory
inputFiles:
  names.txt: "{{ inputs.names }}"
outputFiles:
  - "*.csv"
tasks:
  - id: show
    type: io.kestra.plugin.core.log.Log
    message: ready
""",
):
    """Runs tasks one after another in one directory that they share.

    Attributes:
        input_files: Files to put there: path to content, or to the URI of a stored file.
        output_files: Patterns of the files to store at the end.
        namespace_files: Namespace files to put there.
        cache: Files to keep from one execution to the next.
    """

    input_files: dict[str, str] | str | None = None
    output_files: list[str] | None = None
    namespace_files: NamespaceFiles | None = None
    cache: Cache | None = None
