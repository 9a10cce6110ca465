"""Values that a flow, a namespace or an installation gives to every part of a type.

Every mapping with a ``type`` that equals an entry's, or begins with it, gets the entry's values, deep-merged. The
part's own value wins over a flow's, a flow's over its namespace's, the nearer namespace's over one above, and a
namespace's over an installation's; a forced entry wins over the part, and among forced ones the nearest. In one list
the longest matching ``type`` comes first, so an exact one wins over a prefix.
Defaults are not applied inside the values they bring.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tiercel.model.flow import PluginDefault
from tiercel.model.json import Json
from tiercel.model.types import TypeFacts, TypeKind, Types
from tiercel.source.fields import Fields
from tiercel.source.paths import Path
from tiercel.source.scope import Scope
from tiercel.source.task_fields import COMMON_FIELDS
from tiercel.source.triggers import TRIGGER_FIELDS

_COMMON: dict[TypeKind, Fields] = {TypeKind.TASK: COMMON_FIELDS, TypeKind.TRIGGER: TRIGGER_FIELDS}
_UNTOUCHED = frozenset({"pluginDefaults", "taskDefaults", "variables", "labels", "inputs", "outputs"})


@dataclass(frozen=True, slots=True)
class LayeredDefaults:
    """Defaults that hang on the namespace of the flow.

    Attributes:
        layers: Gives those that hold in a namespace, the weakest layer first.
    """

    layers: Callable[[str], Sequence[Sequence[PluginDefault]]]


Defaults: TypeAlias = Sequence[PluginDefault] | LayeredDefaults
"""Those of an installation, or those by namespace."""


def inject_defaults(
    document: dict[str, Json],
    of_flow: Sequence[PluginDefault],
    below: Defaults,
    types: Types | None = None,
) -> dict[str, Json]:
    """The document with defaults filled in; the same object when there are none."""
    weaker = below.layers(str(document.get("namespace", ""))) if isinstance(below, LayeredDefaults) else (below,)
    layers = [layer for layer in (*weaker, of_flow) if layer]
    if not layers:
        return document
    plan = _Plan(layers, types)
    return {key: value if key in _UNTOUCHED else plan.apply(value) for key, value in document.items()}


def merge(below: Mapping[str, Json], above: Mapping[str, Json]) -> dict[str, Json]:
    """Two maps as one: values of ``above`` win, maps merge, lists follow one another."""
    merged = dict(below)
    for key, value in above.items():
        present = merged.get(key)
        if isinstance(present, dict) and isinstance(value, dict):
            merged[key] = merge(present, value)
        elif isinstance(present, list) and isinstance(value, list):
            merged[key] = [*present, *value]
        else:
            merged[key] = value
    return merged


def check_defaults(defaults: Sequence[PluginDefault], path: Path, scope: Scope) -> None:
    """Report values for properties that an exactly named type, or every type of a group, does not have.

    To be called when all parts are read: only the types they use count for a group.
    """
    for index, entry in enumerate(defaults):
        at = (*path, index, "values")
        facts = scope.types.find_type(entry.type)
        group = [used for used in scope.used_types() if used.type.startswith(entry.type)] if facts is None else [facts]
        known = frozenset(name for member in group for name in _known_properties(member))
        for key in entry.values:
            if facts is not None and key not in known:
                scope.report.unknown(at, key, known)
            elif group and key not in known:
                message = f"No type of this flow that begins with {entry.type} has {key}"
                scope.report.warn((*at, key), message, "no-effect", of_key=True)


class _Plan:
    """What each type name gets, found once."""

    def __init__(self, layers: Sequence[Sequence[PluginDefault]], types: Types | None) -> None:
        self._layers = layers
        self._types = types
        self._soft: dict[str, dict[str, Json]] = {}
        self._forced: dict[str, dict[str, Json]] = {}

    def apply(self, value: Json) -> Json:
        if isinstance(value, list):
            return [self.apply(item) for item in value]
        if not isinstance(value, dict):
            return value
        own = {key: self.apply(item) for key, item in value.items()}
        name = own.get("type")
        if not isinstance(name, str):
            return own
        soft, forced = self._values(name)
        result = merge(soft, own) if soft else own
        return {**merge(result, forced), "type": name} if forced else result

    def _values(self, name: str) -> tuple[dict[str, Json], dict[str, Json]]:
        if name not in self._soft:
            self._soft[name] = self._collect(name, is_forced=False)
            self._forced[name] = self._collect(name, is_forced=True)
        return self._soft[name], self._forced[name]

    def _collect(self, name: str, *, is_forced: bool) -> dict[str, Json]:
        """The values of all matching entries, the strongest laid last."""
        values: dict[str, Json] = {}
        for entries in self._layers:
            matching = [entry for entry in entries if entry.is_forced is is_forced and self._matches(entry, name)]
            for entry in sorted(matching, key=lambda entry: len(entry.type)):
                values = merge(values, self._fitting(entry, name))
        return values

    def _fitting(self, entry: PluginDefault, name: str) -> dict[str, Json]:
        """The values a type knows; an entry for a whole group of types need not fit each of them."""
        facts = self._types.find_type(name) if self._types is not None else None
        if facts is None:
            return entry.values
        known = _known_properties(facts)
        return {key: value for key, value in entry.values.items() if key in known}

    def _matches(self, entry: PluginDefault, name: str) -> bool:
        if name.startswith(entry.type):
            return True
        facts = self._types.find_type(name) if self._types is not None else None
        if facts is None:
            return False
        return facts.type.startswith(entry.type) or any(alias == entry.type for alias in facts.aliases)


def _known_properties(facts: TypeFacts) -> frozenset[str]:
    """Everything that may stand beside ``type``."""
    return facts.properties | frozenset(_COMMON.get(facts.kind, ())) | frozenset({"type"})
