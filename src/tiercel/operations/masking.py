"""Hides texts that must never be shown, in clear and in the encodings that tools put them into."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

from tiercel.model.json import Json
from tiercel.operations.encryption import MARKER, is_encrypted, reveal

MASK = "******"
_SHORTEST_BASE64 = 8  # less may be a part of a word
_SHORTEST_MASKED = 3  # masking a single letter would tear up every line


class Mask:
    """Replaces some texts by asterisks, in clear and in base64, percent encoding and JSON."""

    __slots__ = ("_forms",)

    def __init__(self, values: Iterable[str]) -> None:
        self._forms = tuple(sorted(set(_encodings(values)), key=len, reverse=True))

    def __bool__(self) -> bool:
        return bool(self._forms)

    def __call__(self, text: str) -> str:
        """Give the text without what is hidden."""
        for form in self._forms:
            if form in text:
                text = text.replace(form, MASK)
        return text

    def hides(self, text: str) -> bool:
        """Tell whether a text holds anything that is hidden."""
        return any(form in text for form in self._forms)


class Masks:
    """Several masks, one after the other, on texts and on structured values."""

    __slots__ = ("_masks",)

    def __init__(self, *masks: Mask) -> None:
        self._masks = tuple(filter(None, masks))

    def __call__(self, text: str) -> str:
        """Give the text without what is hidden."""
        for mask in self._masks:
            text = mask(text)
        return text

    def json(self, value: Json) -> Json:
        """Give a value without what is hidden in its texts, numbers and keys; the same object when there is nothing."""
        if not self._masks or not any(map(self._hides, _scalars(value))):
            return value
        return self._masked(value)

    def _hides(self, text: str) -> bool:
        return any(mask.hides(text) for mask in self._masks)

    def _masked(self, value: Json) -> Json:
        if isinstance(value, str):
            return self(value)
        if isinstance(value, dict):
            return {self(str(key)): self._masked(inner) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._masked(inner) for inner in value]
        text = _number_text(value)
        return MASK if text is not None and self._hides(text) else value


def encrypted_texts(key: bytes | None, value: object) -> Iterator[str]:
    """Give what is kept encrypted in a value, in clear, so that it can be masked; nothing without the key."""
    pending = [value]
    while pending:
        current = pending.pop()
        if is_encrypted(current):
            plain = reveal(key, current)
            if isinstance(plain, str):
                yield plain
        elif isinstance(current, Mapping):
            pending.extend(current.values())
        elif isinstance(current, (list, tuple)):
            pending.extend(current)


def _scalars(value: Json) -> Iterator[str]:
    """Give every text, key and number of a value as text; what is kept encrypted shows nothing."""
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, str):
            yield current
        elif isinstance(current, dict):
            if current.get("type") != MARKER:
                yield from map(str, current)
                pending.extend(current.values())
        elif isinstance(current, list | tuple):
            pending.extend(current)
        else:
            text = _number_text(current)
            if text is not None:
                yield text


def _number_text(value: Json) -> str | None:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


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
