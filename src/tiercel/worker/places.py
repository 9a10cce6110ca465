"""Operations about the machine a task runs on: its directories, the settings of scripts, what must not be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

import msgspec

from tiercel.model.json import Json
from tiercel.operations.assignments import Assignment
from tiercel.operations.environment import Environment
from tiercel.operations.parsing import configuration_of
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
    return str(placed.scratch.temporary(placed.assignment))


def _kept(placed: Placed, arguments: Mapping[str, Json]) -> Json:
    name = str(arguments["name"])
    if not name.replace("-", "").isalnum():
        raise TaskError(f"{name!r} is no name of a kept directory: letters, digits and dashes")
    return str(placed.scratch.kept(name))


def _settings(placed: Placed, _arguments: Mapping[str, Json]) -> Json:
    return msgspec.to_builtins(placed.environment.settings.scripts)


def _sql_settings(placed: Placed, _arguments: Mapping[str, Json]) -> Json:
    settings = placed.environment.settings
    paths = [str(Path(path).resolve()) for path in settings.local_files.allowed_paths]
    return {"allowed_paths": paths, "duckdb_is_open": settings.sql.duckdb_is_open}


def _configuration(placed: Placed, arguments: Mapping[str, Json]) -> Json:
    return configuration_of(placed.environment.settings, str(arguments["type"]))


def _isolation(placed: Placed, _arguments: Mapping[str, Json]) -> Json:
    settings = placed.environment.settings
    return {
        "most_memory_bytes": settings.plugins.most_memory_bytes,
        "grace_seconds": settings.scripts.grace_seconds,
    }


def _mask(placed: Placed, arguments: Mapping[str, Json]) -> Json:
    return placed.attempt.lines.mask(str(arguments["text"]))


PLACES: Mapping[str, Callable[[Any, Mapping[str, Json]], Json]] = {
    "directories.temporary": _temporary,
    "directories.kept": _kept,
    "settings.scripts": _settings,
    "settings.isolation": _isolation,
    "plugins.configuration": _configuration,
    "settings.sql": _sql_settings,
    "mask": _mask,
}
