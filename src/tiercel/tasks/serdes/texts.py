"""Text files as streams, and JSON as it is written here."""

from __future__ import annotations

import base64
import codecs
import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from tiercel.plugins import TaskError, date_text

_LINE_END = re.compile(r"(?<=\n)|(?<=\r)(?!\n)")
_MOST_CHARACTERS = 16 * 1024 * 1024
_ISO_MILLI = "yyyy-MM-dd'T'HH:mm:ss.SSSXXX"


def decoded(chunks: Iterable[bytes], charset: str) -> Iterator[str]:
    """Decode a stream; a byte-order mark at its start is left out.

    Raises:
        TaskError: There is no such charset, or the content is not in it.
    """
    try:
        decoder = codecs.getincrementaldecoder(charset)()
    except LookupError:
        raise TaskError(f"'{charset}' is not a charset such as UTF-8") from None
    is_first = True
    try:
        for chunk in chunks:
            text = decoder.decode(chunk)
            if text:
                yield text.removeprefix("\ufeff") if is_first else text
                is_first = False
        yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise TaskError(f"The file is not in charset {charset}: {error}") from None


def whole_text(chunks: Iterable[bytes], charset: str) -> str:
    """Read a document that is of use only as a whole.

    Raises:
        TaskError: It is too long, or not in the charset.
    """
    parts: list[str] = []
    size = 0
    for part in decoded(chunks, charset):
        size += len(part)
        if size > _MOST_CHARACTERS:
            raise TaskError(f"The file is longer than {_MOST_CHARACTERS:,} characters")
        parts.append(part)
    return "".join(parts)


def encoder(charset: str) -> Callable[[str], bytes]:
    """Give what encodes text.

    Raises:
        TaskError: There is no such charset.
    """
    try:
        encode = codecs.getincrementalencoder(charset)().encode
    except LookupError:
        raise TaskError(f"'{charset}' is not a charset such as UTF-8") from None

    def encoded(text: str) -> bytes:
        try:
            return encode(text)
        except UnicodeEncodeError as error:
            raise TaskError(f"A text cannot be written in charset {charset}: {error}") from None

    return encoded


def text_lines(pieces: Iterable[str]) -> Iterator[str]:
    """Give the lines of pieces of text, each with what ends it: a line feed, a carriage return or both."""
    rest = ""
    for piece in pieces:
        text = rest + piece
        if "\r" in text:
            lines = _LINE_END.split(text)
            if text.endswith("\r"):  # a line feed may follow
                lines[-2:] = [lines[-2]]
        else:
            parts = text.split("\n")
            lines = [f"{line}\n" for line in parts[:-1]] + [parts[-1]]
        rest = lines.pop()
        yield from lines
    if rest:
        yield rest


def json_line(value: Any) -> str:  # noqa: ANN401 (values of any type)
    """Write a value as JSON on one line, dates as ISO text, bytes as base64."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=json_value)


def json_value(value: Any) -> Any:  # noqa: ANN401 (as above)
    """Give what JSON has no form for as what it has."""
    match value:
        case datetime():
            return zoned_text(value)
        case date() | time():
            return value.isoformat()
        case Decimal():
            return int(value) if value == value.to_integral_value() and value.as_tuple().exponent == 0 else float(value)
        case bytes():
            return base64.b64encode(value).decode("ascii")
        case _:
            return str(value)


def zoned_text(value: datetime, zone: str = "UTC") -> str:
    """Write a point in time as ISO text to the millisecond."""
    return date_text(value.astimezone(UTC), _ISO_MILLI, zone)
