"""Structured values in columns: JSON text for what people and queries read, MessagePack for events and commands."""

from __future__ import annotations

import msgspec

from tiercel.model.json import Json

_json = msgspec.json.Encoder()
_json_any = msgspec.json.Decoder()


def to_json(value: object) -> str:
    """The value as JSON text."""
    return _json.encode(value).decode()


def to_json_or_none(value: object) -> str | None:
    """The value as JSON text; None, which takes no space, when it is empty."""
    return _json.encode(value).decode() if value else None


def to_text(text: str) -> str:
    """The text with a question mark for each half of a surrogate pair, which no database can store.

    For what only people read, such as log lines: bytes of a process that are no UTF-8 are decoded to such halves.
    """
    return text if text.isascii() else text.encode(errors="replace").decode()


def from_json(text: str | bytes) -> Json:
    """The value of a JSON text."""
    return _json_any.decode(text)
