"""The lines by which a script talks to the platform: ``::{"outputs": {...}}::``."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from tiercel.model.log import LogLevel
from tiercel.plugins import Json, RunContext

_OPENING, _CLOSING = "::{", "}::"
_KINDS = "counter, timer, gauge"
_SHOWN, _SHOWN_ASSETS = 200, 2000
_LEVELS = frozenset(level.value for level in LogLevel)


def is_message(line: str) -> bool:
    """Tell whether a line is such a message and nothing else."""
    return line.startswith(_OPENING) and line.endswith(_CLOSING)


class Messages:
    """Reads messages and carries them out.

    Attributes:
        outputs: Those named so far; a later value replaces an earlier one.
        problem: Why the last outputs are not to be relied on, if so.
    """

    def __init__(self, ctx: RunContext, log: Callable[[str, str], None]) -> None:
        self._ctx = ctx
        self._log = log
        self.outputs: dict[str, Json] = {}
        self.assets: list[Json] = []

    def read(self, line: str) -> None:
        """Carry out one message; what is wrong with it is logged as a warning."""
        try:
            message = json.loads(line.strip()[2:-2])
        except (ValueError, RecursionError) as error:
            self._log("WARN", f"A ::{{...}}:: line is no JSON ({error}): {self._ctx.mask(line)[:_SHOWN]}")
            return
        for name, value in message.items():
            reader = _READERS.get(name)
            if reader is None:
                self._log("WARN", f"A ::{{...}}:: line names {name!r}: known are {', '.join(_READERS)}")
            else:
                reader(self, value)

    def add_outputs(self, value: Json) -> None:
        """Take over outputs."""
        if isinstance(value, Mapping):
            self.outputs.update(value)
        elif value is not None:
            self._log("WARN", "outputs of a ::{...}:: line must be a map")

    def add_metrics(self, value: Json) -> None:
        """Record figures."""
        for one in _maps(value):
            kind, name, tags = str(one.get("type", "")).lower(), one.get("name"), one.get("tags") or {}
            recorders: dict[str, Callable[..., None]] = {
                "counter": self._ctx.counter,
                "timer": self._ctx.timer,
                "gauge": self._ctx.gauge,
            }
            try:
                recorders[kind](str(name), float(one["value"]), {str(key): str(tag) for key, tag in tags.items()})
            except (AttributeError, KeyError, TypeError, ValueError):
                told = json.dumps(masked(one, self._ctx))[:_SHOWN]
                self._log("WARN", f"A metric needs a name, a number as value and a type ({_KINDS}): {told}")

    def add_logs(self, value: Json) -> None:
        """Write lines at levels of the script's choice."""
        for one in _maps(value):
            level = str(one.get("level", "INFO")).upper()
            self._log(level if level in _LEVELS else "INFO", str(one.get("message", "")))

    def add_assets(self, value: Json) -> None:
        """Note assets; they are shown in the log."""
        self.assets.append(value)
        self._log("DEBUG", f"assets: {json.dumps(masked(value, self._ctx))[:_SHOWN_ASSETS]}")


def masked(value: Json, ctx: RunContext) -> Json:
    """Mask secrets in texts at any depth, so that writing them as JSON or cutting them short shows no part of one."""
    if isinstance(value, str):
        return ctx.mask(value)
    if isinstance(value, list):
        return [masked(one, ctx) for one in value]
    if isinstance(value, dict):
        return {ctx.mask(str(key)): masked(one, ctx) for key, one in value.items()}
    return value


def _maps(value: Json) -> list[dict[str, Json]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


_READERS: Mapping[str, Callable[[Messages, Json], None]] = {
    "outputs": Messages.add_outputs,
    "metrics": Messages.add_metrics,
    "logs": Messages.add_logs,
    "assets": Messages.add_assets,
}
