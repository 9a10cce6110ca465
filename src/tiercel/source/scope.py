"""What the readers of one document share: its report, the known types and the finding of them by name."""

from __future__ import annotations

from tiercel.model.dialect import Dialect
from tiercel.model.types import TypeFacts, TypeKind, Types
from tiercel.source.dialects import ALIASES_KEPT_IN_2_0
from tiercel.source.paths import Path
from tiercel.source.report import Report

_KIND_NAMES = {
    TypeKind.TASK: "a task",
    TypeKind.TRIGGER: "a trigger",
    TypeKind.CONDITION: "a condition",
    TypeKind.RUNNER: "a task runner",
    TypeKind.OTHER: "another part",
}


class Scope:
    """The report and the types; answers of the latter are kept, since a flow names few types many times."""

    def __init__(self, report: Report, types: Types) -> None:
        self.report = report
        self.types = types
        self._found: dict[str, TypeFacts | None] = {}
        self._hints: dict[tuple[str, TypeKind], str] = {}

    def find_type(self, raw: object, path: Path, kind: TypeKind) -> TypeFacts | None:
        """The type that the mapping at ``path`` names; None (reported) when it names none of that kind."""
        report = self.report
        name = raw.get("type") if isinstance(raw, dict) else None
        if not isinstance(raw, dict) or name is None:
            report.error((*path, "type"), "Invalid type: null", "missing-type", f"Add the type of {_KIND_NAMES[kind]}")
            return None
        if not isinstance(name, str):
            report.error((*path, "type"), "must be text", "wrong-kind")
            return None
        facts = self._find(name)
        if facts is None:
            report.error((*path, "type"), f"Invalid type: {name}", "unknown-type", self._hint(name, kind))
            return None
        if facts.kind is not kind:
            message = f"Invalid type: {name} is {_KIND_NAMES[facts.kind]}, not {_KIND_NAMES[kind]}"
            report.error((*path, "type"), message, "wrong-type")
            return None
        self._note(facts, name, path)
        return facts

    def _find(self, name: str) -> TypeFacts | None:
        if name not in self._found:
            self._found[name] = self.types.find_type(name)
        return self._found[name]

    def _note(self, facts: TypeFacts, name: str, path: Path) -> None:
        """Say what naming this type means for the dialect, and warn of old names."""
        if len(facts.dialects) == 1:
            self.report.use(next(iter(facts.dialects)), (*path, "type"), name)
        if name != facts.type:
            if name not in ALIASES_KEPT_IN_2_0:
                self.report.use(Dialect.V1_3, (*path, "type"), name)
            message = f"{name} is replaced by {facts.type}"
            self.report.warn((*path, "type"), message, "renamed-type", f"Write {facts.type}")
        if facts.is_deprecated:
            self.report.warn(path, f"{name} is deprecated", "deprecated")

    def _hint(self, name: str, kind: TypeKind) -> str:
        """The nearest type; found once for each name."""
        key = (name, kind)
        if key not in self._hints:
            self._hints[key] = self.report.suggest(name, (facts.type for facts in self.types.list_types(kind)))
        return self._hints[key]
