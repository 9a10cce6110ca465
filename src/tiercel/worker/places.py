"""Operations about the machine a task runs on: its directories, the settings of scripts, what must not be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import msgspec

from tiercel.model.json import Json
from tiercel.operations.assignments import Assignment
from tiercel.operations.environment import Environment
from tiercel.plugins import TaskError
from tiercel.worker.attempt import Attempt
from tiercel.worker.scratch import Scratch


class Placed(Protocol):
    """The run that asks."""

    environment: Environment
    assignment: Assignment
    attempt: Attempt
    scratch: Scratch


def _temporary(placed: Placed, _arguments: Mapping[str, Json]) -> Json:
    return str(placed.scratch.temporary(placed.assignment).resolve())


def _kept(placed: Placed, arguments: Mapping[str, Json]) -> Json:
    name = str(arguments["name"])
    if not name.replace("-", "").isalnum():
        raise TaskError(f"{name!r} is no name of a kept directory: letters, digits and dashes")
    return str(placed.scratch.kept(name).resolve())


def _settings(placed: Placed, _arguments: Mapping[str, Json]) -> Json:
    return msgspec.to_builtins(placed.environment.settings.scripts)


def _mask(placed: Placed, arguments: Mapping[str, Json]) -> Json:
    return placed.attempt.lines.mask(str(arguments["text"]))


PLACES: Mapping[str, Callable[[Any, Mapping[str, Json]], Json]] = {
    "directories.temporary": _temporary,
    "directories.kept": _kept,
    "settings.scripts": _settings,
    "mask": _mask,
}
