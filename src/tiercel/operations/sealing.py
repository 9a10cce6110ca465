"""Seals stored secrets with AES-GCM, each bound to its namespace and key, so that no two can change places."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from tiercel.errors import InvalidError

_NONCE_BYTES = 12


def seal(key: bytes, value: str, place: tuple[str, str]) -> bytes:
    """Give the stored form: a nonce, then the sealed text."""
    nonce = os.urandom(_NONCE_BYTES)
    sealed: bytes = _cipher(key).encrypt(nonce, value.encode(), _bound(place))
    return nonce + sealed


def unseal(key: bytes, stored: bytes, place: tuple[str, str]) -> str:
    """Give the text.

    Raises:
        InvalidError: It was sealed with another key, for another place, or changed since.
    """
    invalid_tag: type[Exception] = import_module("cryptography.exceptions").InvalidTag
    try:
        plain: bytes = _cipher(key).decrypt(stored[:_NONCE_BYTES], stored[_NONCE_BYTES:], _bound(place))
    except (invalid_tag, ValueError):
        raise InvalidError(
            f"The secret {place[1]} of namespace {place[0]} does not open with the key of this installation: set "
            "secrets.key or secrets.key_file to the key it was stored with, or put its file back in the home folder"
        ) from None
    return plain.decode()


def _bound(place: tuple[str, str]) -> bytes:
    return "\0".join(place).encode()


def _cipher(key: bytes) -> Any:  # noqa: ANN401 (of a library that is loaded when first used)
    ciphers = import_module("cryptography.hazmat.primitives.ciphers.aead")  # at first use: it loads OpenSSL
    return ciphers.AESGCM(key)
