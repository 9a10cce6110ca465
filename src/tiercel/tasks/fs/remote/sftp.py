"""SFTP through asyncssh. Each connection has an event loop of its own, on the thread of the task that uses it.

Nothing of the server's own home has a say: no configuration, no agent, no keys but the one that is given.
"""

from __future__ import annotations

import asyncio
import posixpath
import stat
from collections.abc import Awaitable, Callable, Generator, Iterable
from typing import TYPE_CHECKING, TypeVar, cast

from msgspec import Struct

from tiercel.plugins import Json, RunContext, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.fs.remote.place import Entry, clean
from tiercel.tasks.fs.remote.proxy import Proxy, connected
from tiercel.tasks.http.reach import check_host

if TYPE_CHECKING:
    from asyncssh import SFTPAttrs, SFTPClient, SSHClientConnection

T = TypeVar("T")

_CHUNK_BYTES = 256 * 1024
_CONNECT_SECONDS = 30.0
_LOOK_SECONDS = 0.2
_RSA1 = "+ssh-rsa"


class SshLogin(Struct, frozen=True, kw_only=True):
    """Who connects, where, and how.

    Attributes:
        key: A private key, as text.
        is_known_only: The key of the host must be among those the server knows.
        key_exchange: Algorithms, with commas between them.
        takes_rsa1: Signatures with SHA-1 are taken too.
    """

    host: str
    port: int
    username: str | None
    password: str | None = None
    key: str | None = None
    passphrase: str | None = None
    is_known_only: bool = False
    key_exchange: str | None = None
    takes_rsa1: bool = False
    proxy: Proxy | None = None


class Loop:
    """Runs coroutines to their end on the thread that asks, and gives them up when the task is killed."""

    def __init__(self, ctx: RunContext) -> None:
        self._ctx = ctx
        self._runner = asyncio.Runner()

    def run(self, work: Awaitable[T]) -> T:
        """Wait for something."""
        return self._runner.run(self._watched(work))

    def close(self) -> None:
        """End the loop."""
        self._runner.close()

    async def _watched(self, work: Awaitable[T]) -> T:
        task = asyncio.ensure_future(work)
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOK_SECONDS)
            if self._ctx.is_cancelled and not task.done():
                task.cancel()
                await asyncio.wait({task})
                raise TaskError("The connection was given up, since the task was killed")
        return task.result()


async def connect(ctx: RunContext, login: SshLogin) -> SSHClientConnection:
    """Open a connection.

    Raises:
        TaskError: The key cannot be read.
    """
    asyncssh = library("asyncssh", "sftp")
    check_host(ctx, login.host, login.port)
    options: dict[str, Json] = {
        "username": login.username or "",
        "password": login.password,
        "client_keys": [_key(login)] if login.key else None,
        "config": [],
        "agent_path": None,
        "known_hosts": () if login.is_known_only else None,
        "gss_host": None,
        "login_timeout": _CONNECT_SECONDS,
        "keepalive_interval": 30,
    }
    if login.key_exchange:
        options["kex_algs"] = [name.strip() for name in login.key_exchange.split(",")]
    if login.takes_rsa1:
        options |= {"server_host_key_algs": _RSA1, "signature_algs": _RSA1}
    if login.proxy is not None:
        options["sock"] = await asyncio.to_thread(connected, ctx, login.proxy, login.host, login.port)
    connection: SSHClientConnection = await asyncio.wait_for(
        asyncssh.connect(login.host, login.port, **options), _CONNECT_SECONDS
    )
    return connection


def explained(error: Exception, login: SshLogin) -> TaskError:
    """Say what went wrong."""
    said = str(error) or type(error).__name__
    return TaskError(f"{login.host}:{login.port}: {said}")


