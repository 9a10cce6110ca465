"""FTP, and FTP over TLS, through the standard library; one transfer after another, in pieces."""

from __future__ import annotations

import ftplib
import posixpath
import ssl
from collections.abc import Generator, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from socket import socket
from typing import Literal

from msgspec import Struct

from tiercel.plugins import RunContext
from tiercel.tasks.fs.remote.place import Entry, clean
from tiercel.tasks.http.reach import check_host

_CHUNK_BYTES = 256 * 1024
_MISSING = ("550", "501", "553")
_UNKNOWN = ("500", "502", "504")


class FtpLogin(Struct, frozen=True, kw_only=True):
    """Who connects, where, and how.

    Attributes:
        seconds: How long to wait for the other side.
        is_passive: The client opens connections for data.
        checks_peer: Connections for data must come from, and lead to, the machine itself.
        security: None for plain text; IMPLICIT from the first byte on, EXPLICIT after asking for it.
        protects_data: Contents of files are encrypted too.
        is_unchecked: Any certificate is taken.
    """

    host: str
    port: int
    username: str | None
    password: str | None
    seconds: float
    is_passive: bool = True
    checks_peer: bool = True
    security: Literal["IMPLICIT", "EXPLICIT"] | None = None
    protects_data: bool = True
    is_unchecked: bool = False


class FtpPlace:
    """Files behind an FTP server."""

    def __init__(self, ctx: RunContext, login: FtpLogin, *, is_rooted: bool) -> None:
        check_host(ctx, login.host, login.port)
        self._client = _client(login)
        self._has_facts = True
        try:
            self._client.connect(login.host, login.port, timeout=login.seconds)
            self._client.login(login.username or "anonymous", login.password or "")
            if isinstance(self._client, ftplib.FTP_TLS) and login.protects_data:
                self._client.prot_p()
            self._client.set_pasv(login.is_passive)
            self._root = self._client.pwd() if is_rooted else "/"
        except BaseException:
            self.close()
            raise

    def find(self, path: str) -> Entry | None:
        """Give a file or folder, by listing the folder it is in."""
        if clean(path) == "/":
            return Entry(path="/", is_folder=True, is_file=False)
        try:
            around = self.entries(posixpath.dirname(path))
        except ftplib.error_perm as error:
            if str(error).startswith(_MISSING):
                return None
            raise
        return next((entry for entry in around if entry.path == path), None)

    def entries(self, folder: str) -> list[Entry]:
        """Give what is in a folder."""
        real = self._real(folder)
        if self._has_facts:
            try:
                listed = list(self._client.mlsd(real))
                return [_entry(folder, name, facts) for name, facts in listed if facts.get("type") in {"file", "dir"}]
            except ftplib.error_perm as error:
                if not str(error).startswith(_UNKNOWN):
                    raise
                self._has_facts = False
        return [self._asked(posixpath.join(folder, name)) for name in self._names(real)]

    def read(self, path: str) -> Generator[bytes]:
        """Give a file in pieces."""
        with self._transfer(f"RETR {self._real(path)}") as connection:
            while chunk := connection.recv(_CHUNK_BYTES):
                yield chunk
            _end(connection)
        self._client.voidresp()

    def write(self, path: str, chunks: Iterable[bytes]) -> None:
        """Write a file."""
        with self._transfer(f"STOR {self._real(path)}") as connection:
            for chunk in chunks:
                connection.sendall(chunk)
            _end(connection)
        self._client.voidresp()

    def rename(self, path: str, target: str) -> None:
        """Move a file or folder."""
        self._client.rename(self._real(path), self._real(target))

    def remove(self, entry: Entry) -> None:
        """Remove a file, or an empty folder."""
        if entry.is_folder:
            self._client.rmd(self._real(entry.path))
        else:
            self._client.delete(self._real(entry.path))

    def make_folder(self, path: str) -> None:
        """Make a folder."""
        self._client.mkd(self._real(path))

    def close(self) -> None:
        """End the connection, without a word when the other side no longer answers."""
        with suppress(OSError, EOFError, ftplib.Error):
            if self._client.sock is not None:
                self._client.sock.settimeout(2)
                self._client.quit()
        self._client.close()

    def _transfer(self, command: str) -> socket:
        """Begin a transfer of bytes as they are, which listing has given up."""
        self._client.voidcmd("TYPE I")
        return self._client.transfercmd(command)

    def _real(self, path: str) -> str:
        return posixpath.join(self._root, clean(path).lstrip("/"))

    def _names(self, real: str) -> list[str]:
        return [
            posixpath.basename(name) for name in self._client.nlst(real) if posixpath.basename(name) not in {".", ".."}
        ]

    def _asked(self, path: str) -> Entry:
        """Ask a server that lists only names what one of them is."""
        try:
            self._client.voidcmd("TYPE I")
            size = self._client.size(self._real(path))
        except ftplib.error_perm:
            return Entry(path=path, is_folder=True, is_file=False)
        modified: float | None = None
        with suppress(ftplib.error_perm):
            modified = _moment(self._client.voidcmd(f"MDTM {self._real(path)}").partition(" ")[2])
        return Entry(path=path, is_folder=False, size=size, modified_at=modified)


class _Tls(ftplib.FTP_TLS):
    """TLS whose connections for data go on with the session of the first one, as most servers demand."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket, int | None]:
        """Open a connection for data."""
        connection, size = ftplib.FTP.ntransfercmd(self, cmd, rest)  # noqa: S321 (the task is named for it)
        if self._prot_p:  # type: ignore[attr-defined]  # of the parent, unknown to its types
            session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
            connection = self.context.wrap_socket(connection, server_hostname=self.host, session=session)
        return connection, size


class _ImplicitTls(_Tls):
    """TLS from the first byte on."""

    _wrapped: socket | None = None

    @property
    def sock(self) -> socket | None:
        """The connection."""
        return self._wrapped

    @sock.setter
    def sock(self, value: socket | None) -> None:
        is_plain = value is not None and not isinstance(value, ssl.SSLSocket)
        self._wrapped = self.context.wrap_socket(value, server_hostname=self.host) if is_plain and value else value


def _client(login: FtpLogin) -> ftplib.FTP:
    client: ftplib.FTP
    if login.security is None:
        client = ftplib.FTP(timeout=login.seconds)  # noqa: S321 (the task is named for it)
    else:
        context = ssl.create_default_context()
        if login.is_unchecked:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        kind = _ImplicitTls if login.security == "IMPLICIT" else _Tls
        client = kind(timeout=login.seconds, context=context)
    client.encoding = "utf-8"
    client.trust_server_pasv_ipv4_address = not login.checks_peer  # type: ignore[attr-defined]  # the same
    return client


def _end(connection: socket) -> None:
    if isinstance(connection, ssl.SSLSocket):
        with suppress(OSError):
            connection.unwrap()


def _entry(folder: str, name: str, facts: dict[str, str]) -> Entry:
    mode = facts.get("unix.mode")
    return Entry(
        path=posixpath.join(folder, name),
        is_folder=facts["type"] == "dir",
        is_file=facts["type"] == "file",
        size=_number(facts.get("size")) if facts["type"] == "file" else None,
        modified_at=_moment(facts.get("modify", "")),
        user_id=_number(facts.get("unix.uid")),
        group_id=_number(facts.get("unix.gid")),
        permissions=int(mode, 8) if mode else None,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _moment(text: str) -> float | None:
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None
