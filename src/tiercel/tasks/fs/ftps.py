"""Tasks and triggers on files behind an FTP server over TLS."""

from __future__ import annotations

from tiercel.plugins import RunContext
from tiercel.tasks.fs.ftp_login import FtpsServer
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


class Upload(
    FtpsServer,
    UploadTask,
    type="io.kestra.plugin.fs.ftps.Upload",
    example="""
type: io.kestra.plugin.fs.ftps.Upload
host: files.example.com
username: "{{ secret('FILES_USER') }}"
password: "{{ secret('FILES_PASSWORD') }}"
from: "{{ outputs.export.uri }}"
to: /reports/today.csv
""",
):
    """Writes a stored file to an FTP server over TLS."""

    def run(self, ctx: RunContext) -> TransferOutputs:
        """Write it."""
        return operations.upload(ctx, self)


class Uploads(
    FtpsServer,
    UploadsTask,
    type="io.kestra.plugin.fs.ftps.Uploads",
    example="""
type: io.kestra.plugin.fs.ftps.Uploads
host: files.example.com
username: "{{ secret('FILES_USER') }}"
password: "{{ secret('FILES_PASSWORD') }}"
from:
  today.csv: "{{ outputs.export.uri }}"
to: /reports/
""",
):
    """Writes stored files into a folder of an FTP server over TLS."""

    def run(self, ctx: RunContext) -> UploadsOutputs:
        """Write them."""
        return operations.uploads(ctx, self)


class Download(
    FtpsServer,
    DownloadTask,
    type="io.kestra.plugin.fs.ftps.Download",
    example="""
type: io.kestra.plugin.fs.ftps.Download
host: files.example.com
username: "{{ secret('FILES_USER') }}"
password: "{{ secret('FILES_PASSWORD') }}"
from: /orders/today.csv
""",
):
    """Stores a file of an FTP server over TLS."""

    def run(self, ctx: RunContext) -> DownloadOutputs:
        """Store it."""
        return operations.download(ctx, self)


class Downloads(
    FtpsServer,
    DownloadsTask,
    type="io.kestra.plugin.fs.ftps.Downloads",
    example="""
type: io.kestra.plugin.fs.ftps.Downloads
host: files.example.com
username: "{{ secret('FILES_USER') }}"
password: "{{ secret('FILES_PASSWORD') }}"
from: /orders/
regExp: ".*\\\\.csv"
action: MOVE
moveDirectory: /done/
""",
):
    """Stores the files of a folder of an FTP server over TLS."""

    def run(self, ctx: RunContext) -> DownloadsOutputs:
        """Store them."""
        return operations.downloads(ctx, self)


class List(
    FtpsServer,
    ListTask,
    type="io.kestra.plugin.fs.ftps.List",
    example="""
type: io.kestra.plugin.fs.ftps.List
host: files.example.com
username: "{{ secret('FILES_USER') }}"
password: "{{ secret('FILES_PASSWORD') }}"
from: /orders/
sort: LAST_MODIFIED_DESC
""",
):
    """Lists the files of a folder of an FTP server over TLS."""

    def run(self, ctx: RunContext) -> FilesOutputs:
        """List them."""
        return operations.list_files(ctx, self)


class Move(
    FtpsServer,
    MoveTask,
    type="io.kestra.plugin.fs.ftps.Move",
    example="""
type: io.kestra.plugin.fs.ftps.Move
host: files.example.com
username: "{{ secret('FILES_USER') }}"
password: "{{ secret('FILES_PASSWORD') }}"
from: /orders/today.csv
to: /done/
""",
):
    """Moves a file or folder within an FTP server over TLS."""

    def run(self, ctx: RunContext) -> TransferOutputs:
        """Move it."""
        return operations.move(ctx, self)


class Delete(
    FtpsServer,
    DeleteTask,
    type="io.kestra.plugin.fs.ftps.Delete",
    example="""
type: io.kestra.plugin.fs.ftps.Delete
host: files.example.com
username: "{{ secret('FILES_USER') }}"
password: "{{ secret('FILES_PASSWORD') }}"
uri: /orders/today.csv
errorOnMissing: true
""",
):
    """Removes files of an FTP server over TLS."""

    def run(self, ctx: RunContext) -> DeleteOutputs:
        """Remove them."""
        return operations.delete(ctx, self)


class Trigger(
    FtpsServer,
    FilesTrigger,
    type="io.kestra.plugin.fs.ftps.Trigger",
    outputs=TriggeredFiles,
    example="""
type: io.kestra.plugin.fs.ftps.Trigger
host: files.example.com
username: "{{ secret('FILES_USER') }}"
password: "{{ secret('FILES_PASSWORD') }}"
from: /orders/
interval: PT1M
action: MOVE
moveDirectory: /done/
""",
):
    """Starts an execution for the files of a folder of an FTP server over TLS that are new or changed."""

    def evaluate(self, ctx: RunContext) -> TriggeredFiles | None:
        """Look, and store what is new."""
        return look(ctx, self)
