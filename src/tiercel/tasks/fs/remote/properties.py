"""The properties of tasks on files of other machines, and what they give back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tiercel.plugins import Outputs, Plugin, RunContext, Task
from tiercel.tasks.fs.changes import Action
from tiercel.tasks.fs.folder import FolderTask
from tiercel.tasks.fs.remote.place import Place

Sort = Literal["NONE", "LAST_MODIFIED_ASC", "LAST_MODIFIED_DESC", "NAME_ASC", "NAME_DESC"]
Checksum = Literal["MD5", "SHA_1", "SHA_256", "SHA_512"]


class RemoteFile(Outputs):
    """A file of another machine; what its protocol does not tell is left out.

    Attributes:
        path: Where it is there; where the copy is, once it was downloaded.
        name: Its name.
        file_type: FILE.
        symbolic_link: Whether it is a link.
        size: In bytes.
        user_id: Whose it is.
        group_id: Whose it is.
        permissions: As numbers say it.
        flags: Never told.
        access_date: When it was read last.
        updated_date: When it was changed last.
    """

    path: str
    name: str
    file_type: str = "FILE"
    symbolic_link: bool = False
    size: int | None = None
    user_id: int | None = None
    group_id: int | None = None
    permissions: int | None = None
    flags: int | None = None
    access_date: datetime | None = None
    updated_date: datetime | None = None


class TransferOutputs(Outputs):
    """What an Upload or a Move gives back.

    Attributes:
        from_: Where the file was.
        to: Where it is.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str


class DownloadOutputs(TransferOutputs):
    """What a Download gives back.

    Attributes:
        checksum: That of its content, when it was checked.
    """

    checksum: str | None = None


class FilesOutputs(Outputs):
    """What a List gives back.

    Attributes:
        files: The files.
    """

    files: list[RemoteFile]


class DownloadsOutputs(FilesOutputs):
    """What a Downloads gives back.

    Attributes:
        output_files: URIs of the copies by the names of the files.
    """

    output_files: dict[str, str]


class UploadsOutputs(Outputs):
    """What an Uploads gives back.

    Attributes:
        files: Where the files are.
    """

    files: list[str]


class DeleteOutputs(Outputs):
    """What a Delete gives back.

    Attributes:
        uri: What was named.
        deleted: Whether something was removed.
        uris: The files that were removed.
    """

    uri: str
    deleted: bool
    uris: list[str] = Field(default_factory=list)


class Remote(Plugin):
    """Anything that connects to another machine.

    Attributes:
        host: The name or address of the machine.
        username: To log in.
        password: To log in.
        root_dir: Whether paths begin in the home folder of who logs in, and stay in it.
    """

    scheme: ClassVar[str]

    host: str
    username: str | None = None
    password: str | None = None
    root_dir: bool = True

    @contextmanager
    def opened(self, ctx: RunContext) -> Iterator[Place]:  # noqa: ARG002 (for those who override it)
        """Connect, to be closed again; what the library says becomes what the task says."""
        raise NotImplementedError
        yield


class UploadTask(Remote, Task):
    """Properties of Upload.

    Attributes:
        from_: The stored file.
        to: Where to; a folder when it ends with a slash, and the home folder when nothing is said.
        overwrite: Whether it may take the place of a file that is there.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str | None = None
    overwrite: bool = True


class UploadsTask(Remote, Task):
    """Properties of Uploads.

    Attributes:
        from_: The stored files: a list, a map of names to them, or a file that holds their URIs.
        to: The folder.
        max_files: How many at most.
        reg_exp: What the whole URI of a file must match.
        overwrite: Whether they may take the place of files that are there.
    """

    from_: Annotated[str | list[str] | dict[str, str], Field(alias="from")]
    to: str
    max_files: Annotated[int, Field(ge=0)] = 25
    reg_exp: str | None = None
    overwrite: bool = True


class DownloadTask(Remote, Task):
    """Properties of Download.

    Attributes:
        from_: The file.
        validate_checksum: Whether its content must have the checksum that is expected.
        checksum_expected: That checksum, as hexadecimal digits.
        checksum_algorithm: How it is computed.
    """

    from_: Annotated[str, Field(alias="from")]
    validate_checksum: bool = False
    checksum_expected: str | None = None
    checksum_algorithm: Checksum = "SHA_256"


class DownloadsTask(FolderTask, Remote):
    """Properties of Downloads.

    Attributes:
        action: What is done with each file then.
        move_directory: Where files are moved.
    """

    action: Action = "NONE"
    move_directory: str | None = None


class ListTask(FolderTask, Remote):
    """Properties of List.

    Attributes:
        sort: In which order.
    """

    sort: Sort = "NONE"


class MoveTask(Remote, Task):
    """Properties of Move.

    Attributes:
        from_: The file or folder.
        to: Where to; a folder when it ends with a slash.
        overwrite: Whether it may take the place of a file that is there.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str
    overwrite: bool = False


class DeleteTask(Remote, Task):
    """Properties of Delete.

    Attributes:
        uri: The file or folder.
        error_on_missing: Whether it must be there.
        reg_exp: Of a folder, only files whose whole path matches.
        recursive: Of a folder, with all that is in it.
    """

    uri: str
    error_on_missing: bool = False
    reg_exp: str | None = None
    recursive: bool = False
