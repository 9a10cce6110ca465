"""New ids: 22 characters of base 62 from a UUIDv7, so that ASCII order is the order of time."""

from __future__ import annotations

import hashlib
import os
import threading
import zlib
from collections.abc import Callable

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]
_LENGTH = 22
_RANDOM_BYTES = 10
_DRAWN = 256


def id_source(clock: Callable[[], int]) -> Callable[[], str]:
    """Make a source of ids that never repeats and never goes back, even within a millisecond or a clock step.

    Args:
        clock: Microseconds since 1970.
    """
    lock = threading.Lock()
    last = 0
    chance: list[int] = []

    def new_id() -> str:
        nonlocal last
        millis = clock() // 1000
        with lock:
            if not chance:
                chance.extend(_random_numbers())
            random = chance.pop()
            number = _uuid7(millis, random)
            if number <= last:
                number = last + 1 + (random & 0xFFFF)
            last = number
        return _base62(number)

    return new_id


def derived_id(at: int, order: int, *facts: str) -> str:
    """Give the id of what follows from these facts: the same for the same facts, so that it comes to be once only.

    Args:
        at: Microseconds since 1970, where it stands in the order of time.
        order: Where it stands among those of one millisecond.
        facts: All that tells it from others.
    """
    chance = hashlib.blake2b("\0".join((str(order), *facts)).encode(), digest_size=8).digest()
    return _base62(_uuid7(at // 1000, (order & 0xFFF) << 68 | int.from_bytes(chance)))


def _uuid7(millis: int, random: int) -> int:
    return (millis << 80) | (0x7 << 76) | (random >> 68 << 64) | (0b10 << 62) | (random & ((1 << 62) - 1))


def _random_numbers() -> list[int]:
    """Draw many at once: a call to the system costs more than all the rest of an id."""
    drawn = os.urandom(_DRAWN * _RANDOM_BYTES)
    return [int.from_bytes(drawn[at : at + _RANDOM_BYTES]) for at in range(0, len(drawn), _RANDOM_BYTES)]


def shard_of(execution_id: str, shards: int) -> int:
    """Tell which shard owns a new execution."""
    return zlib.crc32(execution_id.encode()) % shards


def _base62(number: int) -> str:
    parts = []
    for _ in range(_LENGTH // 2):
        number, pair = divmod(number, 3844)
        parts.append(_PAIRS[pair])
    return "".join(reversed(parts))
