"""Base 64 as strict as flows expect it: the standard alphabet only, padding optional but right."""

from __future__ import annotations

import base64

import regex

from tiercel.errors import ExpressionError

_ALPHABET = regex.compile(r"[A-Za-z0-9+/]*")
_PADDING = {0: 0, 2: 2, 3: 1}


def decode_base64(text: str) -> bytes:
    """Decode text.

    Raises:
        ExpressionError: It is not base 64.
    """
    digits = text.rstrip("=")
    padding = len(text) - len(digits)
    wrong = next((character for character in digits if not _ALPHABET.fullmatch(character)), None)
    if wrong is not None:
        raise ExpressionError("evaluation", f"{wrong!r} is no character of base 64")
    rest = len(digits) % 4
    if rest not in _PADDING or padding not in {0, _PADDING[rest]}:
        raise ExpressionError("evaluation", "the base 64 text is cut off or wrongly padded")
    return base64.b64decode(digits + "=" * _PADDING[rest])


def encode_base64(content: bytes) -> str:
    """Encode bytes, padded."""
    return base64.b64encode(content).decode("ascii")
