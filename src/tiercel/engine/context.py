"""The variables an expression sees: built name by name, only those a template reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tiercel.engine.run import Run
from tiercel.expressions import Value
from tiercel.expressions.values import Instant
from tiercel.model.dialect import Dialect
from tiercel.model.execution import Iteration, StateAt, TaskRun
from tiercel.model.flow import Flow, TriggerDefinition
from tiercel.model.json import Json
from tiercel.source import Render, context_inputs

MICROSECONDS = 1_000_000
WORKING_DIRECTORY = "working_directory"


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


class Variables(Mapping[str, Value]):
    """The root names for one task run, or for the flow; each is built when first read."""

    __slots__ = ("_found", "_run", "_task_run", "_world")

    def __init__(self, run: Run, task_run: TaskRun | None, world: World) -> None:
        self._run = run
        self._task_run = task_run
        self._world = world
        self._found: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name in self._found:
            return self._found[name]
        value = self._found[name] = _BUILDERS[name](self._run, self._task_run, self._world)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in _BUILDERS if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        try:
            self[str(name)]
        except KeyError:
            return False
        return True


def variables(run: Run, task_run: TaskRun | None, world: World) -> Mapping[str, Value]:
    """What a template of that task run, or of the flow when None, may read.

    The maps inside are shared with the run: readers never change them. Make a new one for each rendering that must see
    what happened since.
    """
    return Variables(run, task_run, world)


def trigger_variables(flow: Flow, trigger: TriggerDefinition, world: World) -> Mapping[str, Value]:
    """What a template of a trigger may read while no execution exists yet."""
    found: dict[str, Value] = {
        "flow": {
            "id": flow.id,
            "namespace": flow.namespace,
            "revision": flow.revision,
            "tenantId": world.tenant,
        },
        "trigger": {"id": trigger.id, "type": trigger.type},
        "labels": nest(flow.labels),
        "envs": world.envs,
        "globals": world.globals,
        "kestra": _kestra_of(world),
    }
    if flow.variables:
        found["vars"] = flow.variables
    of_namespace = world.namespaces(flow.namespace)
    if of_namespace:
        found["namespace"] = of_namespace
    return found


def _flow(run: Run, _task_run: TaskRun | None, world: World) -> Value:
    execution = run.execution
    return {
        "id": execution.flow_id,
        "namespace": execution.namespace,
        "revision": execution.revision,
        "tenantId": world.tenant,
    }


def _execution(run: Run, _task_run: TaskRun | None, _world: World) -> Value:
    execution = (run.parent or run).execution
    found: dict[str, Value] = {
        "id": execution.id,
        "state": execution.state.value,
        "startDate": _instant(execution.history[0]),
        "originalId": execution.original_id or execution.id,
    }
    if execution.outputs is not None:
        found["outputs"] = execution.outputs
    if run.plan.rules.has_end_date and execution.state.is_terminal:
        found["endDate"] = _instant(execution.history[-1])
    return found


def _inputs(run: Run, _task_run: TaskRun | None, world: World) -> Value:
    if run.visible_inputs is None:
        values = context_inputs(run.plan.flow, run.execution.inputs, world.render)
        run.visible_inputs = {name: world.reveal(value) for name, value in values.items()}
    if not run.visible_inputs:
        raise KeyError("inputs")
    return run.visible_inputs


def _outputs(run: Run, _task_run: TaskRun | None, world: World) -> Value:
    own = run.outputs.root
    if run.outputs.secret_tasks:
        own = {**own, **{name: _revealed(own[name], world) for name in run.outputs.secret_tasks if name in own}}
    if run.parent is None:
        return own
    above = _outputs(run.parent, None, world)
    return {**above, **own} if isinstance(above, dict) else own


def _revealed(value: Json, world: World) -> Json:
    plain = world.reveal(value)
    if isinstance(plain, dict):
        return {name: _revealed(item, world) for name, item in plain.items()}
    return [_revealed(item, world) for item in plain] if isinstance(plain, list) else plain


def _vars(run: Run, _task_run: TaskRun | None, _world: World) -> Value:
    if not run.execution.variables:
        raise KeyError("vars")
    return run.execution.variables


def _labels(run: Run, _task_run: TaskRun | None, _world: World) -> Value:
    return nest(run.execution.labels)


def _task(run: Run, task_run: TaskRun | None, _world: World) -> Value:
    if task_run is None:
        raise KeyError("task")
    task = run.task_of(task_run)
    return {"id": task.id, "type": task.type}


def _taskrun(run: Run, task_run: TaskRun | None, _world: World) -> Value:
    if task_run is None:
        raise KeyError("taskrun")
    found: dict[str, Value] = {
        "id": task_run.id,
        "startDate": _instant(task_run.history[0]),
        "attemptsCount": sum(1 for attempt in task_run.attempts if attempt.state.is_terminal),
    }
    directory = _directory(run, task_run)
    optional = {
        "parentId": task_run.parent_id,
        "value": task_run.value if directory is None else directory.value,
        "iteration": task_run.iteration,
        "items": task_run.items,
    }
    found.update((name, value) for name, value in optional.items() if value is not None)
    return found


def _parent(run: Run, task_run: TaskRun | None, _world: World) -> Value:
    above = _above(run, task_run)
    if not above:
        raise KeyError("parent")
    return above[0]


def _parents(run: Run, task_run: TaskRun | None, _world: World) -> Value:
    return _above(run, task_run)


def _above(run: Run, task_run: TaskRun | None) -> list[Value]:
    if task_run is None:
        return []
    task_run = _directory(run, task_run) or task_run
    described = (_ancestor(run, one) for one in run.ancestors(task_run))
    found: list[Value] = [one for one in described if one]
    if run.parent is not None and run.execution.parent_task_run_id is not None:
        loop = run.parent.task_runs.get(run.execution.parent_task_run_id)
        if loop is not None:
            found += [one for one in (_ancestor(run.parent, loop), *_above(run.parent, loop)) if one]
    return found


def _directory(run: Run, task_run: TaskRun) -> TaskRun | None:
    """The WorkingDirectory a task run shares: expressions see its value and what is around it, not it as a parent."""
    above = run.local_parent(task_run)
    return above if above is not None and run.task_of(above).control == WORKING_DIRECTORY else None


def _ancestor(run: Run, task_run: TaskRun) -> dict[str, Value]:
    found: dict[str, Value] = {}
    if run.plan.rules.has_parent_everywhere:
        task = run.task_of(task_run)
        found["task"] = {"id": task.id, "type": task.type}
        found["taskrun"] = {"id": task_run.id}
    if task_run.value is not None:
        found["taskrun"] = {"value": task_run.value}
    if task_run.outputs:
        found["outputs"] = task_run.outputs
    return found


class _States(Mapping[str, Value]):
    """``tasks``: the state of each task by id, below it by value for the children of each-tasks."""

    __slots__ = ("_run",)

    def __init__(self, run: Run) -> None:
        self._run = run

    def __getitem__(self, task_id: str) -> Value:
        runs = self._run.by_task[task_id]
        if not runs:
            raise KeyError(task_id)
        found: dict[str, Json] = {}
        for task_run in runs:
            place = found
            for value in self._run.value_path(task_run):
                place = place.setdefault(value, {})
            place["state"] = task_run.state.value
        return found

    def __iter__(self) -> Iterator[str]:
        return (task_id for task_id, runs in self._run.by_task.items() if runs)

    def __len__(self) -> int:
        return sum(1 for runs in self._run.by_task.values() if runs)


def _tasks(run: Run, _task_run: TaskRun | None, _world: World) -> Value:
    return _States(run)


def _trigger(run: Run, _task_run: TaskRun | None, _world: World) -> Value:
    trigger = run.execution.trigger
    if trigger is None:
        raise KeyError("trigger")
    # 2.0 hands its tracing on here; the name is there, and it holds nothing.
    return {"_context": None, **trigger.variables} if run.execution.dialect is Dialect.V2_0 else trigger.variables


def _item(run: Run, _task_run: TaskRun | None, _world: World) -> Value:
    if run.execution.iteration is None:
        raise KeyError("item")
    return item_of(run.execution.iteration)


def item_of(iteration: Iteration) -> dict[str, Value]:
    """An iteration as expressions see it; ``parent`` is the nearest, ``parents`` begins with the outermost."""
    found = _bare_item(iteration)
    if iteration.parents:
        found["parent"] = _bare_item(iteration.parents[0])
        found["parents"] = [_bare_item(one) for one in reversed(iteration.parents)]
    return found


def _bare_item(iteration: Iteration) -> dict[str, Value]:
    found: dict[str, Value] = {"index": iteration.index, "value": iteration.value}
    if iteration.key is not None:
        found["key"] = iteration.key
    return found


def _envs(_run: Run, _task_run: TaskRun | None, world: World) -> Value:
    return world.envs


def _namespace(run: Run, _task_run: TaskRun | None, world: World) -> Value:
    found = world.namespaces(run.execution.namespace)
    if not found:
        raise KeyError("namespace")
    return found


def _globals(_run: Run, _task_run: TaskRun | None, world: World) -> Value:
    return world.globals


def _kestra(_run: Run, _task_run: TaskRun | None, world: World) -> Value:
    return _kestra_of(world)


def _add_secret_consumer(_run: Run, task_run: TaskRun | None, _world: World) -> Value:
    """An inner part of both published versions that tasks see among their variables; here it holds nothing."""
    if task_run is None:
        raise KeyError("addSecretConsumer")
    return ""


def _kestra_of(world: World) -> Value:
    found: dict[str, Value] = {"environment": world.environment}
    if world.url:
        found["url"] = world.url
    return found


def nest(pairs: object) -> dict[str, Json]:
    """Dotted names as maps in maps; a name that is a prefix of another gives way to it."""
    result: dict[str, Json] = {}
    for name, value in pairs:  # type: ignore[attr-defined]  # items of a map or a list of pairs
        *path, last = name.split(".")
        place = result
        for part in path:
            inner = place.get(part)
            if not isinstance(inner, dict):
                inner = place[part] = {}
            place = inner
        place[last] = value
    return result


def _instant(entry: StateAt) -> Instant:
    second, micros = divmod(entry[1], MICROSECONDS)
    return Instant(second, micros * 1000)


_BUILDERS: Mapping[str, Callable[[Run, TaskRun | None, World], Value]] = {
    "flow": _flow,
    "execution": _execution,
    "inputs": _inputs,
    "outputs": _outputs,
    "vars": _vars,
    "labels": _labels,
    "task": _task,
    "taskrun": _taskrun,
    "parent": _parent,
    "parents": _parents,
    "tasks": _tasks,
    "trigger": _trigger,
    "item": _item,
    "envs": _envs,
    "globals": _globals,
    "namespace": _namespace,
    "kestra": _kestra,
    "addSecretConsumer": _add_secret_consumer,
}
