"""What the caller of a webhook is answered, where the trigger says so: status, headers and body of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from tiercel.expressions.context import Context
from tiercel.expressions.template import render_structure
from tiercel.model.json import Json
from tiercel.source.webhooks import FORBIDDEN_HEADERS, MEDIA_TYPE

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_LONGEST_VALUE = 4_096


class Answer(Struct, frozen=True, kw_only=True):
    """An answer.

    Attributes:
        body: Maps and lists are sent as JSON, everything else as text.
    """

    status: int | None = None
    headers: Mapping[str, str]
    body: Json = None
    content_type: str = ""


def is_header(name: str) -> bool:
    """Tell whether an answer may set a header of that name."""
    return _NAME.fullmatch(name) is not None and name.lower() not in FORBIDDEN_HEADERS


def render_answer(wanted: Mapping[str, Json], context: Context) -> Answer:
    """Render the property ``response`` of a trigger.

    Raises:
        ExpressionError: It cannot be rendered.
    """
    status = render_structure(wanted.get("status"), context, typed=True)
    headers = render_structure(wanted.get("headers"), context, typed=False)
    return Answer(
        status=read_status(status),
        headers={name: _value(value) for name, value in headers.items() if is_header(name)}
        if isinstance(headers, dict)
        else {},
        body=render_structure(wanted.get("body"), context, typed=True),
        content_type=_media_type(str(wanted.get("contentType") or "")),
    )


def read_status(given: Json) -> int | None:
    """Read a status; None when it is none."""
    text = str(given)
    return int(text) if text.isdecimal() and 200 <= int(text) <= 599 else None  # noqa: PLR2004 (the range of statuses)


def _media_type(text: str) -> str:
    """Give a media type without its parameters, since texts are sent as UTF-8; nothing for what is none."""
    kind = text.partition(";")[0].strip()
    return kind if MEDIA_TYPE.fullmatch(kind) else ""


def _value(value: Json) -> str:
    """Give a value on one line."""
    return " ".join(str(value).split())[:_LONGEST_VALUE]
