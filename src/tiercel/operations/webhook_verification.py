"""Whether a call of a webhook comes from whom it says: signatures, tokens, names with passwords.

Secrets and signatures are compared in a time that does not depend on where they differ. Whatever cannot be told counts
as false.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from msgspec import Struct

from tiercel.errors import ForbiddenError
from tiercel.expressions.iso import parse_duration
from tiercel.model.json import Json

Render = Callable[[str], str]
_MICROS = 1_000_000
_TOLERANCE = timedelta(minutes=5)
_ALGORITHMS = {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA384": hashlib.sha384, "SHA512": hashlib.sha512}


class UnverifiedError(ForbiddenError):
    """A call does not prove where it comes from; the caller is not told what is wrong with it.

    Attributes:
        reason: What is wrong, for the owner of the webhook.
        asks_for_password: A name with a password would do.
    """

    def __init__(self, reason: str, *, asks_for_password: bool = False) -> None:
        self.reason = reason
        self.asks_for_password = asks_for_password
        super().__init__("The call could not be verified; nothing was started")


class Signing(Struct, frozen=True, kw_only=True):
    """How senders of one kind sign.

    Attributes:
        header: Where the signature is.
        prefix: What stands before it.
        algorithm: Of the HMAC.
        is_base64: It is written in Base64, else in hexadecimal.
        timestamp_header: Where the time of the call is; empty when there is none.
        signed: What is signed; ``{timestamp}`` and ``{body}`` stand for those of the call.
        is_list: The header holds ``t=...,v1=...``: the time, and any number of signatures.
    """

    header: str
    prefix: str = ""
    algorithm: str = "SHA256"
    is_base64: bool = False
    timestamp_header: str = ""
    signed: str = "{body}"
    is_list: bool = False


STYLES: Mapping[str, Signing] = {
    "GITHUB": Signing(header="X-Hub-Signature-256", prefix="sha256="),
    "SLACK": Signing(
        header="X-Slack-Signature",
        prefix="v0=",
        timestamp_header="X-Slack-Request-Timestamp",
        signed="v0:{timestamp}:{body}",
    ),
    "STRIPE": Signing(header="Stripe-Signature", signed="{timestamp}.{body}", is_list=True),
}


def is_signed(wanted: Mapping[str, Json]) -> bool:
    """Tell whether the body is part of what proves a call."""
    return wanted.get("method") not in {"TOKEN", "BASIC"}


def verify(wanted: Mapping[str, Json], body: bytes, headers: Mapping[str, list[str]], now: int, render: Render) -> None:
    """Test a call.

    Args:
        wanted: The property ``verification`` of the trigger.
        body: As it was sent, byte by byte; empty where it is not signed.
        headers: With names in lower case.
        now: Microseconds since 1970.
        render: Renders a text of the property; only those that may hold expressions are given to it.

    Raises:
        UnverifiedError: The call does not prove what it must.
        ExpressionError: A secret cannot be rendered.
    """
    secret = render(str(wanted.get("secret") or "")).encode()
    if not secret:
        raise UnverifiedError("the secret of its verification is empty")
    match wanted.get("method"):
        case "TOKEN":
            _verify_token(wanted, headers, secret)
        case "BASIC":
            _verify_password(headers, render(str(wanted.get("username") or "")).encode(), secret)
        case method:
            signing = STYLES.get(str(method)) or _own_signing(wanted)
            _verify_signature(signing, body, headers, secret, _tolerance(wanted), now)


def _own_signing(wanted: Mapping[str, Json]) -> Signing:
    timestamp_header = str(wanted.get("timestampHeader") or "")
    return Signing(
        header=str(wanted.get("header") or ""),
        prefix=str(wanted.get("prefix") or ""),
        algorithm=str(wanted.get("algorithm") or "SHA256"),
        is_base64=wanted.get("encoding") == "BASE64",
        timestamp_header=timestamp_header,
        signed=str(wanted.get("signed") or ("{timestamp}.{body}" if timestamp_header else "{body}")),
    )


def _tolerance(wanted: Mapping[str, Json]) -> timedelta:
    given = wanted.get("tolerance")
    try:
        return _TOLERANCE if given is None else parse_duration(str(given)).to_timedelta()
    except ValueError:
        return _TOLERANCE


def _verify_token(wanted: Mapping[str, Json], headers: Mapping[str, list[str]], secret: bytes) -> None:
    header = str(wanted.get("header") or "Authorization")
    prefix = str(wanted.get("prefix") or ("Bearer " if header.lower() == "authorization" else ""))
    given = _only(headers, header)
    if not given.startswith(prefix) or not hmac.compare_digest(given.removeprefix(prefix).encode(), secret):
        raise UnverifiedError(f"the token in {header} is wrong")


def _verify_password(headers: Mapping[str, list[str]], name: bytes, secret: bytes) -> None:
    scheme, _, encoded = _only(headers, "Authorization", asks_for_password=True).partition(" ")
    try:
        given = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        given = b""
    if scheme.lower() != "basic" or not hmac.compare_digest(given, name + b":" + secret):
        raise UnverifiedError("the name or the password is wrong", asks_for_password=True)


def _verify_signature(
    signing: Signing, body: bytes, headers: Mapping[str, list[str]], secret: bytes, tolerance: timedelta, now: int
) -> None:
    given = _only(headers, signing.header)
    if signing.is_list:
        parts = [part.strip().partition("=") for part in given.split(",")]
        timestamp = next((value for name, _, value in parts if name == "t"), "")
        signatures = [value for name, _, value in parts if name == "v1"]
    else:
        timestamp = _only(headers, signing.timestamp_header) if signing.timestamp_header else ""
        signatures = [given.removeprefix(signing.prefix)] if given.startswith(signing.prefix) else []
    if "{timestamp}" in signing.signed:
        _check_age(timestamp, tolerance, now)
    made = hmac.new(secret, b"".join(_signed(signing.signed, timestamp, body)), _ALGORITHMS[signing.algorithm]).digest()
    read = [_read(one, is_base64=signing.is_base64) for one in signatures]
    if not any([hmac.compare_digest(one, made) for one in read]):  # noqa: C419 (an early end would tell which fits)
        raise UnverifiedError(f"the signature in {signing.header} is wrong")


def _check_age(timestamp: str, tolerance: timedelta, now: int) -> None:
    if not timestamp.isdecimal() or len(timestamp) > 15:  # noqa: PLR2004 (no time has so many digits)
        raise UnverifiedError("its time is missing, or is no number of seconds")
    if abs(int(timestamp) * _MICROS - now) > tolerance / timedelta(microseconds=1):
        raise UnverifiedError("its time is too far from now")


def _signed(template: str, timestamp: str, body: bytes) -> Iterator[bytes]:
    before, _, after = template.partition("{body}")
    yield before.replace("{timestamp}", timestamp).encode()
    yield body
    yield after.replace("{timestamp}", timestamp).encode()


def _read(signature: str, *, is_base64: bool) -> bytes:
    try:
        return base64.b64decode(signature, validate=True) if is_base64 else bytes.fromhex(signature)
    except (binascii.Error, ValueError):
        return b""


def _only(headers: Mapping[str, list[str]], name: str, *, asks_for_password: bool = False) -> str:
    """Give the value of a header that must be there once."""
    found = headers.get(name.lower(), ())
    if len(found) != 1:
        raise UnverifiedError(f"the header {name} is missing, or is there twice", asks_for_password=asks_for_password)
    return found[0].strip()
