"""Functions that look into the execution the expression belongs to, by the variables alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tiercel.errors import ExpressionError
from tiercel.expressions import expect
from tiercel.expressions.context import Context
from tiercel.expressions.library import Arguments, Function
from tiercel.expressions.text import java_text
from tiercel.expressions.values import Value


def _tasks_with_state(context: Context, arguments: Arguments) -> Value:
    """List the task runs in a state: ``{taskId, state}``, and ``value`` for those that run once for each value."""
    wanted = java_text(arguments["state"]).upper()
    tasks = context.variables.get("tasks")
    if not isinstance(tasks, Mapping):
        return []
    return [
        entry
        for task, states in tasks.items()
        for entry in _entries(java_text(task), states)
        if java_text(entry["state"]).upper() == wanted
    ]


def _entries(task: str, states: Value) -> Iterator[dict[Value, Value]]:
    if not isinstance(states, Mapping):
        return
    if "state" in states and not isinstance(states["state"], Mapping):
        yield {"taskId": task, "state": states["state"]}
        return
    for value, inner in states.items():
        if isinstance(inner, Mapping) and "state" in inner:
            yield {"taskId": task, "state": inner["state"], "value": value}


def _current_each_output(context: Context, arguments: Arguments) -> Value:
    """Follow the values of the surrounding loops into the outputs of a task that runs once for each of them."""
    outputs = arguments["outputs"]
    if not isinstance(outputs, Mapping):
        raise expect.refusal("currentEachOutput", "the outputs of a task", outputs)
    parents = context.variables.get("parents")
    values = [_run_value(parent) for parent in reversed(parents)] if isinstance(parents, list) else []
    found: Value = outputs
    for value in (*values, _run_value(context.variables)):
        if value is None:
            continue
        if not isinstance(found, Mapping) or value not in found:
            raise ExpressionError("evaluation", f"currentEachOutput: there is no output for the value {value!r}")
        found = found[value]
    return found


def _run_value(holder: Value) -> Value:
    run = holder.get("taskrun") if isinstance(holder, Mapping) else None
    return run.get("value") if isinstance(run, Mapping) else None


def _fetch_context(context: Context, _: Arguments) -> Value:
    return dict(context.variables)


FUNCTIONS: tuple[Function, ...] = (
    Function("tasksWithState", _tasks_with_state, ("state",), ("state",)),
    Function("currentEachOutput", _current_each_output, ("outputs",), ("outputs",)),
    Function("fetchContext", _fetch_context),
    Function("printContext", _fetch_context),
)
