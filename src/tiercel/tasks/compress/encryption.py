"""Encrypted files: keys from passwords, and the two forms of files.

Files whose key comes from PBKDF2 with SHA-256 are those of ``openssl enc -aes-256-cbc -pbkdf2``, which say nothing of
changes made to them. The other ways of making keys give files with a head of their own and AES-GCM, so that a changed
file is refused.
"""

from __future__ import annotations

import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Literal

from tiercel.plugins import TaskError

Derivation = Literal["PBKDF2_SHA256", "PBKDF2_SHA512", "ARGON2ID", "SCRYPT"]

_OPENSSL = b"Salted__"
_OWN = b"KESTRAENC"
_VERSION = 1
_KINDS: dict[Derivation, int] = {"PBKDF2_SHA512": 2, "ARGON2ID": 3, "SCRYPT": 4}
_OPENSSL_SALT, _OWN_SALT, _NONCE, _TAG, _KEY, _IV, _BLOCK = 8, 16, 12, 16, 32, 16, 16
_SCRYPT_R = 8
_FEWEST_ITERATIONS = 1000
_MOST_ITERATIONS = 10_000_000
_MOST_MEMORY = 1_048_576
_PIECE_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Costs:
    """What making a key costs.

    Attributes:
        iterations: Of PBKDF2, or passes of Argon2id.
        memory: Of Argon2id, in KiB; N of Scrypt.
        parallelism: Lanes of Argon2id; p of Scrypt.
    """

    iterations: int
    memory: int = 0
    parallelism: int = 1


def encrypt(source: Iterator[bytes], password: str, kind: Derivation, costs: Costs) -> Iterator[bytes]:
    """Give an encrypted file in pieces.

    Raises:
        TaskError: The costs are out of bounds.
    """
    from cryptography.hazmat.primitives import padding  # noqa: PLC0415 (few flows encrypt files)
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 (the same)

    if kind == "PBKDF2_SHA256":
        salt = secrets.token_bytes(_OPENSSL_SALT)
        material = _key(kind, password, salt, costs, _KEY + _IV)
        pad = padding.PKCS7(_BLOCK * 8).padder()
        cipher = Cipher(algorithms.AES256(material[:_KEY]), modes.CBC(material[_KEY:])).encryptor()
        yield _OPENSSL + salt
        for piece in source:
            yield cipher.update(pad.update(piece))
        yield cipher.update(pad.finalize()) + cipher.finalize()
        return
    salt, nonce = secrets.token_bytes(_OWN_SALT), secrets.token_bytes(_NONCE)
    head = _head(kind, salt, nonce, costs)
    sealing = Cipher(algorithms.AES256(_key(kind, password, salt, costs, _KEY)), modes.GCM(nonce)).encryptor()
    sealing.authenticate_additional_data(head)
    yield head
    for piece in source:
        yield sealing.update(piece)
    yield sealing.finalize() + sealing.tag


def decrypt(path: Path, target: IO[bytes], password: str, iterations: int) -> None:
    """Write what an encrypted file holds; after an error what was written must not be used.

    Raises:
        TaskError: It is not such a file, the password is wrong, or it was changed.
    """
    with path.open("rb") as file:
        start = file.read(len(_OWN))
        if start.startswith(_OPENSSL):
            file.seek(len(_OPENSSL))
            _decrypt_openssl(file, target, password, Costs(iterations))
        elif start == _OWN:
            _decrypt_own(file, target, password, path.stat().st_size)
        else:
            raise TaskError("The file is not encrypted in a form that is known")


def _decrypt_openssl(file: IO[bytes], target: IO[bytes], password: str, costs: Costs) -> None:
    from cryptography.hazmat.primitives import padding  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 (the same)

    material = _key("PBKDF2_SHA256", password, file.read(_OPENSSL_SALT), costs, _KEY + _IV)
    cipher = Cipher(algorithms.AES256(material[:_KEY]), modes.CBC(material[_KEY:])).decryptor()
    unpad = padding.PKCS7(_BLOCK * 8).unpadder()
    try:
        while piece := file.read(_PIECE_BYTES):
            target.write(unpad.update(cipher.update(piece)))
        target.write(unpad.update(cipher.finalize()) + unpad.finalize())
    except ValueError:
        raise TaskError("The file cannot be decrypted: the password or `iterations` are wrong") from None


