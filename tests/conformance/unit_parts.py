"""Unit cases without a task: parts of flows, plugin defaults, properties, variables, relations, keys."""

from __future__ import annotations

import asyncio
import re
import types
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, Field

from conformance.expression_values import decode
from conformance.matchers import matches, seconds_of
from conformance.product import RefusedError
from conformance.structure import says
from conformance.unit_bench import FLOW_ID, NAMESPACE
from conformance.unit_facts import check_wording
from conformance.unit_words import plain
from tiercel.engine.context import trigger_variables, variables
from tiercel.engine.creation import Start, new_execution
from tiercel.engine.plan import Plan
from tiercel.engine.relations import find_relation
from tiercel.engine.run import Run
from tiercel.engine.world import World
from tiercel.errors import InvalidError, TiercelError
from tiercel.expressions import Context
from tiercel.model.dialect import Dialect
from tiercel.model.execution import ExecutionTrigger, TaskRun
from tiercel.model.flow import Flow, PluginDefault, TaskDefinition, TaskKind, TriggerDefinition
from tiercel.model.log import LogLevel
from tiercel.model.state import State
from tiercel.operations import kv
from tiercel.operations.actor import LOCAL
from tiercel.operations.start_checks import strongest_behavior
from tiercel.plugins import Condition, Plugin, Task, Trigger
from tiercel.plugins.plan import plan_properties
from tiercel.plugins.shapes import property_shapes
from tiercel.source import check_part, read_yaml, type_value
from tiercel.source.plugin_defaults import inject_defaults

if TYPE_CHECKING:
    from conformance.facts import Facts
    from conformance.units_run import UnitRun

LOG = {"id": "unit", "type": "io.kestra.plugin.core.log.Log", "message": "unit"}


# Parts of flows.

TRIGGERS = "io.kestra.plugin.core.trigger"
WRAPPERS = {
    "timeWindow": lambda part: ("trigger", _flow_trigger({"timeWindow": part})),
    "preconditionFilter": lambda part: ("trigger", _flow_trigger({"where": [{"id": "unit", "filters": [part]}]})),
    "regex": lambda part: ("input", {"id": "unit", "type": "STRING", "validator": part}),
    "timezone": lambda part: ("trigger", {"type": f"{TRIGGERS}.Schedule", "cron": "0 0 * * *", "timezone": part}),
}


def _flow_trigger(preconditions: Facts) -> dict[str, object]:
    return {"id": "unit", "type": f"{TRIGGERS}.Flow", "preconditions": {"id": "unit", **preconditions}}


async def validate_part(run: UnitRun, case: Facts) -> None:
    """Check one part of a flow by itself."""
    part, given = str(case["part"]), plain(case["object"])
    problems = _json_problems(given) if part == "jsonString" else _problems(run, part, given)
    wanted = case["expect"]
    if (not problems) is not wanted.get("valid", True):
        run.fail(f"valid: expected {wanted.get('valid', True)}, found {problems or 'no problem'}")
    if "violations" in wanted and wanted["violations"] != len(problems):
        run.soft.append(f"violations: {wanted['violations']} expected, {problems} found")
    for message in wanted.get("messages", []):
        bare = {kind: str(text).removeprefix(": ").strip() for kind, text in message.items()}
        if not says(bare, "\n".join(problems)):
            run.soft.append(f"wording: {message!r} expected, {problems!r} found")


def _json_problems(given: object) -> list[str]:
    try:
        type_value("JSON", given)
    except ValueError as error:
        return [str(error)]
    return []


def _problems(run: UnitRun, part: str, given: Any) -> list[str]:
    if part in WRAPPERS:
        part, given = WRAPPERS[part](given)
    if isinstance(given, Mapping) and part in ("task", "trigger"):
        given = {"id": "unit", **given}
    found = check_part(part, read_yaml(yaml.safe_dump(given, sort_keys=False)), run.product.environment.types)
    return [str(violation) for violation in found if violation.is_error]


# Flows.


def _parse(run: UnitRun, given: Facts) -> tuple[Flow, list[Any]]:
    """A flow given as data or as a file; what a flow must have besides is added."""
    if "$file" in given:
        source = (run.folder / str(given["$file"])).read_bytes().decode()
    else:
        flow = {"id": FLOW_ID, "namespace": NAMESPACE, "tasks": [LOG], **plain(given)}
        flow["triggers"] = [_named(trigger, number) for number, trigger in enumerate(flow.get("triggers") or ())]
        source = yaml.safe_dump(flow, sort_keys=False)
    parsed = run.product.parse(source)
    if parsed.flow is None:
        raise RefusedError(InvalidError(parsed.errors))
    return parsed.flow, parsed.violations


