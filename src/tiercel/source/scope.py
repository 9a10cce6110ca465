"""What the readers of one document share: its report, the known types and the finding of them by name."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from tiercel.model.dialect import Dialect
from tiercel.model.flow import TaskDefinition, TriggerDefinition
from tiercel.model.json import Json
from tiercel.model.types import TypeFacts, TypeKind, Types
from tiercel.source.dialects import ALIASES_KEPT_IN_2_0, UNPUBLISHED_PROPERTIES, UNPUBLISHED_TYPES
from tiercel.source.paths import Path
from tiercel.source.report import Report

_NEAR_TYPE = 0.85
_NEAR_GROUP = 0.8
_PLUGINS = "io.kestra.plugin."
_ELSEWHERE = (
    "No plugin that is here has it; tiercel flow doctor names what to use instead. Tiercel takes plugins from Python "
    "packages installed beside it, and from files in the folder of the setting plugins.folder"
)
_EXAMPLES = {
    TypeKind.TASK: "io.kestra.plugin.core.log.Log",
    TypeKind.TRIGGER: "io.kestra.plugin.core.trigger.Schedule",
    TypeKind.CONDITION: "io.kestra.plugin.core.condition.Expression",
    TypeKind.CHART: "io.kestra.plugin.core.dashboard.chart.Bar",
    TypeKind.DATA: "io.kestra.plugin.core.dashboard.data.Executions",
    TypeKind.DATA_KPI: "io.kestra.plugin.core.dashboard.data.ExecutionsKPI",
}
_PLACES = {
    TypeKind.TASK: "Tasks stand under tasks, errors, finally and afterExecution",
    TypeKind.TRIGGER: "Triggers stand under triggers",
    TypeKind.CONDITION: "Conditions stand under conditions of a trigger or listener",
    TypeKind.RUNNER: "Task runners stand under taskRunner of a task",
    TypeKind.CHART: "Charts stand under charts of a dashboard",
    TypeKind.DATA: "It stands under data of a chart with rows: Bar, Pie, Table, TimeSeries",
    TypeKind.DATA_KPI: "It stands under data of a KPI chart",
    TypeKind.OTHER: "It stands under a property of a task or trigger",
}
_KIND_NAMES = {
    TypeKind.TASK: "a task",
    TypeKind.TRIGGER: "a trigger",
    TypeKind.CONDITION: "a condition",
    TypeKind.RUNNER: "a task runner",
    TypeKind.CHART: "a chart",
    TypeKind.DATA: "data with rows",
    TypeKind.DATA_KPI: "data with one figure",
    TypeKind.OTHER: "another part",
}


@dataclass(frozen=True, slots=True)
class Declared:
    """A task that was read, and where it stands."""

    task: TaskDefinition
    path: Path


class Scope:
    """The report and the types; answers of the latter are kept, since a flow names few types many times.

    Attributes:
        report: Where problems go.
        types: Those of the installation.
        ids: By kind, each id that was read and where.
        tasks: All tasks of the document, at every depth.
        triggers: All triggers.
    """

    def __init__(self, report: Report, types: Types) -> None:
        self.report = report
        self.types = types
        self.ids: dict[str, list[tuple[str, Path]]] = {"task id": [], "trigger id": [], "input": [], "output": []}
        self.tasks: list[Declared] = []
        self.triggers: list[tuple[TriggerDefinition, Path]] = []
        self._found: dict[str, TypeFacts | None] = {}
        self._hints: dict[tuple[str, TypeKind], str] = {}

    def add_task(self, task: TaskDefinition, path: Path) -> None:
        """Remember a task that was read."""
        self.ids["task id"].append((task.id, (*path, "id")))
        self.tasks.append(Declared(task, path))

    def add_trigger(self, trigger: TriggerDefinition, path: Path) -> None:
        """Remember a trigger that was read."""
        self.ids["trigger id"].append((trigger.id, (*path, "id")))
        self.triggers.append((trigger, path))

    def find_type(self, raw: object, path: Path, kind: TypeKind) -> TypeFacts | None:
        """The type that the mapping at ``path`` names; None (reported) when it names none of that kind."""
        report = self.report
        if not isinstance(raw, dict):
            report.error(path, f"must be {_KIND_NAMES[kind]}: a map with type", "wrong-kind", _missing(kind))
            return None
        name = raw.get("type")
        if name is None:
            report.error((*path, "type"), "Invalid type: null", "missing-type", _missing(kind))
            return None
        if not isinstance(name, str):
            report.error((*path, "type"), "must be text", "wrong-kind")
            return None
        facts = self._of_version(raw, name, path)
        if facts is None:
            report.error((*path, "type"), f"Invalid type: {name}", "unknown-type", self._hint(name, kind))
            return None
        if facts.kind is not kind:
            message = f"Invalid type: {name} is {_KIND_NAMES[facts.kind]}, not {_KIND_NAMES[kind]}"
            report.error((*path, "type"), message, "wrong-type", _PLACES[facts.kind])
            return None
        self._note(facts, name, path)
        return facts

    def used_types(self) -> list[TypeFacts]:
        """Every type the document has named so far."""
        return [facts for facts in self._found.values() if facts is not None]

    def note_property(self, key: str, path: Path, facts: TypeFacts) -> None:
        """Note what using a type's own property says about the dialect, and warn when it is deprecated."""
        if (facts.type, key) in UNPUBLISHED_PROPERTIES:
            self.report.use(None, (*path, key), key)
        elif key in facts.properties_2_0_only:
            self.report.use(Dialect.V2_0, (*path, key), key)
        elif key in facts.deprecated_properties:
            self.report.use(Dialect.V1_3, (*path, key), key)
            self.report.warn((*path, key), f"{key} is deprecated", "deprecated", of_key=True)

    def _of_version(self, raw: dict[str, Json], name: str, path: Path) -> TypeFacts | None:
        """The type in the version that is asked for, where several stand side by side; a missing one is reported."""
        facts, version = self._find(name), raw.get("version")
        if facts is None or not facts.versions or not isinstance(version, str):
            return facts
        found = self._find(f"{facts.type}@{version}")
        if found is None:
            hint = f"Installed: {', '.join(facts.versions)}"
            self.report.error((*path, "version"), f"{name} is not here in version {version}", "unknown-version", hint)
        return found or facts

    def _find(self, name: str) -> TypeFacts | None:
        if name not in self._found:
            self._found[name] = self.types.find_type(name)
        return self._found[name]

    def _note(self, facts: TypeFacts, name: str, path: Path) -> None:
        """Say what naming this type means for the dialect, and warn of old names."""
        if len(facts.dialects) == 1:
            self.report.use(next(iter(facts.dialects)), (*path, "type"), name)
        elif facts.type in UNPUBLISHED_TYPES:
            self.report.use(None, (*path, "type"), name)
        if name != facts.type:
            if name not in ALIASES_KEPT_IN_2_0:
                self.report.use(Dialect.V1_3, (*path, "type"), name)
            message = f"{name} is replaced by {facts.type}"
            self.report.warn((*path, "type"), message, "renamed-type", f"Write {facts.type}")
        if facts.is_deprecated:
            self.report.warn(path, f"{name} is deprecated", "deprecated")

    def _hint(self, name: str, kind: TypeKind) -> str:
        """The nearest type, one with the same last word first, or where types come from; found once for each name."""
        key = (name, kind)
        if key not in self._hints:
            names = [facts.type for facts in self.types.list_types(kind) if _are_related(name, facts.type)]
            word = name.rpartition(".")[2].lower()
            same = [known for known in names if known.rpartition(".")[2].lower() == word]
            near = self.report.suggest(name, same) or self.report.suggest(name, names, cutoff=_NEAR_TYPE)
            self._hints[key] = near or (f"Did you mean {same[0]}?" if same else _ELSEWHERE)
        return self._hints[key]


def _are_related(name: str, known: str) -> bool:
    """Tell whether a type may be meant: an upload to a bucket is no upload by FTP, however much alike the names are."""
    if not name.startswith(_PLUGINS) or not known.startswith(_PLUGINS):
        return True
    group, other = (one.removeprefix(_PLUGINS).rpartition(".")[0] for one in (name, known))
    ratio: float = difflib.SequenceMatcher(None, group, other).ratio()
    return group == other.removeprefix("core.") or ratio >= _NEAR_GROUP


def _missing(kind: TypeKind) -> str:
    example = _EXAMPLES.get(kind)
    return f"Add the type of {_KIND_NAMES[kind]}" + (f", such as type: {example}" if example else "")
