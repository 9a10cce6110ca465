"""What the rest of the system must know of a task, trigger or other plugin type to read a flow that names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Protocol

from msgspec import Struct, field

from tiercel.errors import Violation
from tiercel.model.dialect import Dialect
from tiercel.model.flow import TaskKind
from tiercel.model.json import Json


class TypeKind(StrEnum):
    """Where a type may stand in a flow or a dashboard."""

    TASK = "task"
    TRIGGER = "trigger"
    CONDITION = "condition"
    RUNNER = "runner"
    CHART = "chart"
    DATA = "data"
    DATA_KPI = "data-kpi"
    OTHER = "other"


class BranchShape(StrEnum):
    """How a property of a flowable holds child tasks."""

    LIST = "list"  # a list of tasks
    MAP = "map"  # text -> list of tasks
    DAG = "dag"  # a list of {task, dependsOn}
    SINGLE = "single"  # one task


class TypeFacts(Struct, frozen=True, kw_only=True):
    """What a type is.

    Attributes:
        type: Canonical name.
        aliases: Other accepted names, all deprecated.
        properties: Names of the type's own properties, without common ones; includes the branches.
        branches: Which properties hold child tasks, and in which shape.
        required_branches: The branches that must be there and not be empty.
        dialects: Published versions that know the type; both when empty (an extension of ours).
        deprecated_properties: 1.x spellings and features, which 2.0 no longer knows.
        outputs: Names of outputs, when they are fixed.
        check: Checks the type's own properties as written in a flow: every field accepts a template in place of its
            value, all that is not a template is checked. Paths of the violations are relative to the task.
        schema: JSON Schema of the type's own properties.
        text: What is said of it beyond the title, in Markdown.
        example: YAML of one use.
        outputs_schema: JSON Schema of its outputs; None when they are not fixed.
        icon: An SVG image of its own; empty when it has none.
        versions: Those that stand side by side, the highest first; none of a type that has just one.
    """

    type: str
    kind: TypeKind
    check: Callable[[Mapping[str, Json]], list[Violation]]
    schema: Callable[[], dict[str, Json]]
    properties: frozenset[str]
    task_kind: TaskKind = TaskKind.RUNNABLE
    control: str = ""
    is_inline: bool = False
    aliases: frozenset[str] = frozenset()
    branches: Mapping[str, BranchShape] = field(default_factory=dict)
    required_branches: frozenset[str] = frozenset()
    dialects: frozenset[Dialect] = frozenset()
    properties_2_0_only: frozenset[str] = frozenset()
    deprecated_properties: frozenset[str] = frozenset()
    outputs: frozenset[str] = frozenset()
    is_deprecated: bool = False
    title: str = ""
    text: str = ""
    example: str = ""
    icon: str = ""
    outputs_schema: Callable[[], dict[str, Json]] | None = None
    versions: tuple[str, ...] = ()


class Types(Protocol):
    """The types an installation has."""

    @property
    def problems(self) -> list[str]:
        """Why plugins that are there could not be loaded."""

    def find_type(self, name: str) -> TypeFacts | None:
        """The type of that name or alias."""

    def list_types(self, kind: TypeKind | None = None) -> Iterable[TypeFacts]:
        """Every type, aliases not repeated, in order of name."""
