"""What a task that starts executions asks to have rendered, and the order that follows from the answers.

Inputs that are text keep the native value of a single expression; texts inside maps and lists of inputs are rendered to
text, as everything else. So there are two questions.
"""

from __future__ import annotations

from tiercel.engine import durations
from tiercel.engine.decision import Decision
from tiercel.engine.rules import RULES, Rules
from tiercel.expressions import to_text
from tiercel.model.command import Evaluate, StartChild
from tiercel.model.dialect import Dialect
from tiercel.model.event import Evaluated
from tiercel.model.execution import TaskRun
from tiercel.model.flow import TaskDefinition
from tiercel.model.json import Json

PROPERTIES = "childProperties"
INPUTS = "childInputs"
ASKED = ("namespace", "flowId", "revision", "labels", "scheduleDate")


def ask(decision: Decision, task_run: TaskRun, task: TaskDefinition) -> None:
    """Ask for everything a child needs."""
    properties = {name: task.properties[name] for name in ASKED if name in task.properties}
    given = task.properties.get("inputs")
    inputs = given if isinstance(given, dict) else {}
    properties["inputs"] = {name: value for name, value in inputs.items() if not isinstance(value, str)}
    texts = {name: value for name, value in inputs.items() if isinstance(value, str)}
    task_run.notes["answers"] = {}
    decision.run.touch(task_run)
    decision.order(Evaluate(task_run.id, PROPERTIES, properties))
    decision.order(Evaluate(task_run.id, INPUTS, texts, is_typed=True))


def take(decision: Decision, task_run: TaskRun, event: Evaluated) -> tuple[Json, str | None] | None:
    """Take an answer; None while another one is missing, else all that was rendered, or the first error."""
    answers: dict[str, list[Json]] | None = task_run.notes.get("answers")
    if answers is None or event.purpose not in {PROPERTIES, INPUTS}:
        return None
    answers[event.purpose] = [event.value, event.error]
    decision.run.touch(task_run)  # the other answer may come after this one was stored
    if len(answers) < len({PROPERTIES, INPUTS}):
        return None
    del task_run.notes["answers"]
    error = answers[PROPERTIES][1] or answers[INPUTS][1]
    if error is not None:
        return None, error
    properties = answers[PROPERTIES][0]
    return {**properties, "inputs": {**properties["inputs"], **answers[INPUTS][0]}}, None


def start_order(
    task_run: TaskRun, task: TaskDefinition, asked: Json, dialect: Dialect, position: int = 0
) -> StartChild:
    """The order that starts a child, from the rendered properties.

    Raises:
        ValueError: One of them cannot be read.
    """
    revision = asked.get("revision")
    return StartChild(
        task_run_id=task_run.id,
        namespace=to_text(asked.get("namespace"), dialect),
        flow_id=to_text(asked.get("flowId"), dialect),
        revision=None if revision in (None, "") else int(revision),
        inputs=asked["inputs"],
        labels=_labels(asked.get("labels"), dialect),
        is_waited=waits(task),
        inherits_labels=task.properties.get("inheritLabels") is True,
        scheduled_at=_moment(asked.get("scheduleDate")),
        position=position,
        outputs=task.properties.get("outputs") or None,
        origin=_origin(task_run, RULES[dialect]),
    )


def waits(task: TaskDefinition) -> bool:
    """Whether the task waits for its children; it does unless told otherwise."""
    return task.properties.get("wait", True) is not False


def _origin(task_run: TaskRun, rules: Rules) -> dict[str, Json]:
    known = {
        "taskId": task_run.task_id,
        "taskRunValue": task_run.value,
        "taskRunIteration": task_run.iteration,
        "taskRunOutputs": task_run.outputs if rules.tells_earlier_outputs else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _labels(given: Json, dialect: Dialect) -> list[tuple[str, str]]:
    if isinstance(given, dict):
        return [(str(key), to_text(value, dialect)) for key, value in given.items()]
    if isinstance(given, list) and all(isinstance(one, dict) for one in given):
        return [(str(one.get("key")), to_text(one.get("value"), dialect)) for one in given]
    return []


def _moment(given: Json) -> int | None:
    return None if given in (None, "") else durations.instant(str(given))
