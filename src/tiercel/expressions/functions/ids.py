"""Functions that make identifiers and random numbers, from the host's clock and random bytes."""

from __future__ import annotations

from uuid import UUID

from tiercel.errors import ExpressionError
from tiercel.expressions import expect
from tiercel.expressions.context import Context
from tiercel.expressions.library import Arguments, Function
from tiercel.expressions.values import Value
from tiercel.model.dialect import Dialect

_BASE_62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_NANO_ALPHABET = "_-0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NANO_LENGTH, _ID_LENGTH, _KSUID_LENGTH = 21, 22, 27
_KSUID_EPOCH = 1_400_000_000
_LOWEST_PORT, _HIGHEST_PORT = 1024, 65_535


def _uuid_7(context: Context) -> int:
    now = context.host.now()
    millisecond = now.epoch_second * 1000 + now.nanosecond // 1_000_000
    tail = int.from_bytes(context.host.random_bytes(10), "big")
    version_and_a, variant_and_b = 0x7000 | tail >> 68, 1 << 63 | (tail & (1 << 62) - 1)
    return (millisecond & (1 << 48) - 1) << 80 | version_and_a << 64 | variant_and_b


def _uuid(context: Context, _: Arguments) -> Value:
    return str(UUID(int=_uuid_7(context)))


def _id(context: Context, _: Arguments) -> Value:
    return _base_62(_uuid_7(context), _ID_LENGTH)


def _ksuid(context: Context, _: Arguments) -> Value:
    second = context.host.now().epoch_second - _KSUID_EPOCH
    return _base_62(second << 128 | int.from_bytes(context.host.random_bytes(16), "big"), _KSUID_LENGTH)


def _nano_id(context: Context, arguments: Arguments) -> Value:
    given, alphabet = arguments.get("length"), expect.given_text(arguments, "alphabet")
    is_length = isinstance(given, int) and not isinstance(given, bool)
    length = expect.whole_number("nanoId", given) if is_length else _NANO_LENGTH
    characters = _NANO_ALPHABET if alphabet is None else alphabet
    least = 0 if context.dialect is Dialect.V1_3 else 1
    if length < least or not characters:
        raise ExpressionError("evaluation", "nanoId needs a length of 1 or more and an alphabet with characters")
    context.check_size(length)
    context.spend(length)
    return "".join(characters[_below(context, len(characters))] for _ in range(length))


def _random_int(context: Context, arguments: Arguments) -> Value:
    lower, upper = (expect.whole_number(f"randomInt ({name})", arguments.get(name)) for name in ("lower", "upper"))
    if lower > upper:
        raise ExpressionError("evaluation", f"randomInt: upper ({upper}) is less than lower ({lower})")
    return lower if lower == upper else lower + _below(context, upper - lower)


def _random_port(context: Context, _: Arguments) -> Value:
    return _LOWEST_PORT + _below(context, _HIGHEST_PORT - _LOWEST_PORT + 1)


def _below(context: Context, bound: int) -> int:
    """Give an unpredictable number from 0 up to the bound; eight more bytes than it needs make it even."""
    count = bound.bit_length() // 8 + 9
    return int.from_bytes(context.host.random_bytes(count), "big") % bound


def _base_62(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits = _BASE_62[digit] + digits
    return digits


FUNCTIONS: tuple[Function, ...] = (
    Function("uuid", _uuid),
    Function("id", _id),
    Function("ksuid", _ksuid),
    Function("nanoId", _nano_id, ("length", "alphabet")),
    Function("randomInt", _random_int, ("lower", "upper")),
    Function("randomPort", _random_port),
)
