"""Tasks and triggers on files behind an SFTP server."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.fs.remote import operations
from tiercel.tasks.fs.remote.properties import (
    DeleteOutputs,
    DeleteTask,
    DownloadOutputs,
    DownloadsOutputs,
    DownloadsTask,
    DownloadTask,
    FilesOutputs,
    ListTask,
    MoveTask,
    TransferOutputs,
    UploadsOutputs,
    UploadsTask,
    UploadTask,
)
from tiercel.tasks.fs.remote.trigger import FilesTrigger, TriggeredFiles, look
from tiercel.tasks.fs.sftp_login import DEPRECATED, SftpLogin


class Upload(
    SftpLogin,
    UploadTask,
    type="io.kestra.plugin.fs.sftp.Upload",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.fs.sftp.Upload
host: files.example.com
username: "{{ secret('FILES_USER') }}"
keyfile: "{{ secret('FILES_KEY') }}"
from: "{{ outputs.export.uri }}"
to: /reports/today.csv
""",
):
    """Writes a stored file to an SFTP server."""

    def run(self, ctx: RunContext) -> TransferOutputs:
        """Write it."""
        return operations.upload(ctx, self)


class Uploads(
    SftpLogin,
    UploadsTask,
    type="io.kestra.plugin.fs.sftp.Uploads",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.fs.sftp.Uploads
host: files.example.com
username: "{{ secret('FILES_USER') }}"
keyfile: "{{ secret('FILES_KEY') }}"
from:
  today.csv: "{{ outputs.export.uri }}"
to: /reports/
""",
):
    """Writes stored files into a folder of an SFTP server."""

    def run(self, ctx: RunContext) -> UploadsOutputs:
        """Write them."""
        return operations.uploads(ctx, self)


class Download(
    SftpLogin,
    DownloadTask,
    type="io.kestra.plugin.fs.sftp.Download",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.fs.sftp.Download
host: files.example.com
username: "{{ secret('FILES_USER') }}"
keyfile: "{{ secret('FILES_KEY') }}"
from: /orders/today.csv
""",
):
    """Stores a file of an SFTP server."""

    def run(self, ctx: RunContext) -> DownloadOutputs:
        """Store it."""
        return operations.download(ctx, self)


class Downloads(
    SftpLogin,
    DownloadsTask,
    type="io.kestra.plugin.fs.sftp.Downloads",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.fs.sftp.Downloads
host: files.example.com
username: "{{ secret('FILES_USER') }}"
keyfile: "{{ secret('FILES_KEY') }}"
from: /orders/
regExp: ".*\\\\.csv"
action: MOVE
moveDirectory: /done/
""",
):
    """Stores the files of a folder of an SFTP server."""

    def run(self, ctx: RunContext) -> DownloadsOutputs:
        """Store them."""
        return operations.downloads(ctx, self)


class List(
    SftpLogin,
    ListTask,
    type="io.kestra.plugin.fs.sftp.List",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.fs.sftp.List
host: files.example.com
username: "{{ secret('FILES_USER') }}"
keyfile: "{{ secret('FILES_KEY') }}"
from: /orders/
sort: LAST_MODIFIED_DESC
""",
):
    """Lists the files of a folder of an SFTP server."""

    def run(self, ctx: RunContext) -> FilesOutputs:
        """List them."""
        return operations.list_files(ctx, self)


class Move(
    SftpLogin,
    MoveTask,
    type="io.kestra.plugin.fs.sftp.Move",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.fs.sftp.Move
host: files.example.com
username: "{{ secret('FILES_USER') }}"
keyfile: "{{ secret('FILES_KEY') }}"
from: /orders/today.csv
to: /done/
""",
):
    """Moves a file or folder within an SFTP server."""

    def run(self, ctx: RunContext) -> TransferOutputs:
        """Move it."""
        return operations.move(ctx, self)


class Delete(
    SftpLogin,
    DeleteTask,
    type="io.kestra.plugin.fs.sftp.Delete",
    deprecated_properties=DEPRECATED,
    example="""
type: io.kestra.plugin.fs.sftp.Delete
host: files.example.com
username: "{{ secret('FILES_USER') }}"
keyfile: "{{ secret('FILES_KEY') }}"
uri: /orders/today.csv
errorOnMissing: true
""",
):
    """Removes files of an SFTP server."""

    def run(self, ctx: RunContext) -> DeleteOutputs:
        """Remove them."""
        return operations.delete(ctx, self)


class Trigger(
    SftpLogin,
    FilesTrigger,
    type="io.kestra.plugin.fs.sftp.Trigger",
    deprecated_properties=DEPRECATED,
    outputs=TriggeredFiles,
    example="""
type: io.kestra.plugin.fs.sftp.Trigger
host: files.example.com
username: "{{ secret('FILES_USER') }}"
keyfile: "{{ secret('FILES_KEY') }}"
from: /orders/
interval: PT1M
action: MOVE
moveDirectory: /done/
""",
):
    """Starts an execution for the files of a folder of an SFTP server that are new or changed."""

    def evaluate(self, ctx: RunContext) -> TriggeredFiles | None:
        """Look, and store what is new."""
        return look(ctx, self)
