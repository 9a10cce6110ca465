"""Who sent a request: a name and password, an API token, or the cookie of a session.

A page of another site can make a browser send its cookies, but can neither read them nor set headers. So a change that
only a cookie vouches for must repeat, as a header, what is written in another cookie; see ``identify``.
"""

from __future__ import annotations

import base64
import binascii
import hmac

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
            Refusal: A session asks for a change without the header ``X-CSRF-TOKEN``.
            TooManyAttemptsError: Passwords were wrong too often.
        """
        authorization = call.headers.get("authorization")
        if authorization is not None:
            return await self._by_header(authorization, call.address)
        token = session_token(call.headers)
        actor = await identify_by_session(self._environment, token) if token is not None else None
        if actor is not None and token is not None and call.method not in _SAFE:
            _check_csrf(token, call.headers)
        return actor

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


def _check_csrf(token: str, headers: dict[str, str]) -> None:
    given = headers.get(CSRF_HEADER, "").encode(errors="replace")
    if not hmac.compare_digest(given, csrf_token_of(token).encode()):
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