def _decrypt_own(file: IO[bytes], target: IO[bytes], password: str, size: int) -> None:
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes  # noqa: PLC0415 (the same)

    head, kind, salt, nonce, costs = _read_head(file)
    end = size - _TAG
    position = file.tell()
    if end < position:
        raise TaskError("The encrypted file ends too early")
    file.seek(end)
    tag = file.read(_TAG)
    file.seek(position)
    opening: Any = Cipher(algorithms.AES256(_key(kind, password, salt, costs, _KEY)), modes.GCM(nonce, tag)).decryptor()
    opening.authenticate_additional_data(head)
    while piece := file.read(min(_PIECE_BYTES, end - file.tell())):
        target.write(opening.update(piece))
    try:
        target.write(opening.finalize())
    except InvalidTag:
        raise TaskError("The file cannot be decrypted: the password is wrong, or it was changed") from None


def _head(kind: Derivation, salt: bytes, nonce: bytes, costs: Costs) -> bytes:
    start = _OWN + bytes([_VERSION, _KINDS[kind]]) + salt + nonce
    if kind == "PBKDF2_SHA512":
        return start + struct.pack(">I", costs.iterations)
    if kind == "ARGON2ID":
        return start + struct.pack(">IIH", costs.iterations, costs.memory, costs.parallelism)
    return start + struct.pack(">IBB", costs.memory, _SCRYPT_R, costs.parallelism)


def _read_head(file: IO[bytes]) -> tuple[bytes, Derivation, bytes, bytes, Costs]:
    start = file.read(2 + _OWN_SALT + _NONCE)
    kind = next(
        (name for name, code in _KINDS.items() if len(start) > 1 and start[:2] == bytes([_VERSION, code])), None
    )
    if kind is None or len(start) < 2 + _OWN_SALT + _NONCE:
        raise TaskError("The encrypted file has a head that is not known")
    form = {"PBKDF2_SHA512": ">I", "ARGON2ID": ">IIH", "SCRYPT": ">IBB"}[kind]
    rest = file.read(struct.calcsize(form))
    if len(rest) < struct.calcsize(form):
        raise TaskError("The encrypted file ends too early")
    found = struct.unpack(form, rest)
    costs = Costs(_FEWEST_ITERATIONS, found[0], found[2]) if kind == "SCRYPT" else Costs(*found)
    salt, nonce = start[2 : 2 + _OWN_SALT], start[2 + _OWN_SALT :]
    return _OWN + start + rest, kind, salt, nonce, costs


def _key(kind: Derivation, password: str, salt: bytes, costs: Costs, size: int) -> bytes:
    from argon2.exceptions import HashingError  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 (as above)
    from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC  # noqa: PLC0415 (the same)
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415 (the same)

    secret = password.encode()
    if not 0 < costs.memory <= _MOST_MEMORY and kind in {"ARGON2ID", "SCRYPT"}:
        raise TaskError(f"memory must be 1 to {_MOST_MEMORY}, not {costs.memory}")
    try:
        if kind == "ARGON2ID":
            from argon2.low_level import Type, hash_secret_raw  # noqa: PLC0415 (the same)

            return hash_secret_raw(secret, salt, costs.iterations, costs.memory, costs.parallelism, size, Type.ID)
        if kind == "SCRYPT":
            return Scrypt(salt=salt, length=size, n=costs.memory, r=_SCRYPT_R, p=costs.parallelism).derive(secret)
    except (ValueError, OverflowError, MemoryError, HashingError) as error:
        raise TaskError(f"memory, parallelism or argon2TimeCost are out of bounds: {error}") from None
    if not _FEWEST_ITERATIONS <= costs.iterations <= _MOST_ITERATIONS:
        raise TaskError(f"iterations must be {_FEWEST_ITERATIONS} to {_MOST_ITERATIONS}, not {costs.iterations}")
    algorithm = hashes.SHA256() if kind == "PBKDF2_SHA256" else hashes.SHA512()
    return PBKDF2HMAC(algorithm=algorithm, length=size, salt=salt, iterations=costs.iterations).derive(secret)
