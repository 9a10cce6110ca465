"""What an ended task may change in its own execution: variables and labels."""

from __future__ import annotations

from tiercel.engine.decision import Decision
from tiercel.model.event import Effects
from tiercel.model.json import Json

Labels = list[tuple[str, str]]


def apply_effects(decision: Decision, effects: Effects) -> None:
    """Apply all but an exit; labels are in order of their key afterwards."""
    execution = decision.run.execution
    if effects.set_variables:
        execution.variables = merged(execution.variables, effects.set_variables)
    if effects.unset_variables:
        execution.variables = merged(execution.variables, {})
        for name in effects.unset_variables:
            _unset(execution.variables, name.split("."))
    if effects.labels:
        execution.labels = sorted(with_labels(execution.labels, effects.labels))
    decision.run.touch()


def merged(under: dict[str, Json], over: dict[str, Json]) -> dict[str, Json]:
    """Lay a map over another, maps inside maps included; neither is changed, and the result shares no map with them."""
    result = {key: merged(value, {}) if isinstance(value, dict) else value for key, value in under.items()}
    for key, value in over.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def with_labels(labels: Labels, added: Labels) -> Labels:
    """Labels with others added: a key that is there keeps its place and takes the new value."""
    return list({**dict(labels), **dict(added)}.items())


def _unset(variables: dict[str, Json], path: list[str]) -> None:
    place: Json = variables
    for key in path[:-1]:
        place = place.get(key) if isinstance(place, dict) else None
    if isinstance(place, dict):
        place.pop(path[-1], None)
