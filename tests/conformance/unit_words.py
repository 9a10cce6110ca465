"""Words of unit cases that stand for something only known at run time: ``{unique ...}``, ``{now + PT1M}``, ``{f}``."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from conformance.expression_values import TAGS, decode
from conformance.matchers import seconds_of
from tiercel.model.dialect import Dialect
from tiercel.worker.results import plain_value

WORD = re.compile(r"(?<!\{)\{([^{}]+)\}(?!\})")
TERM = re.compile(r"([+-])\s*(P\w+)")
TRUNCATIONS = {
    "day": {"hour": 0, "minute": 0, "second": 0, "microsecond": 0},
    "hour": {"minute": 0, "second": 0, "microsecond": 0},
    "minute": {"second": 0, "microsecond": 0},
    "second": {"microsecond": 0},
}
DATE_TAGS = frozenset({"$instant", "$zoned", "$offset", "$local", "$legacyDate", "$date"})


class Words:
    """What the words of one case stand for; ``names`` grows as files are made."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = dict(names)
        self.now = datetime.now(UTC)

    def fill(self, value: object) -> object:
        """The value with every known word filled in, at any depth, keys of maps included."""
        if isinstance(value, str):
            return WORD.sub(lambda match: self._word(match.group(1), match.group()), value)
        if isinstance(value, Mapping):
            return {self.fill(key): self._entry(str(key), item) for key, item in value.items()}
        return [self.fill(item) for item in value] if isinstance(value, list) else value

    def text(self, value: object) -> str:
        """A text with its words filled in."""
        return str(self.fill(str(value)))

    def _entry(self, key: str, value: object) -> object:
        if key in DATE_TAGS and isinstance(value, str) and (moment := self.moment(value)) is not None:
            return _iso(moment)
        return self.fill(value)

    def _word(self, word: str, written: str) -> str:
        if word in self.names:
            return self.names[word]
        if word.startswith("unique"):
            return self.names.setdefault(word, f"unit.{uuid.uuid4().hex}")
        moment = self.moment(word)
        return written if moment is None else _iso(moment)

    def moment(self, text: str) -> datetime | None:
        """The date that ``now - PT5H, truncated to the hour`` and the like mean; None for other texts."""
        base, *changes = (part.strip() for part in text.replace("(", "").replace(")", "").split(","))
        match = re.fullmatch(rf"now((?:\s*{TERM.pattern})*)", base)
        if match is None:
            return None
        moment = self.now
        for sign, duration in TERM.findall(match.group(1)):
            seconds = seconds_of(duration)
            moment += timedelta(seconds=seconds if sign == "+" else -seconds)
        for change in changes:
            if found := re.fullmatch(r"truncated to the (\w+)", change):
                moment = moment.replace(**TRUNCATIONS[found.group(1)])
            elif change == "second 0":
                moment = moment.replace(**TRUNCATIONS["minute"])
            elif change == "in ms":
                moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
            else:
                return None
        return moment


def plain(value: object) -> object:
    """A value whose typed parts are written as JSON has them: dates and durations as ISO text."""
    if isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in TAGS:
        return plain_value(decode(value), Dialect.V1_3)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond % 1000 == 0 else "microseconds").replace(
        "+00:00", "Z"
    )
