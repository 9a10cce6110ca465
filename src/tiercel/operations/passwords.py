"""Passwords: what is asked of them, and their digests (argon2id with the parameters of RFC 9106 for little memory)."""

from __future__ import annotations

import re
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tiercel.errors import InvalidError, Violation

SHORTEST = 8
LONGEST = 256
_NAME = re.compile(r"[^@\s\x00-\x1f/]+@[^@\s\x00-\x1f/]+")
_NEEDED = ((re.compile(r"[A-Z]"), "an upper-case letter"), (re.compile(r"[a-z]"), "a lower-case letter"))
_DIGIT = (re.compile(r"[0-9]"), "a digit")


def check_credentials(name: object, password: object) -> tuple[str, str]:
    """Give the name as it is stored, and the password.

    Raises:
        InvalidError: Everything that is wrong with either.
    """
    wrong: list[Violation] = []
    if not isinstance(name, str) or not _NAME.fullmatch(name) or len(name) > LONGEST:
        message = f"must be an e-mail address of at most {LONGEST} characters"
        wrong.append(Violation(message, path="username", code="bad-user-name"))
    wrong += check_password(password)
    if wrong:
        raise InvalidError(wrong)
    return stored_name(str(name)), str(password)


def check_password(password: object) -> list[Violation]:
    """Say what is wrong with a new password."""
    if not isinstance(password, str) or not SHORTEST <= len(password) <= LONGEST:
        message = f"must have {SHORTEST} to {LONGEST} characters"
        return [Violation(message, path="password", code="bad-password")]
    missing = [what for form, what in (*_NEEDED, _DIGIT) if not form.search(password)]
    if missing:
        return [Violation(f"lacks {' and '.join(missing)}", path="password", code="bad-password")]
    return []


def stored_name(name: str) -> str:
    """Give a name as it is stored and compared."""
    return name.lower()


def hash_password(password: str) -> str:
    """Give the digest to store; takes a tenth of a second and 64 MiB."""
    return _hasher().hash(password)


def verify_password(password_hash: str | None, password: str) -> bool:
    """Tell whether a password is the one of a digest; takes as long, and is never right, for None: nobody's."""
    try:
        _hasher().verify(_nobodys_hash() if password_hash is None else password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Tell whether a digest was made with parameters that are no longer ours."""
    return _hasher().check_needs_rehash(password_hash)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys_hash() -> str:
    return _hasher().hash("the password of nobody")
