"""How tasks log in to an SFTP server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import ClassVar

from tiercel.plugins import RunContext, TaskError
from tiercel.tasks.extras import library
from tiercel.tasks.fs.remote.place import Place
from tiercel.tasks.fs.remote.properties import Remote
from tiercel.tasks.fs.remote.proxy import Proxy
from tiercel.tasks.fs.remote.sftp import SftpPlace, SshLogin, explained

DEPRECATED = ("proxyHost", "proxyUser")
_SCHEMES = ("kestra://", "nsfile://", "file://")
_KINDS = {"HTTP": "HTTP", "SOCKS": "SOCKS5", "SOCKS5": "SOCKS5"}


class SftpLogin(Remote):
    """How to connect.

    Attributes:
        port: Its port.
        keyfile: The private key, as text or as the URI of a stored file.
        passphrase: Of the key.
        key_exchange_algorithm: Algorithms for exchanging keys, with commas between them.
        enable_ssh_rsa1: Take signatures with SHA-1, which are no longer safe.
        proxy_address: A proxy to go through.
        proxy_port: Its port.
        proxy_type: Its kind: HTTP or SOCKS5.
        proxy_username: To log in there.
        proxy_password: To log in there.
        proxy_host: Write ``proxyAddress`` instead.
        proxy_user: Write ``proxyUsername`` instead.
    """

    scheme: ClassVar[str] = "sftp"

    port: int = 22
    keyfile: str | None = None
    passphrase: str | None = None
    key_exchange_algorithm: str | None = None
    enable_ssh_rsa1: bool = False
    proxy_address: str | None = None
    proxy_port: int | None = None
    proxy_type: str | None = None
    proxy_username: str | None = None
    proxy_password: str | None = None
    proxy_host: str | None = None
    proxy_user: str | None = None

    @contextmanager
    def opened(self, ctx: RunContext) -> Iterator[Place]:
        """Connect."""
        login = self._login(ctx)
        asyncssh = library("asyncssh", "sftp")
        try:
            with closing(SftpPlace(ctx, login, is_rooted=self.root_dir)) as place:
                yield place
        except (asyncssh.Error, OSError) as error:
            raise explained(error, login) from error

    def _login(self, ctx: RunContext) -> SshLogin:
        key = self.keyfile
        if key is not None and key.startswith(_SCHEMES):
            key = ctx.files.read(key).decode()
        return SshLogin(
            host=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            key=key,
            passphrase=self.passphrase,
            key_exchange=self.key_exchange_algorithm,
            takes_rsa1=self.enable_ssh_rsa1,
            proxy=self._proxy(),
        )

    def _proxy(self) -> Proxy | None:
        host = self.proxy_address or self.proxy_host
        if host is None:
            return None
        kind = _KINDS.get((self.proxy_type or "").upper())
        if kind is None or self.proxy_port is None:
            raise TaskError("A proxy needs `proxyPort`, and `proxyType` HTTP or SOCKS5")
        return Proxy(
            kind=kind,
            host=host,
            port=self.proxy_port,
            username=self.proxy_username or self.proxy_user,
            password=self.proxy_password,
        )
