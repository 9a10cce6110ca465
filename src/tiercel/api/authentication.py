"""Who sent a request: a name and password, an API token, or the cookie of a session.

A page of another site can make a browser send its cookies, but can neither read them nor set headers. So a change that
only a cookie vouches for must repeat, as a header, what is written in another cookie; see ``identify``. Older clients
keep name and password in a cookie of their own: a change then needs the ``Origin`` that browsers add to it, which the
guard has held against this server's, or that same header.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from urllib.parse import unquote

from tiercel.api.gate import Call, Refusal
from tiercel.operations.actor import Actor
from tiercel.operations.environment import Environment
from tiercel.operations.identification import (
    csrf_token_of,
    identify_by_password,
    identify_by_session,
    identify_by_token,
)

SESSION_COOKIE = "tiercel_session"
CSRF_COOKIE = "csrfToken"
PASSWORD_COOKIE = "BASIC_AUTH"  # noqa: S105 (the name of a cookie)
CSRF_HEADER = "x-csrf-token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Credentials:
    """Takes a request for the user its credentials belong to; fulfils ``tiercel.api.gate.Authenticator``."""

    is_open = False

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    async def identify(self, call: Call) -> Actor | None:
        """Give the user; an ``Authorization`` header counts alone, whatever cookies come with it.

        Raises:
            Refusal: Only a cookie vouches for a change, without the header ``X-CSRF-TOKEN``.
            TooManyAttemptsError: Passwords were wrong too often.
        """
        authorization = call.headers.get("authorization")
        if authorization is not None:
            return await self._by_header(authorization, call.address)
        token = session_token(call.headers)
        actor = await identify_by_session(self._environment, token) if token is not None else None
        if actor is not None and token is not None and call.method not in _SAFE:
            _check_csrf(csrf_token_of(token), call.headers)
        return actor or await self._by_password_cookie(call)

    async def _by_password_cookie(self, call: Call) -> Actor | None:
        cookies = _cookies(call.headers)
        pair = _read_basic(unquote(cookies.get(PASSWORD_COOKIE, "")).strip('"'))
        if pair is None:
            return None
        if call.method not in _SAFE and "origin" not in call.headers:
            _check_csrf(cookies.get(CSRF_COOKIE, ""), call.headers)
        return await identify_by_password(self._environment, *pair, call.address)

    async def _by_header(self, authorization: str, address: str) -> Actor | None:
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return await identify_by_token(self._environment, value.strip())
        if scheme.lower() != "basic":
            return None
        pair = _read_basic(value.strip())
        return await identify_by_password(self._environment, *pair, address) if pair is not None else None


def session_token(headers: dict[str, str]) -> str | None:
    """Give what the cookie of the session holds."""
    return _cookies(headers).get(SESSION_COOKIE)


def _check_csrf(expected: str, headers: dict[str, str]) -> None:
    given = headers.get(CSRF_HEADER, "").encode(errors="replace")
    if not expected or not hmac.compare_digest(given, expected.encode(errors="replace")):
        message = f"Send the header X-CSRF-TOKEN with the value of the cookie {CSRF_COOKIE}."
        raise Refusal(403, "forbidden", message)


def _cookies(headers: dict[str, str]) -> dict[str, str]:
    pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return {name: value for name, _, value in pairs}


def _read_basic(value: str) -> tuple[str, str] | None:
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (name, password) if colon else None
