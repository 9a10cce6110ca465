"""MurmurHash3 (x64, 128 bits, seed 0): what the keys of states per iteration are made with, so that they keep."""

from __future__ import annotations

_MASK = (1 << 64) - 1
_FIRST, _SECOND = 0x87C37B91114253D5, 0x4CF5AD432745937F
_BLOCK = 16


def murmur128(content: bytes) -> str:
    """Give the hash in hexadecimal.

    Source: the public-domain reference of MurmurHash3.
    """
    low = high = 0
    whole = len(content) // _BLOCK * _BLOCK
    for at in range(0, whole, _BLOCK):
        first, second = _words(content[at : at + _BLOCK])
        low ^= _mix_first(first)
        low = (((_rotated(low, 27) + high) & _MASK) * 5 + 0x52DCE729) & _MASK
        high ^= _mix_second(second)
        high = (((_rotated(high, 31) + low) & _MASK) * 5 + 0x38495AB5) & _MASK
    first, second = _words(content[whole:])
    low ^= _mix_first(first) ^ len(content)
    high ^= _mix_second(second) ^ len(content)
    low = (low + high) & _MASK
    high = (high + low) & _MASK
    low, high = _finished(low), _finished(high)
    low = (low + high) & _MASK
    high = (high + low) & _MASK
    return (low.to_bytes(8, "little") + high.to_bytes(8, "little")).hex()


def _words(block: bytes) -> tuple[int, int]:
    return int.from_bytes(block[:8], "little"), int.from_bytes(block[8:], "little")


def _mix_first(word: int) -> int:
    return _rotated(word * _FIRST & _MASK, 31) * _SECOND & _MASK


def _mix_second(word: int) -> int:
    return _rotated(word * _SECOND & _MASK, 33) * _FIRST & _MASK


def _rotated(word: int, by: int) -> int:
    return (word << by | word >> (64 - by)) & _MASK


def _finished(word: int) -> int:
    word = (word ^ word >> 33) * 0xFF51AFD7ED558CCD & _MASK
    word = (word ^ word >> 33) * 0xC4CEB9FE1A85EC53 & _MASK
    return word ^ word >> 33
