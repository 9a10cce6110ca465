"""What a webhook demands of its callers and answers them, checked as a whole: which parts need one another."""

from __future__ import annotations

import re

from tiercel.model.json import Json
from tiercel.source.paths import Path
from tiercel.source.report import Report

FORBIDDEN_HEADERS = frozenset(
    {
        "alt-svc",
        "clear-site-data",
        "connection",
        "content-length",
        "content-security-policy",
        "content-type",
        "date",
        "nel",
        "report-to",
        "reporting-endpoints",
        "service-worker-allowed",
        "set-cookie",
        "strict-transport-security",
        "transfer-encoding",
        "upgrade",
        "x-content-type-options",
        "x-frame-options",
    }
)
"""What an answer may not set: it comes from the address that the interface is served at. In lower case."""

MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,100}/[A-Za-z0-9!#$&^_.+-]{1,100}")
_NEEDED = {"HMAC": ("header",), "BASIC": ("username",)}


def note_webhook(own: dict[str, Json], path: Path, report: Report) -> None:
    """Report what is missing or may not be in the verification and the response of a webhook."""
    verification, response = own.get("verification"), own.get("response")
    if isinstance(verification, dict):
        _note_verification(verification, (*path, "verification"), report)
    kind = response.get("contentType") if isinstance(response, dict) else None
    if isinstance(kind, str) and not MEDIA_TYPE.fullmatch(kind.partition(";")[0].strip()):
        place = (*path, "response", "contentType")
        report.error(place, f"'{kind}' is no media type", "bad-media-type", "such as text/html")
    headers = response.get("headers") if isinstance(response, dict) else None
    for name in headers if isinstance(headers, dict) else ():
        if name.lower() in FORBIDDEN_HEADERS:
            message = f"an answer may not set the header {name}"
            hint = "response.contentType says what the body is" if name.lower() == "content-type" else ""
            report.error((*path, "response", "headers", name), message, "forbidden-header", hint)


def _note_verification(given: dict[str, Json], path: Path, report: Report) -> None:
    method, signed, secret = given.get("method"), given.get("signed"), given.get("secret")
    for name in _NEEDED.get(str(method), ()):
        if not given.get(name):
            report.error(path, f"{method} needs {name}", "incomplete-verification")
    if isinstance(signed, str):
        if "{body}" not in signed:
            report.error((*path, "signed"), "must hold {body}, or anybody could change it", "incomplete-verification")
        if "{timestamp}" in signed and not given.get("timestampHeader"):
            report.error(path, "a signed {timestamp} needs timestampHeader", "incomplete-verification")
    if isinstance(secret, str) and secret and "{" not in secret:
        message = "the secret can be read by all who may see the flow"
        report.warn((*path, "secret"), message, "plain-secret", "Keep it as a secret: {{ secret('NAME') }}")