def _named(trigger: Facts, number: int) -> dict[str, object]:
    named = {"id": f"unit-{number}", **trigger}
    for key in ("preconditions", "conditions"):
        if isinstance(named.get(key), Mapping):
            named[key] = {"id": "unit", **named[key]}
        elif isinstance(named.get(key), list):
            named[key] = [_identified(entry) for entry in named[key]]
    return named


def _identified(condition: Facts) -> Facts:
    is_multiple = str(condition.get("type", "")).endswith(".MultipleCondition")
    return {"id": "unit", **condition} if is_multiple else condition


async def flow_relation(run: UnitRun, case: Facts) -> None:
    """How one flow depends on another."""
    parent, child = _parse(run, case["parent"])[0], _parse(run, case["child"])[0]
    found = find_relation(parent, child)
    run.check("relation", case["expect"]["relation"], found.value if found is not None else None)


async def flow_deprecations(run: UnitRun, case: Facts) -> None:
    """Where a flow uses what is deprecated."""
    violations = _parse(run, case["flow"])[1]
    run.check("paths", case["expect"]["paths"], [one.path for one in violations if one.code.startswith("deprecated")])


async def flow_warnings(run: UnitRun, case: Facts) -> None:
    """What a flow is warned of; wording is soft."""
    violations = _parse(run, case["flow"])[1]
    found = [one.message for one in violations if not one.is_error and not one.code.startswith("deprecated")]
    relocated = [one.message for one in violations if one.code == "renamed-type"]
    for name, wanted in case["expect"].items():
        actual = {"relocations": relocated, "aliases": relocated}.get(name, found)
        texts = wanted if isinstance(wanted, list) else []
        if (texts and not actual) or (wanted == [] and actual):
            run.fail(f"{name}: expected {wanted!r}, found {actual!r}")
        elif isinstance(wanted, list):
            missing = [text for text in texts if not any(matches(text, one, run) for one in actual)]
            run.soft += [f"wording: {text!r} expected, {actual!r} found" for text in missing]
        else:
            run.check(name, wanted, len(actual) if isinstance(wanted, int) else actual)


async def checks_behavior(run: UnitRun, case: Facts) -> None:
    """Which of the failing checks wins."""
    run.check("behavior", case["expect"]["behavior"], strongest_behavior(case["behaviors"]))


# Plugin defaults.

SAME = "{same}"
TEST_TYPE = re.compile(r"\{test (task|trigger|condition) with (.+)\}")
OWN_DEFAULT = re.compile(r"(\w+)\s*(?:\(own default \"([^\"]*)\"\))?")
KINDS: Mapping[str, type[Plugin]] = {"task": Task, "trigger": Trigger, "condition": Condition}
COMMON = frozenset({"id", "type"})


def _test_types(run: UnitRun, value: object, extra: frozenset[str]) -> object:
    """The value with every test type it describes registered and named."""
    if isinstance(value, Mapping):
        return {key: _test_types(run, item, extra) for key, item in value.items()}
    if isinstance(value, list):
        return [_test_types(run, item, extra) for item in value]
    if value == SAME:
        return run.words.names[SAME]
    match = TEST_TYPE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return value
    if value not in run.words.names:
        run.words.names[value] = f"test.units.Type{len(run.words.names)}"
        run.product.wired.registry.add(_test_type(run.words.names[value], match, extra))
        run.words.names.setdefault(SAME, run.words.names[value])
    return run.words.names[value]


def _test_type(name: str, match: re.Match[str], extra: frozenset[str]) -> type[Plugin]:
    own = {found.group(1): found.group(2) for found in OWN_DEFAULT.finditer(match.group(2))}
    properties = {**dict.fromkeys(extra), **own}
    fields = {f"property_{number}": (key, default) for number, (key, default) in enumerate(properties.items())}

    def body(namespace: dict[str, object]) -> None:
        namespace["__module__"] = __name__
        namespace["__annotations__"] = dict.fromkeys(fields, Any)
        for field, (key, default) in fields.items():
            namespace[field] = Field(default=default, alias=key)

    return types.new_class("TestType", (KINDS[match.group(1)],), {"type": name}, body)


def _defaults(entries: object) -> list[PluginDefault]:
    return [
        PluginDefault(type=entry["type"], values=entry.get("values") or {}, is_forced=entry.get("forced", False))
        for entry in entries or ()
    ]


