"""Expected values against actual ones: plain values, typed values and ``$`` matchers (part 3 of its README)."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol


class World(Protocol):
    """What a matcher may need beyond the value."""

    def reference(self, text: str) -> object:
        """The value a ``$ref`` names."""

    def file(self, uri: str) -> bytes:
        """The content of a stored file."""

    def decrypt(self, value: object) -> str:
        """The clear text of an encrypted value."""

    def uploads(self) -> list[bytes]:
        """The contents of the files a case has given as inputs."""

    def rows(self, uri: str) -> list[object]:
        """The Ion rows of a stored file."""


def matches(expected: object, actual: object, world: World) -> bool:
    """Whether ``actual`` is what ``expected`` asks for."""
    if isinstance(expected, Mapping):
        if any(str(key).startswith("$") for key in expected):
            return all(
                _matcher(str(key), value, actual, world)
                if str(key).startswith("$")
                else isinstance(actual, Mapping) and _holds_key(str(key), value, actual, world)
                for key, value in expected.items()
            )
        return isinstance(actual, Mapping) and all(
            _holds_key(str(key), value, actual, world) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list | tuple)
            and len(expected) == len(actual)
            and all(matches(one, other, world) for one, other in zip(expected, actual, strict=True))
        )
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        return expected == actual
    return _plain(expected) == _plain(actual)


def _holds_key(key: str, value: object, actual: Mapping[str, object], world: World) -> bool:
    if (match := re.fullmatch(r"(\w+)\[(\d+)\]\.(.+)", key)) and isinstance(actual.get(match.group(1)), list):
        name, index, rest = match.group(1), int(match.group(2)), match.group(3)
        items = actual[name]
        return index < len(items) and isinstance(items[index], Mapping) and _holds_key(rest, value, items[index], world)
    if isinstance(value, Mapping) and "$present" in value and (key in actual) is not value["$present"]:
        return False
    return matches(value, actual.get(key), world)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _matcher(name: str, wanted: object, actual: object, world: World) -> bool:
    if name in ("$present", "$java_text"):
        return True
    if name in TYPED:
        return TYPED[name](wanted, actual)
    if name in WITH_WORLD:
        return WITH_WORLD[name](wanted, actual, world)
    return PLAIN[name](wanted, actual)


def _number(value: object) -> float:
    return float(value)


PLAIN: dict[str, Callable[[object, object], bool]] = {
    "$contains": lambda wanted, actual: actual is not None and str(wanted) in str(actual),
    "$contains_all": lambda wanted, actual: all(str(item) in str(actual) for item in wanted),
    "$startsWith": lambda wanted, actual: str(actual).startswith(str(wanted)),
    "$endsWith": lambda wanted, actual: str(actual).endswith(str(wanted)),
    "$regex": lambda wanted, actual: actual is not None and re.search(str(wanted), str(actual)) is not None,
    "$null": lambda wanted, actual: (actual is None) is wanted,
    "$notNull": lambda wanted, actual: (actual is not None) is wanted,
    "$empty": lambda wanted, actual: (not actual) is wanted,
    "$size": lambda wanted, actual: actual is not None and len(actual) == wanted,
    "$minSize": lambda wanted, actual: actual is not None and len(actual) >= wanted,
    "$setEquals": lambda wanted, actual: sorted(map(str, wanted)) == sorted(map(str, actual)),
    "$gt": lambda wanted, actual: _number(actual) > _number(wanted),
    "$min": lambda wanted, actual: _number(actual) >= _number(wanted),
    "$between": lambda wanted, actual: _number(wanted[0]) <= _number(actual) <= _number(wanted[1]),
    "$dateWithinSecondsOfNow": lambda wanted, actual: (
        abs(_instant(actual) - datetime.now(UTC)) < timedelta(seconds=_number(wanted))
    ),
}


def _each(wanted: object, actual: object, world: World) -> bool:
    return isinstance(actual, list) and all(matches(wanted, item, world) for item in actual)


def _has_items(wanted: object, actual: object, world: World) -> bool:
    return isinstance(actual, list) and all(any(matches(item, one, world) for one in actual) for item in wanted)


def _file_content(wanted: object, actual: object, world: World) -> bool:
    return _is_uri(actual) and matches(wanted, world.file(str(actual)).decode(), world)


def _is_uri(value: object) -> bool:
    return isinstance(value, str) and value.startswith("kestra://")


WITH_WORLD: dict[str, Callable[[object, object, World], bool]] = {
    "$not": lambda wanted, actual, world: not matches(wanted, actual, world),
    "$in": lambda wanted, actual, world: any(matches(item, actual, world) for item in wanted),
    "$each": _each,
    "$hasItems": _has_items,
    "$ref": lambda wanted, actual, world: _reference(str(wanted), actual, world),
    "$equals_ref": lambda wanted, actual, world: str(actual) == _filled(str(wanted), world),
    "$endsWith_ref": lambda wanted, actual, world: str(actual).endswith(_filled(str(wanted), world)),
    "$file_content": _file_content,
    "$ion_rows": lambda wanted, actual, world: _is_uri(actual) and matches(wanted, world.rows(str(actual)), world),
    "$decryptsTo": lambda wanted, actual, world: world.decrypt(actual) == wanted,
    "$encrypted": lambda wanted, actual, world: world.decrypt(actual) == wanted,
}


def _reference(name: str, actual: object, world: World) -> bool:
    if name == "uploaded file":
        return (world.file(str(actual)) if _is_uri(actual) else str(actual).encode()) in world.uploads()
    value = world.reference(name)
    if isinstance(value, datetime):
        return _instant(actual) == value
    return _plain(value) == _plain(actual)


def _filled(text: str, world: World) -> str:
    """The text with its ``{names}`` filled in, or the sum of a text in quotes and a name."""
    if match := re.fullmatch(r'"([^"]*)" \+ ([\w.]+)', text):
        return match.group(1) + str(world.reference(match.group(2)))
    return re.sub(r"\{([^}]+)\}", lambda match: str(world.reference(match.group(1))), text)


def _instant(value: object) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    text = re.sub(r"\[[^\]]*\]$", "", str(value))
    text = re.sub(r"(\.\d{6})\d+", r"\1", text)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def seconds_of(text: object) -> float:
    if isinstance(text, int | float):
        return float(text)
    if isinstance(text, timedelta):
        return text.total_seconds()
    match = re.fullmatch(r"P(?:([\d.]+)D)?(?:T(?:([\d.]+)H)?(?:([\d.]+)M)?(?:([\d.]+)S)?)?", str(text))
    if match is None:
        return float(str(text))
    days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + seconds


def _float32(wanted: object, actual: object) -> bool:
    def narrow(value: object) -> float:
        return float(struct.unpack("f", struct.pack("f", _number(value)))[0])

    return narrow(wanted) == narrow(actual)


TYPED: dict[str, Callable[[object, object], bool]] = {
    "$float32": _float32,
    "$long": lambda wanted, actual: not isinstance(actual, bool) and actual == wanted,
    "$instant": lambda wanted, actual: _instant(wanted) == _instant(actual),
    "$zoned": lambda wanted, actual: _instant(wanted) == _instant(actual),
    "$local": lambda wanted, actual: _instant(wanted) == _instant(actual),
    "$legacyDate": lambda wanted, actual: _instant(wanted) == _instant(actual),
    "$date": lambda wanted, actual: str(actual)[:10] == str(wanted)[:10],
    "$time": lambda wanted, actual: str(actual)[:8].ljust(8, "0") == str(wanted)[:8].ljust(8, "0"),
    "$duration": lambda wanted, actual: seconds_of(wanted) == seconds_of(actual),
    "$durationSeconds": lambda wanted, actual: seconds_of(wanted) == seconds_of(actual),
    "$set": lambda wanted, actual: sorted(map(str, wanted)) == sorted(map(str, actual)),
    "$enum": lambda wanted, actual: str(actual) == str(wanted),
    "$uri": lambda wanted, actual: str(actual) == str(wanted),
}
