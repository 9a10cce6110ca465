"""Reads ``tiercel.yaml`` and ``TIERCEL_*`` into Settings; a key that does not exist is an error that names the nearest.

Later sources win: the ``kestra:`` section of the file, the rest of the file, the process environment, options of the
command line.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec.structs import fields

from tiercel.cli.setting_problems import find_problem, find_problems, is_group
from tiercel.errors import InvalidError, Violation
from tiercel.model.json import Json
from tiercel.operations.settings import Settings
from tiercel.source import read_yaml
from tiercel.source.report import suggest

PREFIX = "TIERCEL_"
OTHER_VARIABLES = frozenset(
    {"TIERCEL_CONFIG", "TIERCEL_URL", "TIERCEL_NO_COLOR", "TIERCEL_TOKEN", "TIERCEL_USER", "TIERCEL_PASSWORD"}
)
"""Variables that are no settings of the server."""

_KESTRA_KEYS = {
    "tasks/defaults": "plugins.defaults",
    "plugins/defaults": "plugins.defaults",
    "plugins/configurations": "plugins.configurations",
    "variables/globals": "variables.globals",
    "variables/env-vars-prefix": "variables.environment_prefix",
    "variables/recursive-rendering": "variables.is_recursive",
    "encryption/secret-key": "encryption.secret_key",
    "local-files/allowed-paths": "local_files.allowed_paths",
    "url": "server.url",
    "environment/name": "environment.name",
    "environment/color": "environment.color",
}
"""What is read of the section ``kestra``, later ones stronger."""


def load_settings(
    config: Path | None, variables: Mapping[str, str], overrides: Mapping[str, Json] | None = None
) -> Settings:
    """Read the settings of an installation.

    Args:
        config: File to read; None = ``tiercel.yaml`` in the working directory, if there is one.
        variables: The process environment.
        overrides: Values by dotted name, stronger than all else.

    Raises:
        InvalidError: A key is unknown or a value is of the wrong kind.
    """
    values: dict[str, Json] = {}
    path = config or _default_path()
    if path is not None:
        values = _read_file(path)
    for dotted, value in _read_variables(variables).items():
        _set(values, dotted, value)
    for dotted, value in (overrides or {}).items():
        _set(values, dotted, value)
    return msgspec.convert(values, Settings, strict=False)


def _default_path() -> Path | None:
    path = Path("tiercel.yaml")
    return path if path.is_file() else None


def _read_file(path: Path) -> dict[str, Json]:
    try:
        document = read_yaml(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidError([Violation(f"cannot be read: {error.strerror}", path=str(path))]) from None
    if document.violations:
        raise InvalidError(document.violations)
    root = document.data or {}
    if not isinstance(root, dict):
        raise InvalidError([Violation("must be a map of settings", path=str(path))])
    own = dict(root)
    if isinstance(own.get("storage"), str):
        own["storage"] = {"path": own["storage"]}
    values = _from_kestra(own.pop("kestra", None) or {})
    # First, so that what is merged has the shape of settings.
    problems = find_problems(own, str(path)) or find_problems(values, f"{path}: kestra")
    if problems:
        raise InvalidError(problems)
    _merge(values, own)
    return values


def _from_kestra(section: Mapping[str, Json]) -> dict[str, Json]:
    """Take over what has a meaning here; all else of that section belongs to another program and is left alone."""
    values: dict[str, Json] = {}
    for path, own in _KESTRA_KEYS.items():
        found: Json = section
        for name in path.split("/"):
            found = found.get(name) if isinstance(found, dict) else None
        if found is not None:
            _set(values, own, found)
    return values


def _known_names() -> dict[str, str]:
    """Give every setting as the name of its variable, with its dotted name."""
    names: dict[str, str] = {}
    for item in fields(Settings):
        if is_group(item):
            for inner in fields(item.type):
                names[f"{PREFIX}{item.name}_{inner.name}".upper()] = f"{item.name}.{inner.name}"
        else:
            names[f"{PREFIX}{item.name}".upper()] = item.name
    return {**names, f"{PREFIX}STORAGE": "storage.path"}


def _read_variables(variables: Mapping[str, str]) -> dict[str, Json]:
    """Give the values of variables by the dotted names of their settings."""
    known = _known_names()
    values: dict[str, Json] = {}
    problems: list[Violation] = []
    for name, text in variables.items():
        if not name.startswith(PREFIX) or name in OTHER_VARIABLES:
            continue
        if name not in known:
            hint = suggest(name, known)
            problems.append(Violation("is no setting", path=name, hint=hint, code="unknown-setting"))
            continue
        values[known[name]] = _from_text(text)
        problem = find_problem(known[name], values[known[name]], name)
        if problem is not None:
            problems.append(problem)
    if problems:
        raise InvalidError(problems)
    return values


def _from_text(text: str) -> Json:
    """Lists and maps are written as JSON in a variable; everything else is text that its setting converts."""
    if text[:1] in {"[", "{"}:
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            return text
    return text


def _set(values: dict[str, Json], dotted: str, value: Json) -> None:
    *parents, name = dotted.split(".")
    for parent in parents:
        values = values.setdefault(parent, {})
    values[name] = value


def _merge(values: dict[str, Json], other: Mapping[str, Json]) -> None:
    for name, value in other.items():
        if isinstance(value, dict) and isinstance(values.get(name), dict):
            _merge(values[name], value)
        else:
            values[name] = value