async def plugin_defaults(run: UnitRun, case: Facts) -> None:
    """A flow, or its first task, after the defaults are injected."""
    listed = [*(case.get("global_defaults") or ()), *(case.get("defaults") or ())]
    listed += case["flow"].get("pluginDefaults") or ()
    extra = frozenset(key for entry in listed for key in entry.get("values") or ()) - COMMON
    flow = _test_types(run, case["flow"], extra)
    of_flow = [*_defaults(flow.get("pluginDefaults")), *_defaults(_test_types(run, case.get("defaults"), extra))]
    globally = _defaults(_test_types(run, case.get("global_defaults"), extra))
    types_ = run.product.environment.types
    injected = inject_defaults(dict(flow), of_flow, globally, types_)
    wanted = _test_types(run, case["expect"], extra)
    if "flow" in wanted:
        run.check("flow", wanted["flow"], injected)
    for kind, place in (("task", "tasks"), ("trigger", "triggers")):
        if kind in wanted:
            run.check(kind, wanted[kind], _with_own(run, injected[place][0]))
    if "condition" in wanted:
        run.check("condition", wanted["condition"], _with_own(run, injected["triggers"][0]["conditions"][0]))


def _with_own(run: UnitRun, part: Facts) -> dict[str, object]:
    plugin = run.product.wired.registry.find_class(str(part["type"]))
    own = {name: shape.default for name, shape in property_shapes(plugin).items()} if plugin is not None else {}
    return {**own, **part}


# Properties.

SCALARS: Mapping[str, object] = {
    "INT": int,
    "INTEGER": int,
    "LONG": int,
    "FLOAT": float,
    "DOUBLE": float,
    "NUMBER": float,
    "STRING": str,
    "BOOLEAN": bool,
    "BOOL": bool,
    "LEVEL": LogLevel,
    "DURATION": timedelta,
    "INSTANT": datetime,
    "DATETIME": datetime,
    "ZONEDDATETIME": datetime,
    "DATE": date,
    "LOCALDATE": date,
    "TIME": time,
    "LOCALTIME": time,
    "URI": str,
    "OBJECT": Any,
    "ANY": Any,
    "JSON": Any,
}


def _annotation(text: str) -> object:
    match = re.fullmatch(r"(LIST|SET|MAP)<(.+)>", text.strip().upper())
    if match is None:
        return SCALARS.get(text.strip().upper(), Any)
    if match.group(1) == "MAP":
        return dict[str, _annotation(match.group(2).split(",", 1)[1])]
    return list[_annotation(match.group(2))]


def _property_type(declared: Mapping[str, str], defaults: Facts) -> type[Task]:
    fields = {f"property_{number}": key for number, key in enumerate(declared)}

    def body(namespace: dict[str, object]) -> None:
        namespace["__module__"] = __name__
        namespace["__annotations__"] = {field: _annotation(declared[key]) | None for field, key in fields.items()}
        for field, key in fields.items():
            namespace[field] = Field(default=defaults.get(key), alias=key)

    return types.new_class("TestProperties", (Task,), {"type": "test.units.Properties"}, body)


async def typed_property(run: UnitRun, case: Facts) -> None:
    """Typed properties rendered by the plugin SDK."""
    declared = _property_type(case["types"], case.get("defaults") or {})
    namespace = run.bench.namespace
    host = run.product.environment.outside(namespace)
    context = Context(decode(case.get("variables") or {}), host, Dialect.V1_3)

    def render() -> BaseModel:
        return plan_properties(declared, case.get("properties") or {}, Dialect.V1_3).render(context)

    wanted = case["expect"]
    try:
        values = (await asyncio.to_thread(render)).model_dump(by_alias=True)
    except TiercelError as error:
        if "error" not in wanted:
            raise
        check_wording(run, wanted["error"], str(error), case["properties"])
        return
    if wanted.get("error"):
        run.fail(f"expected to be refused ({wanted['error']}), found {values}")
    run.check("values", wanted.get("values") or {}, values)


# Variables.


