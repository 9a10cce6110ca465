"""How the installation is set up: the settings in force with what is secret left out, and plugins that did not load."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.settings import Settings

HIDDEN = "******"

_SECRET = re.compile(r"key|secret|password|token|credential", re.IGNORECASE)
_WHOLLY_HIDDEN = frozenset(
    {
        "logs.exporters",
        "plugins.configurations",
        "plugins.defaults",
        "secrets.providers",
        "storage.options",
        "variables.globals",
    }
)
"""What people put values of their own into, any of which may be a secret."""
_CREDENTIALS = re.compile(r"(?<=://)[^/@]*@")
_PLAIN = re.compile(r"_(file|bytes|minute|seconds)$")


class SettingInForce(Struct, frozen=True):
    """One setting; of a secret one only whether it is set."""

    name: str
    value: Json
    is_default: bool


@operation(Resource.INSTANCE, Action.UPDATE, is_change=False)
async def list_settings(environment: Environment, actor: Actor) -> list[SettingInForce]:
    """Give every setting as it is in force, in the order of the reference; secrets are not among the values."""
    del actor
    usual = dict(_flat(msgspec.to_builtins(Settings())))
    found = _flat(msgspec.to_builtins(environment.settings))
    return [SettingInForce(name, _shown(name, value), usual.get(name) == value) for name, value in found]


@operation(Resource.PLUGIN, Action.READ)
async def list_problems(environment: Environment, actor: Actor) -> list[str]:
    """Say which plugins could not be loaded and why, and which names are claimed twice."""
    del actor
    return [*environment.types.problems, *environment.exports.problems]


def _flat(values: Mapping[str, Json], above: str = "") -> Iterator[tuple[str, Json]]:
    for key, value in values.items():
        name = f"{above}{key}"
        if isinstance(value, dict) and name not in _WHOLLY_HIDDEN and name != "pools":
            yield from _flat(value, f"{name}.")
        else:
            yield name, value


def _shown(name: str, value: Json) -> Json:
    if name in _WHOLLY_HIDDEN or (_SECRET.search(name.rpartition(".")[2]) and not _PLAIN.search(name)):
        return HIDDEN if value else value
    return _CREDENTIALS.sub(f"{HIDDEN}@", value) if isinstance(value, str) else value
