"""A handful of types as an installation would have them, and short ways to parse with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

from tiercel.errors import Violation
from tiercel.model.dialect import Dialect, DialectSetting
from tiercel.model.flow import Flow, TaskKind
from tiercel.model.json import Json
from tiercel.model.types import BranchShape, TypeFacts, TypeKind
from tiercel.source import Parsed, parse_flow

PREFIX = "io.kestra.plugin.core."
LIST, DAG, MAP, SINGLE = BranchShape.LIST, BranchShape.DAG, BranchShape.MAP, BranchShape.SINGLE


def requires(*names: str) -> Callable[[Mapping[str, Json]], list[Violation]]:
    def check(written: Mapping[str, Json]) -> list[Violation]:
        return [Violation("must not be null", path=name, code="required") for name in names if name not in written]

    return check


def facts(name: str, *properties: str, needs: tuple[str, ...] = (), **given: Any) -> TypeFacts:
    schema = {"type": "object", "properties": {key: {} for key in properties}, "required": list(needs)}
    fields: dict[str, Any] = {"kind": TypeKind.TASK, **given}
    return TypeFacts(
        type=PREFIX + name,
        check=requires(*needs),
        schema=lambda: schema,
        properties=frozenset(properties) | frozenset(fields.get("branches", ())),
        **fields,
    )


def flowable(name: str, control: str, branches: dict[str, BranchShape], *properties: str, **given: Any) -> TypeFacts:
    required = frozenset(given.pop("required", ("tasks",)))
    return facts(
        name,
        *properties,
        task_kind=TaskKind.FLOWABLE,
        control=control,
        branches=branches,
        required_branches=required,
        **given,
    )


ONLY_1_3 = frozenset({Dialect.V1_3})
ONLY_2_0 = frozenset({Dialect.V2_0})
ALL = (
    facts("log.Log", "message", "level", needs=("message",), is_inline=True, aliases=frozenset({"io.kestra.core.Log"})),
    facts("debug.Return", "format", is_inline=True),
    facts("debug.Echo", "format", is_deprecated=True, dialects=ONLY_1_3),
    facts("http.Request", "uri", "options", "sslOptions", deprecated_properties=frozenset({"sslOptions"})),
    facts("execution.SetVariables", "variables", is_inline=True),
    facts("flow.Subflow", "namespace", "flowId", "labels", task_kind=TaskKind.EXECUTABLE, control="subflow"),
    flowable("flow.Sequential", "sequential", {"tasks": LIST}),
    flowable("flow.Parallel", "parallel", {"tasks": LIST}, "concurrent", "onChildFailure",
             properties_2_0_only=frozenset({"onChildFailure"})),
    flowable("flow.Dag", "dag", {"tasks": DAG}),
    flowable("flow.If", "if", {"then": LIST, "else": LIST}, "condition", required=("then",)),
    flowable("flow.Switch", "switch", {"cases": MAP, "defaults": LIST}, "value", required=()),
    flowable("flow.Pause", "pause", {"onPause": SINGLE}, "delay", required=(),
             deprecated_properties=frozenset({"delay"})),
    flowable("flow.WorkingDirectory", "working_directory", {"tasks": LIST}, "cache"),
    flowable("flow.ForEachItem", "foreach_item", {}, "items", "batch", "namespace", "flowId", required=(),
             dialects=ONLY_1_3),
    flowable("flow.Loop", "loop", {"tasks": LIST}, "values", "breakWhen", dialects=ONLY_2_0),
    flowable("flow.Approval", "approval", {"onWait": LIST}, required=()),
    facts("trigger.Schedule", "cron", "inputs", needs=("cron",), kind=TypeKind.TRIGGER),
    facts("trigger.Webhook", "key", needs=("key",), kind=TypeKind.TRIGGER),
    facts("condition.Weekend", "date", kind=TypeKind.CONDITION, dialects=ONLY_1_3),
    facts("condition.Not", "conditions", kind=TypeKind.CONDITION, dialects=ONLY_1_3),
)  # fmt: skip


class KnownTypes:
    """Types of a fixed list."""

    problems: ClassVar[list[str]] = []

    def __init__(self) -> None:
        self._types = {name: entry for entry in ALL for name in (entry.type, *entry.aliases)}

    def find_type(self, name: str) -> TypeFacts | None:
        return self._types.get(name)

    def list_types(self, kind: TypeKind | None = None) -> Iterable[TypeFacts]:
        return [entry for entry in ALL if kind in (None, entry.kind)]


def parse(body: str, dialect: DialectSetting = DialectSetting.AUTO, **settings: Any) -> Parsed:
    """Parse a flow of which only the interesting part is given."""
    text = body
    if not body.startswith("id:"):
        text = "id: f\nnamespace: n\n" + body
    if "tasks:" not in [line[:6] for line in text.splitlines()]:
        text += f"\ntasks: [{{id: only, type: {PREFIX}log.Log, message: x}}]\n"
    return parse_flow(re.sub(r"(?<![\w.])core\.", PREFIX, text), KnownTypes(), dialect, **settings)


def flow_of(body: str, dialect: DialectSetting = DialectSetting.AUTO, **settings: Any) -> Flow:
    parsed = parse(body, dialect, **settings)
    assert parsed.flow is not None, parsed.errors
    return parsed.flow


def problems(body: str, dialect: DialectSetting = DialectSetting.AUTO) -> list[tuple[str, str]]:
    """Path and code of each error."""
    return [(found.path, found.code) for found in parse(body, dialect).errors]


def warnings(body: str, dialect: DialectSetting = DialectSetting.AUTO, **settings: Any) -> list[tuple[str, str]]:
    return [(found.path, found.code) for found in parse(body, dialect, **settings).warnings]
