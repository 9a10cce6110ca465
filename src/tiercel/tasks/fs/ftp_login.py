"""How tasks log in to an FTP server, in plain text or over TLS."""

from __future__ import annotations

import ftplib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field

from tiercel.plugins import Properties, RunContext, TaskError
from tiercel.tasks.fs.remote.ftp import FtpLogin, FtpPlace
from tiercel.tasks.fs.remote.place import Place
from tiercel.tasks.fs.remote.properties import Remote

_SECONDS = timedelta(seconds=30)


class FtpOptions(Properties):
    """How long to wait; the longest of the first three counts for everything.

    Attributes:
        connection_timeout: For a connection.
        data_timeout: For data.
        socket_timeout: For an answer.
        control_keep_alive_timeout: Has no effect.
        control_keep_alive_reply_timeout: Has no effect.
    """

    connection_timeout: timedelta = _SECONDS
    data_timeout: timedelta = _SECONDS
    socket_timeout: timedelta = _SECONDS
    control_keep_alive_timeout: timedelta = _SECONDS
    control_keep_alive_reply_timeout: timedelta = _SECONDS

    @property
    def seconds(self) -> float:
        """How long to wait."""
        return max(self.connection_timeout, self.data_timeout, self.socket_timeout).total_seconds()


class FtpServer(Remote):
    """How to connect.

    Attributes:
        port: Its port.
        passive_mode: Whether this side opens the connections for data.
        remote_ip_verification: Whether data goes only to the machine itself.
        options: How long to wait.
        proxy_type: Only DIRECT: proxies are refused.
        proxy_host: Refused.
        proxy_port: Refused.
        enable_ssh_rsa1: Has no effect.
    """

    scheme: ClassVar[str] = "ftp"

    port: int = 21
    passive_mode: bool = True
    remote_ip_verification: bool = True
    options: FtpOptions = Field(default_factory=FtpOptions)
    proxy_type: Literal["DIRECT", "HTTP", "SOCKS"] | None = None
    proxy_host: str | None = None
    proxy_port: str | None = None
    enable_ssh_rsa1: bool = False

    @contextmanager
    def opened(self, ctx: RunContext) -> Iterator[Place]:
        """Connect."""
        if self.proxy_host is not None or self.proxy_type not in {None, "DIRECT"}:
            raise TaskError("FTP through a proxy is not there: use SFTP, or leave out `proxyType` and `proxyHost`")
        try:
            with closing(FtpPlace(ctx, self.login(), is_rooted=self.root_dir)) as place:
                yield place
        except (*ftplib.all_errors,) as error:
            raise TaskError(f"{self.host}:{self.port}: {str(error) or type(error).__name__}") from error

    def login(self) -> FtpLogin:
        """Give who connects, and how."""
        return FtpLogin(
            host=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            seconds=self.options.seconds,
            is_passive=self.passive_mode,
            checks_peer=self.remote_ip_verification,
        )


class FtpsServer(FtpServer):
    """How to connect over TLS.

    Attributes:
        mode: EXPLICIT asks for encryption once connected, IMPLICIT begins with it.
        data_channel_protection_level: P encrypts contents of files too, C does not; S and E count as P.
        insecure_trust_all_certificates: Do not check who answers.
    """

    scheme: ClassVar[str] = "ftps"

    port: int = 990
    mode: Literal["IMPLICIT", "EXPLICIT"] = "EXPLICIT"
    data_channel_protection_level: Literal["C", "S", "E", "P"] = "P"
    insecure_trust_all_certificates: bool = False

    def login(self) -> FtpLogin:
        """Give who connects, and how."""
        plain = super().login()
        return FtpLogin(
            **{name: getattr(plain, name) for name in ("host", "port", "username", "password", "seconds")},
            is_passive=plain.is_passive,
            checks_peer=plain.checks_peer,
            security=self.mode,
            protects_data=self.data_channel_protection_level != "C",
            is_unchecked=self.insecure_trust_all_certificates,
        )
