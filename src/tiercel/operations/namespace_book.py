"""What is set for namespaces, in memory, with what each inherits from those above it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tiercel.model.flow import PluginDefault
from tiercel.model.json import Json
from tiercel.repository.namespaces import NamespaceRecord


class NamespaceBook:
    """Variables and defaults by namespace. Replaced as a whole whenever one of them changes."""

    def __init__(self) -> None:
        self._records: dict[str, NamespaceRecord] = {}
        self._variables: dict[str, Mapping[str, Json]] = {}

    def put(self, records: Iterable[NamespaceRecord]) -> None:
        """Take these in place of those known before."""
        self._records = {record.id: record for record in records}
        self._variables = {}

    def variables_of(self, namespace: str) -> Mapping[str, Json]:
        """Give the variables of a namespace: its own win over those above, and maps merge."""
        if not self._records:
            return {}
        known = self._variables.get(namespace)
        if known is None:
            known = self.inherited_variables(namespace, with_own=True)
            self._variables[namespace] = known
        return known

    def inherited_variables(self, namespace: str, *, with_own: bool = False) -> dict[str, Json]:
        """Give what the namespaces above set, the nearest winning."""
        found: dict[str, Json] = {}
        for record in self._chain(namespace):
            if with_own or record.id != namespace:
                found = _merged(found, record.variables)
        return found

    def defaults_of(self, namespace: str, *, with_own: bool = True) -> list[tuple[PluginDefault, ...]]:
        """Give the defaults of plugins, one entry a namespace, the farthest above first."""
        return [
            tuple(map(_default, record.plugin_defaults))
            for record in self._chain(namespace)
            if record.plugin_defaults and (with_own or record.id != namespace)
        ]

    def _chain(self, namespace: str) -> list[NamespaceRecord]:
        """Give what is set for a namespace and those above it, the farthest above first."""
        steps = namespace.split(".")
        names = (".".join(steps[:count]) for count in range(1, len(steps) + 1))
        return [self._records[name] for name in names if name in self._records]


def _default(entry: Mapping[str, Json]) -> PluginDefault:
    return PluginDefault(
        type=str(entry["type"]), values=entry.get("values") or {}, is_forced=bool(entry.get("forced", False))
    )


def _merged(below: Mapping[str, Json], above: Mapping[str, Json]) -> dict[str, Json]:
    merged = dict(below)
    for key, value in above.items():
        present = merged.get(key)
        both = isinstance(present, dict) and isinstance(value, dict)
        merged[key] = _merged(present, value) if both else value  # type: ignore[arg-type]  # both are maps
    return merged