class SftpPlace:
    """Files behind an SFTP server."""

    def __init__(self, ctx: RunContext, login: SshLogin, *, is_rooted: bool) -> None:
        self._loop = Loop(ctx)
        self._connection: SSHClientConnection | None = None
        try:
            self._connection = self._loop.run(connect(ctx, login))
            self._client: SFTPClient = self._loop.run(self._connection.start_sftp_client())
            self._root = str(self._loop.run(self._client.realpath("."))) if is_rooted else "/"
        except BaseException:
            self.close()
            raise

    def find(self, path: str) -> Entry | None:
        """Give a file or folder."""
        asyncssh = library("asyncssh", "sftp")
        try:
            entry = self._entry(path, self._loop.run(self._client.lstat(self._real(path))))
            if not entry.is_link:
                return entry
            meant = self._entry(path, self._loop.run(self._client.stat(self._real(path))))
            return Entry(**{**_fields(meant), "is_link": True})
        except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
            return None

    def entries(self, folder: str) -> list[Entry]:
        """Give what is in a folder."""
        names = self._loop.run(self._client.readdir(self._real(folder)))
        found: list[Entry] = []
        for one in names:
            name = str(one.filename)
            if name in {".", ".."}:
                continue
            path = posixpath.join(folder, name)
            entry = self._entry(path, one.attrs)
            if entry.is_link:
                meant = self.find(path)
                if meant is None:
                    continue
                entry = meant
            found.append(entry)
        return found

    def read(self, path: str) -> Generator[bytes]:
        """Give a file in pieces."""
        file = self._loop.run(self._client.open(self._real(path), "rb"))
        try:
            while chunk := self._loop.run(file.read(_CHUNK_BYTES)):
                yield cast("bytes", chunk)  # bytes, since the file was opened for them
        finally:
            self._loop.run(file.close())

    def write(self, path: str, chunks: Iterable[bytes]) -> None:
        """Write a file."""
        file = self._loop.run(self._client.open(self._real(path), "wb"))
        try:
            for chunk in chunks:
                self._loop.run(file.write(chunk))
        finally:
            self._loop.run(file.close())

    def rename(self, path: str, target: str) -> None:
        """Move a file or folder."""
        self._loop.run(self._client.rename(self._real(path), self._real(target)))

    def remove(self, entry: Entry) -> None:
        """Remove a file, or an empty folder."""
        remove: Callable[[str], Awaitable[None]] = self._client.rmdir if _is_real_folder(entry) else self._client.remove
        self._loop.run(remove(self._real(entry.path)))

    def make_folder(self, path: str) -> None:
        """Make a folder."""
        self._loop.run(self._client.mkdir(self._real(path)))

    def close(self) -> None:
        """End the connection."""
        if self._connection is not None:
            self._connection.abort()
            self._loop.run(self._connection.wait_closed())
        self._loop.close()

    def _real(self, path: str) -> str:
        return posixpath.join(self._root, clean(path).lstrip("/"))

    def _entry(self, path: str, attributes: SFTPAttrs) -> Entry:
        mode = attributes.permissions or 0
        return Entry(
            path=path,
            is_folder=stat.S_ISDIR(mode),
            is_file=stat.S_ISREG(mode) or not mode,
            is_link=stat.S_ISLNK(mode),
            size=attributes.size,
            modified_at=attributes.mtime,
            accessed_at=attributes.atime,
            user_id=attributes.uid,
            group_id=attributes.gid,
            permissions=attributes.permissions,
        )


def _is_real_folder(entry: Entry) -> bool:
    return entry.is_folder and not entry.is_link


def _fields(entry: Entry) -> dict[str, Json]:
    return {name: getattr(entry, name) for name in Entry.__struct_fields__}


def _key(login: SshLogin) -> Json:
    asyncssh = library("asyncssh", "sftp")
    text = str(login.key).strip().replace("\\n", "\n") + "\n"
    try:
        return asyncssh.import_private_key(text, login.passphrase)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise TaskError(f"The private key cannot be read: {error}") from None
