"""Secrets given to the installation by its process environment, and what must never be printed."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from urllib.parse import quote

PREFIX = "SECRET_"
MASK = "******"
_SHORTEST_MASKED = 3  # masking a single letter would tear up every line


class Secrets:
    """Read-only secrets by name; names are compared without regard to case."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name.upper(): value for name, value in values.items()}
        self._masked = tuple(sorted(set(_encodings(self._values.values())), key=len, reverse=True))

    @classmethod
    def from_process_environment(cls, variables: Mapping[str, str]) -> Secrets:
        """Take every ``SECRET_<NAME>``, whose value is base64; a value that is not is taken as it stands."""
        names = (name for name in variables if name.upper().startswith(PREFIX))
        return cls({name[len(PREFIX) :]: _decode(variables[name]) for name in names})

    def find(self, name: str) -> str | None:
        """Give the secret of that name."""
        return self._values.get(name.upper())

    def names(self) -> list[str]:
        """Give all names, in order."""
        return sorted(self._values)

    def mask(self, text: str) -> str:
        """Replace every secret, in clear, base64 and percent encoding, by asterisks."""
        for value in self._masked:
            if value in text:
                text = text.replace(value, MASK)
        return text


def _decode(text: str) -> str:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return text


def _encodings(values: Iterable[str]) -> list[str]:
    found: list[str] = []
    for value in values:
        if len(value) < _SHORTEST_MASKED:
            continue
        found += [value, base64.b64encode(value.encode()).decode(), quote(value, safe="")]
        found += [line for line in value.splitlines() if len(line) >= _SHORTEST_MASKED * 3]
    return found
