"""Values that must not be stored readably: encrypted where they are made, read where expressions use them."""

from __future__ import annotations

import os

from tiercel.errors import InvalidError
from tiercel.expressions.functions.crypto import decrypt_text, encrypt_text
from tiercel.model.json import Json

MARKER = "io.kestra.datatype:aes_encrypted"
MAKE_KEY = """python3 -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'"""
"""A command that prints a new key."""

_NONCE_BYTES = 12


def encrypt(key: bytes | None, text: str) -> Json:
    """Give the stored form of a secret text.

    Raises:
        InvalidError: The installation has no key.
    """
    if key is None:
        raise InvalidError(
            "A secret value needs an encryption key: set encryption.secret_key (TIERCEL_ENCRYPTION_SECRET_KEY) "
            f"to 32 random bytes in base64. This makes such a key: {MAKE_KEY}"
        )
    return {"type": MARKER, "value": encrypt_text(key, text, os.urandom(_NONCE_BYTES))}


def reveal(key: bytes | None, value: Json) -> Json:
    """Give the plain form of a value; one that is not encrypted stays as it is.

    Raises:
        ExpressionError: It was encrypted with another key.
    """
    if key is None or not is_encrypted(value):
        return value
    return decrypt_text(key, value["value"])


def is_encrypted(value: Json) -> bool:
    """Tell whether a value is the stored form of a secret."""
    return isinstance(value, dict) and value.get("type") == MARKER and isinstance(value.get("value"), str)
