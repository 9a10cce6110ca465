"""Secrets given to the installation by its process environment, and what must never be printed."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

PREFIX = "SECRET_"
MASK = "******"
_SHORTEST_BASE64 = 8  # less may be a part of a word
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
        """Replace every secret, in clear and in base64, percent encoding and JSON, by asterisks."""
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
        found += [value, quote(value, safe=""), quote(value), quote_plus(value)]
        found += [json.dumps(value, ensure_ascii=is_ascii)[1:-1] for is_ascii in (True, False)]
        found += _base64_forms(value)
        found += [line for line in value.splitlines() if len(line) >= _SHORTEST_MASKED * 3]
    return found


def _base64_forms(value: str) -> list[str]:
    """Give the base64 of a text by itself, and the part of it that shows inside that of a longer text.

    Three bytes become four letters, so how a text shows hangs on where in its three it begins: ``user:secret`` of an
    HTTP header holds the base64 of ``secret`` at none of the usual places.
    """
    content = value.encode()
    whole = base64.b64encode(content).decode()
    forms = [whole.rstrip("=")]
    for before in (1, 2):
        text = base64.b64encode(b"\0" * before + content).decode().rstrip("=")
        forms.append(text[before + 1 :])
    forms += [form[:-1] for form in forms]  # the last letter may hold bits of what follows
    long = [form for form in forms if len(form) >= _SHORTEST_BASE64]
    return [each for form in (whole, whole.rstrip("="), *long) for each in (form, _url_safe(form))]


def _url_safe(text: str) -> str:
    return text.replace("+", "-").replace("/", "_")
