"""How a request is sent: the ``options`` of all HTTP tasks, with their 1.x spellings."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Literal

from tiercel.plugins import Properties, TaskError

READ_IDLE_TIMEOUT = timedelta(minutes=5)


class TimeoutOptions(Properties):
    """How long to wait.

    Attributes:
        connect_timeout: For a connection.
        read_idle_timeout: For the next piece of the answer.
    """

    connect_timeout: timedelta | None = None
    read_idle_timeout: timedelta = READ_IDLE_TIMEOUT


class ProxyType(StrEnum):
    """Kinds of proxies."""

    DIRECT = "DIRECT"
    HTTP = "HTTP"
    SOCKS = "SOCKS"


class ProxyOptions(Properties):
    """A proxy to go through.

    Attributes:
        type: Its kind; DIRECT for none.
        address: Its host.
        port: Its port.
        username: To log in there.
        password: To log in there.
    """

    type: ProxyType = ProxyType.DIRECT
    address: str | None = None
    port: int | None = None
    username: str | None = None
    password: str | None = None


class AuthOptions(Properties):
    """How to log in.

    Attributes:
        type: The method.
        username: For BASIC and DIGEST.
        password: For BASIC and DIGEST.
        token: For BEARER.
    """

    type: Literal["BASIC", "BEARER", "DIGEST"]
    username: str | None = None
    password: str | None = None
    token: str | None = None


class SslOptions(Properties):
    """Encryption.

    Attributes:
        insecure_trust_all_certificates: Do not check who answers.
    """

    insecure_trust_all_certificates: bool = False


class Logged(StrEnum):
    """Parts of an exchange that can be logged."""

    REQUEST_HEADERS = "REQUEST_HEADERS"
    REQUEST_BODY = "REQUEST_BODY"
    RESPONSE_HEADERS = "RESPONSE_HEADERS"
    RESPONSE_BODY = "RESPONSE_BODY"


class HttpOptions(Properties):
    """How a request is sent.

    Attributes:
        timeout: How long to wait.
        proxy: A proxy to go through.
        auth: How to log in.
        ssl: Encryption.
        follow_redirects: Whether to go where an answer points.
        allow_failed: Whether a status of 400 and above is no failure.
        allowed_response_codes: Statuses of 400 and above that are no failure.
        default_charset: Of answers that name none.
        logs: What to write to the log, at DEBUG.
        enabled_tcp_extended_keep_alive: Keep idle connections alive.
        connect_timeout: Old place of ``timeout.connectTimeout``.
        read_timeout: Old place of ``timeout.readIdleTimeout``.
        read_idle_timeout: Old place of ``timeout.readIdleTimeout``.
        connection_pool_idle_timeout: Has no effect: connections are not kept.
        max_content_length: Largest answer, in bytes.
        proxy_type: Old place of ``proxy.type``.
        proxy_address: Old place of ``proxy.address``.
        proxy_port: Old place of ``proxy.port``.
        proxy_username: Old place of ``proxy.username``.
        proxy_password: Old place of ``proxy.password``.
        basic_auth_user: Old place of ``auth.username``.
        basic_auth_password: Old place of ``auth.password``.
        log_level: Has no effect; see ``logs``.
    """

    timeout: TimeoutOptions | None = None
    proxy: ProxyOptions | None = None
    auth: AuthOptions | None = None
    ssl: SslOptions | None = None
    follow_redirects: bool = True
    allow_failed: bool = False
    allowed_response_codes: list[int] | None = None
    default_charset: str = "UTF-8"
    logs: list[Logged] | None = None
    enabled_tcp_extended_keep_alive: bool = True
    connect_timeout: timedelta | None = None
    read_timeout: timedelta | None = None
    read_idle_timeout: timedelta | None = None
    connection_pool_idle_timeout: timedelta | None = None
    max_content_length: int | None = None
    proxy_type: ProxyType | None = None
    proxy_address: str | None = None
    proxy_port: int | None = None
    proxy_username: str | None = None
    proxy_password: str | None = None
    basic_auth_user: str | None = None
    basic_auth_password: str | None = None
    log_level: str | None = None

    def connect_seconds(self) -> float | None:
        """How long to wait for a connection."""
        limit = (self.timeout and self.timeout.connect_timeout) or self.connect_timeout
        return limit.total_seconds() if limit else None

    def read_seconds(self) -> float:
        """How long to wait for the next piece."""
        new = self.timeout.read_idle_timeout if self.timeout else None
        return (new or self.read_idle_timeout or self.read_timeout or READ_IDLE_TIMEOUT).total_seconds()

    def used_proxy(self) -> ProxyOptions | None:
        """The proxy to go through, wherever it is written.

        Raises:
            TaskError: It has no address.
        """
        proxy = self.proxy or ProxyOptions(
            type=self.proxy_type or ProxyType.DIRECT,
            address=self.proxy_address,
            port=self.proxy_port,
            username=self.proxy_username,
            password=self.proxy_password,
        )
        if proxy.type is ProxyType.DIRECT:
            return None
        if not proxy.address or not proxy.port:
            raise TaskError("A proxy needs `address` and `port`")
        return proxy

    def used_auth(self) -> AuthOptions | None:
        """How to log in, wherever it is written."""
        if self.auth is None and self.basic_auth_user is not None:
            return AuthOptions(type="BASIC", username=self.basic_auth_user, password=self.basic_auth_password)
        return self.auth
