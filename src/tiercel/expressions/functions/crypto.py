"""Functions that encrypt and decrypt text: AES in Galois/Counter mode, the nonce before the text, all in base 64."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tiercel.errors import ExpressionError
from tiercel.expressions import expect
from tiercel.expressions.base64_text import decode_base64, encode_base64
from tiercel.expressions.context import Context
from tiercel.expressions.library import Arguments, Function
from tiercel.expressions.values import Value

_NONCE_LENGTH, _TAG_LENGTH = 12, 16
_KEY_LENGTHS = frozenset({16, 24, 32})


def encrypt_text(key: bytes, plaintext: str, nonce: bytes) -> str:
    """Encrypt text; the nonce (12 bytes) must never be used twice with one key.

    Raises:
        ExpressionError: The key has a length AES does not know.
    """
    if not plaintext:
        return ""
    cipher = _cipher(key)
    encrypted: bytes = cipher.encrypt(nonce, plaintext.encode(), None)
    return encode_base64(nonce + encrypted)


def decrypt_text(key: bytes, encrypted: str) -> str:
    """Decrypt what `encrypt_text` made.

    Raises:
        ExpressionError: The text was not made with this key, or changed since.
    """
    if not encrypted:
        return ""
    content = decode_base64(encrypted)
    if len(content) < _NONCE_LENGTH + _TAG_LENGTH:
        raise ExpressionError("evaluation", "decrypt: the encrypted text is cut off")
    invalid_tag: type[Exception] = import_module("cryptography.exceptions").InvalidTag
    nonce, text = content[:_NONCE_LENGTH], content[_NONCE_LENGTH:]
    try:
        plain: bytes = _cipher(key).decrypt(nonce, text, None)
    except invalid_tag:
        raise ExpressionError("evaluation", "decrypt: the text was not encrypted with this key") from None
    return plain.decode("utf-8", "replace")


def _encrypt(context: Context, arguments: Arguments) -> Value:
    key = _key("encrypt", arguments)
    if arguments["plaintext"] is None:
        return ""
    plaintext = expect.needed_text("encrypt", arguments, "plaintext")
    return encrypt_text(key, plaintext, context.host.random_bytes(_NONCE_LENGTH))


def _decrypt(_: Context, arguments: Arguments) -> Value:
    key = _key("decrypt", arguments)
    if arguments["encrypted"] is None:
        return ""
    return decrypt_text(key, expect.needed_text("decrypt", arguments, "encrypted"))


def _key(name: str, arguments: Arguments) -> bytes:
    return decode_base64(expect.needed_text(name, arguments, "key"))


def _cipher(key: bytes) -> Any:  # noqa: ANN401 (of a library that is loaded when first used)
    if len(key) not in _KEY_LENGTHS:
        raise ExpressionError("evaluation", f"a key is base 64 of 16, 24 or 32 bytes, this one has {len(key)}")
    ciphers = import_module("cryptography.hazmat.primitives.ciphers.aead")  # at first use: it loads OpenSSL
    return ciphers.AESGCM(key)


FUNCTIONS: tuple[Function, ...] = (
    Function("encrypt", _encrypt, ("key", "plaintext"), ("key", "plaintext")),
    Function("decrypt", _decrypt, ("key", "encrypted"), ("key", "encrypted")),
)
