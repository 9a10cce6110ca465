"""What tasks on MySQL and on MariaDB have in common."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import ClassVar

from tiercel.plugins import Json, RunContext
from tiercel.tasks.http.reach import check_host
from tiercel.tasks.sql import files
from tiercel.tasks.sql.address import read_address
from tiercel.tasks.sql.drivers.mysql import MysqlSession, connect
from tiercel.tasks.sql.properties import Connected

_FOLDER = "input-file"


class MysqlLogin(Connected):
    """How to connect to MySQL or MariaDB."""

    schemes: ClassVar[tuple[str, ...]] = ("mysql", "mariadb")

    def connect(self, ctx: RunContext) -> MysqlSession:
        """Open a connection."""
        address = read_address(self.url, self.schemes)
        for host, port in address.hosts:
            check_host(ctx, host, port)
        return connect(address, self.username, self.password, self.sent_file(ctx))

    def sent_file(self, ctx: RunContext) -> Path | None:  # noqa: ARG002 (for those who override it)
        """Give the one file that may be sent to the database."""
        return None


class MysqlFile(MysqlLogin):
    """A connection that can send a file.

    Attributes:
        input_file: A file for ``LOAD DATA LOCAL INFILE '{{ inputFile }}'``; no other one can be loaded from here.
    """

    input_file: str | None = None

    def sent_file(self, ctx: RunContext) -> Path | None:
        """Give the place of the file."""
        if self.input_file is None:
            return None
        return files.inside(ctx.working_dir, f"{_FOLDER}/{PurePosixPath(self.input_file).name or 'data'}")

    def variables(self, ctx: RunContext) -> dict[str, Json]:
        """Put the file there, and tell where it is."""
        path = self.sent_file(ctx)
        if path is None or self.input_file is None:
            return {}
        ctx.files.download(self.input_file, path)
        return {"inputFile": str(path)}
