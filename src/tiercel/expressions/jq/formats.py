"""The ``@`` formats: text for other languages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from urllib.parse import quote

from tiercel.errors import ExpressionError
from tiercel.expressions.jq.values import JqError, array, describe, plain_text, text_of
from tiercel.expressions.values import Value

_HTML = str.maketrans({"<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&apos;", '"': "&quot;"})
_TSV = str.maketrans({"\t": "\\t", "\n": "\\n", "\r": "\\r", "\\": "\\\\"})


def format_text(name: str, value: Value) -> str:
    """Write a value in a format.

    Raises:
        JqError: The format does not take such a value.
    """
    writer = _FORMATS.get(name)
    if writer is None:
        raise ExpressionError("evaluation", f"jq: there is no format @{name}; @{', @'.join(_FORMATS)} are")
    return writer(value)


def _csv(value: Value) -> str:
    return ",".join(
        _cell("csv", item, lambda text: '"' + text.replace('"', '""') + '"') for item in array("@csv", value)
    )


def _tsv(value: Value) -> str:
    return "\t".join(_cell("tsv", item, lambda text: text.translate(_TSV)) for item in array("@tsv", value))


def _cell(name: str, value: Value, write: Callable[[str], str]) -> str:
    if isinstance(value, (list, dict)):
        raise JqError(f"{describe(value)} is no cell of @{name}")
    return write(value) if isinstance(value, str) else "" if value is None else text_of(value)


def _shell(value: Value) -> str:
    return " ".join(map(_shell_word, value if isinstance(value, list) else [value]))


def _shell_word(value: Value) -> str:
    if isinstance(value, (list, dict)):
        raise JqError(f"{describe(value)} cannot be escaped for a shell")
    return "'" + value.replace("'", "'\\''") + "'" if isinstance(value, str) else text_of(value)


def _decode(value: Value) -> str:
    text = plain_text(value).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        raise JqError(f"{describe(value)} is not base64") from None


_FORMATS: dict[str, Callable[[Value], str]] = {
    "text": plain_text,
    "json": text_of,
    "csv": _csv,
    "tsv": _tsv,
    "html": lambda value: plain_text(value).translate(_HTML),
    "uri": lambda value: quote(plain_text(value), safe="-_.~"),
    "sh": _shell,
    "base64": lambda value: base64.b64encode(plain_text(value).encode()).decode("ascii"),
    "base64d": _decode,
}
