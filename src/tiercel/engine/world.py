"""What expressions see of the installation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tiercel.model.json import Json
from tiercel.source import Render


def _as_it_is(value: Json) -> Json:
    return value


def _as_said(text: str, _inputs: Mapping[str, Json]) -> str:
    return text


def _none_set(_namespace: str) -> Mapping[str, Json]:
    return {}


@dataclass(frozen=True, slots=True)
class World:
    """What expressions see of the installation.

    Attributes:
        envs: Environment variables with their prefix cut, keys in lower case.
        globals: Variables of the whole installation.
        environment: ``kestra.environment`` (name, ...).
        url: ``kestra.url``; empty when there is none.
        reveal: Gives the plain value of an encrypted input or output; others stay as they are.
        encrypt: Gives the stored form of a secret text; None without a key.
        render: Renders defaults of inputs that are absent.
        mask: Hides secrets in a text that is shown: those of the installation and those kept encrypted in the inputs.
        namespaces: Gives the variables set for a namespace.
    """

    envs: Mapping[str, str] = field(default_factory=dict)
    globals: Mapping[str, Json] = field(default_factory=dict)
    environment: Mapping[str, Json] = field(default_factory=dict)
    url: str = ""
    tenant: str = "main"
    reveal: Callable[[Json], Json] = _as_it_is
    encrypt: Callable[[str], Json] | None = None
    render: Render | None = None
    mask: Callable[[str, Mapping[str, Json]], str] = _as_said
    namespaces: Callable[[str], Mapping[str, Json]] = _none_set