async def run_variables(run: UnitRun, case: Facts) -> None:
    """The variables that given parts make."""
    given = case["given"]
    flow = _flow_of(run, given)
    kestra = given.get("kestra") or {}
    environment = kestra.get("environment") or given.get("environment") or {}
    world = World(
        envs=given.get("envs") or {},
        globals=given.get("globals") or {},
        environment={"name": environment} if isinstance(environment, str) else environment,
        url=str(kestra.get("url") or given.get("url") or ""),
        tenant=str((given.get("flow") or {}).get("tenantId") or "main"),
    )
    trigger = given.get("trigger")
    if trigger is not None and "execution" not in given:
        found = trigger_variables(flow, TriggerDefinition(declared_type=trigger["type"], **trigger), world)
    else:
        aggregate = Run.load(Plan(flow), _execution_of(run, flow, given), _task_runs(run, given))
        task_run = aggregate.task_runs.get("unit") if "task" in given or "taskrun" in given else None
        found = variables(aggregate, task_run, world)
    run.check("variables", case["expect"]["variables"], {name: found[name] for name in found})


def _flow_of(run: UnitRun, given: Facts) -> Flow:
    written = given.get("flow") or {}
    parsed = _parse(run, {k: v for k, v in written.items() if k in ("inputs", "labels", "variables")})[0]
    task = given.get("task") or LOG
    return Flow(
        id=str(written.get("id") or FLOW_ID),
        namespace=str(written.get("namespace") or NAMESPACE),
        revision=int(written.get("revision") or 1),
        dialect=parsed.dialect,
        tasks=(TaskDefinition(id=task["id"], type=task["type"], declared_type=task["type"], kind=TaskKind.RUNNABLE),),
        inputs=parsed.inputs,
        labels=parsed.labels,
        variables=parsed.variables,
    )


def _execution_of(run: UnitRun, flow: Flow, given: Facts) -> Any:
    written = given.get("execution") or {}
    trigger = given.get("trigger")
    start = Start(
        inputs=plain(written.get("inputs") or given.get("inputs") or {}),
        labels=[(str(k), str(v)) for k, v in (written.get("labels") or given.get("labels") or {}).items()],
        trigger=ExecutionTrigger(id=trigger["id"], type=trigger["type"], variables=dict(trigger)) if trigger else None,
    )
    execution = new_execution(flow, str(written.get("id") or "unit"), run.product.environment.clock(), start)
    if written.get("state"):
        execution.state = State(written["state"])
    return execution


def _task_runs(run: UnitRun, given: Facts) -> list[TaskRun]:
    if "task" not in given and "taskrun" not in given:
        return []
    written = given.get("taskrun") or {}
    now = run.product.environment.clock()
    task = str((given.get("task") or LOG)["id"])
    return [
        TaskRun(
            id="unit",
            execution_id="unit",
            task_id=task,
            number=0,
            history=[(State.CREATED, now)],
            value=written.get("value"),
            iteration=written.get("iteration"),
        )
    ]


# Keys.


async def kv_store(run: UnitRun, case: Facts) -> None:
    """Steps on the store of one namespace: put, get, delete, list, each with its facts."""
    namespace = str(case.get("namespace") or run.bench.namespace)
    for step in case.get("steps") or [{**case, **case.get("expect", {})}]:
        action = next((name for name in ("put", "get", "delete", "list") if name in step), "")
        if not action:
            run.fail(f"the runner does not know the step {step!r}")
        try:
            found = await _key_action(run, namespace, action, step)
        except TiercelError as error:
            if "error" not in step:
                raise
            check_wording(run, step["error"], str(error), step)
            continue
        if step.get("error"):
            run.fail(f"{action}: expected to be refused ({step['error']}), found {found!r}")
        for fact in ("value", "deleted", "keys", "size"):
            if fact in step:
                run.check(fact, step[fact], len(found) if fact == "size" else found)


async def _key_action(run: UnitRun, namespace: str, action: str, step: Facts) -> Any:
    given = step[action] if isinstance(step[action], Mapping) else {"key": step[action]}
    environment, key = run.product.environment, str(given.get("key"))
    namespace = str(given.get("namespace") or namespace)
    if action == "put":
        lifetime = given.get("ttl")
        wanted = kv.KvValue(
            value=plain(given.get("value")),
            ttl=timedelta(seconds=seconds_of(lifetime)) if lifetime else None,
            is_overwriting=given.get("overwrite", True),
        )
        return (await kv.set_value(environment, LOCAL, namespace, key, wanted)).value
    if action == "get":
        entry = await kv.find_value(environment, LOCAL, namespace, key)
        return entry.value if entry is not None else None
    if action == "delete":
        return await kv.delete_value(environment, LOCAL, namespace, key)
    return await kv.list_keys(environment, LOCAL, namespace, str(given.get("prefix") or ""))
