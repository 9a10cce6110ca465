"""The properties of tasks on the files of a folder, here or on another machine."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tiercel.plugins import Task


class FolderTask(Task):
    """Which files of a folder are meant.

    Attributes:
        from_: The folder.
        reg_exp: What the whole path of a file must match.
        recursive: Whether folders in it are looked into.
        max_files: How many files at most.
    """

    from_: Annotated[str, Field(alias="from")]
    reg_exp: str | None = None
    recursive: bool = False
    max_files: Annotated[int, Field(ge=0)] = 25
