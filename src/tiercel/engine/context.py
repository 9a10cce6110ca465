"""The variables an expression sees: built name by name, only those a template reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from tiercel.engine import task_run_variables
from tiercel.engine.run import Run
from tiercel.engine.task_run_variables import instant
from tiercel.engine.world import World
from tiercel.expressions import Value
from tiercel.model.dialect import Dialect
from tiercel.model.execution import Iteration, TaskRun
from tiercel.model.flow import Flow, TriggerDefinition
from tiercel.model.json import Json
from tiercel.source import context_inputs


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
        value = self._found[name] = BUILDERS[name](self._run, self._task_run, self._world)
        return value

    def __iter__(self) -> Iterator[str]:
        return (name for name in BUILDERS if name in self)

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
        "labels": _nest(flow.labels),
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
        "startDate": instant(execution.history[0]),
        "originalId": execution.original_id or execution.id,
    }
    if execution.outputs is not None:
        found["outputs"] = execution.outputs
    if run.plan.rules.has_end_date and execution.state.is_terminal:
        found["endDate"] = instant(execution.history[-1])
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
    return _nest(run.execution.labels)


def _trigger(run: Run, _task_run: TaskRun | None, _world: World) -> Value:
    trigger = run.execution.trigger
    if trigger is None:
        raise KeyError("trigger")
    # 2.0 hands its tracing on here; the name is there, and it holds nothing.
    return {"_context": None, **trigger.variables} if run.execution.dialect is Dialect.V2_0 else trigger.variables


def _item(run: Run, _task_run: TaskRun | None, _world: World) -> Value:
    if run.execution.iteration is None:
        raise KeyError("item")
    return _item_of(run.execution.iteration)


def _item_of(iteration: Iteration) -> dict[str, Value]:
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


def _nest(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    """Dotted names as maps in maps; a name that is a prefix of another gives way to it."""
    result: dict[str, Json] = {}
    for name, value in pairs:
        *path, last = name.split(".")
        place = result
        for part in path:
            inner = place.get(part)
            if not isinstance(inner, dict):
                inner = place[part] = {}
            place = inner
        place[last] = value
    return result


BUILDERS: Mapping[str, Callable[[Run, TaskRun | None, World], Value]] = {
    "flow": _flow,
    "execution": _execution,
    "inputs": _inputs,
    "outputs": _outputs,
    "vars": _vars,
    "labels": _labels,
    "task": task_run_variables.task,
    "taskrun": task_run_variables.taskrun,
    "parent": task_run_variables.parent,
    "parents": task_run_variables.parents,
    "tasks": task_run_variables.tasks,
    "trigger": _trigger,
    "item": _item,
    "envs": _envs,
    "globals": _globals,
    "namespace": _namespace,
    "kestra": _kestra,
    "addSecretConsumer": _add_secret_consumer,
}
"""How each name is built; KeyError says that there is none here."""
