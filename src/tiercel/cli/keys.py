"""Keys of an installation: read from settings and files, and the one for secrets made when it is first needed."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from pathlib import Path

from tiercel.errors import InvalidError, UnavailableError, Violation
from tiercel.operations.encryption import MAKE_KEY
from tiercel.operations.settings import Settings

_KEY_BYTES = 32
_ANY_AES = frozenset({16, 24, 32})
_OWN = frozenset({_KEY_BYTES})
_SECRETS_FILE = "secrets.key"


def encryption_key_of(settings: Settings) -> bytes | None:
    """Read the key for SECRET inputs and outputs.

    Raises:
        InvalidError: It is not base64 of 16, 24 or 32 bytes.
    """
    text = settings.encryption.secret_key
    return _decode(text, "encryption.secret_key", _ANY_AES) if text else None


def storage_key_of(settings: Settings) -> bytes | None:
    """Read the key that files are encrypted with; None when they are not.

    Raises:
        InvalidError: It is not base64 of 32 bytes, or its file cannot be read.
    """
    own = settings.storage
    if own.encryption_key:
        return _decode(own.encryption_key, "storage.encryption_key", _OWN)
    if own.encryption_key_file:
        return _read(Path(own.encryption_key_file).expanduser(), "storage.encryption_key_file")
    return None


def secrets_key_file_of(settings: Settings, home: Path) -> Path:
    """Name the file of the key for secrets."""
    return Path(settings.secrets.key_file).expanduser() if settings.secrets.key_file else home / _SECRETS_FILE


def find_secrets_key(settings: Settings, home: Path) -> bytes | None:
    """Read the key for stored secrets; None when none was ever made.

    Raises:
        InvalidError: It is not base64 of 32 bytes, or its file cannot be read.
    """
    if settings.secrets.key:
        return _decode(settings.secrets.key, "secrets.key", _OWN)
    path = secrets_key_file_of(settings, home)
    if not settings.secrets.key_file and not path.exists():
        return None
    return _read(path, "secrets.key_file")


def make_secrets_key(settings: Settings, home: Path) -> bytes:
    """Read the key for stored secrets, or make one that only the owner of the file can read.

    Raises:
        UnavailableError: The file cannot be written.
    """
    found = find_secrets_key(settings, home)
    if found is not None:
        return found
    path = secrets_key_file_of(settings, home)
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        _write_new(path, base64.b64encode(key) + b"\n")
    except FileExistsError:
        return _read(path, "secrets.key_file")  # somebody else was faster
    except OSError as error:
        raise UnavailableError(f"the key for secrets cannot be kept in {path}: {error.strerror}") from error
    return key


def _write_new(path: Path, content: bytes) -> None:
    """Make the file whole or not at all, and never over another."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _read(path: Path, setting: str) -> bytes:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise InvalidError([Violation(f"the key file {path} cannot be read: {reason}", path=setting)]) from None
    return _decode(text.strip(), setting, _OWN)


def _decode(text: str, setting: str, lengths: frozenset[int]) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
        problem = f"but has {len(key)} bytes"
    except (binascii.Error, ValueError):
        key, problem = b"", "but is not base64"
    if len(key) not in lengths:
        allowed = "16, 24 or 32" if len(lengths) > 1 else "32"
        message = f"must be {allowed} random bytes in base64, {problem}"
        raise InvalidError([Violation(message, path=setting, hint=f"This makes one: {MAKE_KEY}")])
    return key
