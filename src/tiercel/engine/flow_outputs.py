"""The outputs of a flow: asked for when its main part ends, typed, and what happens when one cannot be had."""

from __future__ import annotations

from tiercel.engine.children import GIVEN
from tiercel.engine.decision import Decision
from tiercel.model.command import Evaluate
from tiercel.model.event import Evaluated
from tiercel.model.execution import Execution
from tiercel.model.flow import FlowOutput
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.source import type_output

PURPOSE = "outputs."
ASKED = "asked"
"""Note of a child with what the Subflow that waits for it wants rendered; also the name of that among the outputs."""

FOR_PARENT = "for_parent"
ASKED_FAILED = "asked_failed"


def ask(decision: Decision) -> bool:
    """Ask for every output the run must give; tell whether any was asked for."""
    declared = _declared(decision)
    for output in declared:
        is_text = isinstance(output.value, str)
        decision.order(Evaluate(None, PURPOSE + output.id, output.value, is_typed=is_text))
    if declared:
        decision.run.execution.notes["outputs"] = {}
    return bool(declared)


def answer(decision: Decision, event: Evaluated) -> bool:
    """Note one output; tell whether it was the last that was missing."""
    notes = decision.run.execution.notes
    found = notes.get("outputs")
    if found is None or "ending" not in notes:
        return False
    found[event.purpose.removeprefix(PURPOSE)] = [event.value, event.error]
    decision.run.touch()
    return len(found) == len(_declared(decision))


def settle(decision: Decision, state: State) -> str | None:
    """Give the execution its outputs; the message when that fails it.

    After a failure, an output that cannot be rendered is left out and is no failure of its own.
    """
    execution = decision.run.execution
    found: dict[str, list[Json]] = execution.notes.pop("outputs", {})
    if not found:
        return None
    outputs: dict[str, Json] = {}
    failure: str | None = None
    for output in _declared(decision):
        value, error = found[output.id]
        try:
            if error is not None and output.id == ASKED:
                execution.notes[ASKED_FAILED] = True
                continue
            if error is not None:
                failure = failure or f"Cannot render output {output.id}: {error}"
                continue
            has_value, typed = type_output(output, value, dialect=execution.dialect, encrypt=decision.facts.encrypt)
        except ValueError as problem:
            failure = failure or f"Invalid output `{output.id}`: {problem}"
            continue
        if has_value:
            outputs[output.id] = typed
    if failure is not None and state is not State.FAILED:
        return failure
    if ASKED in outputs and ASKED in execution.notes:
        execution.notes[FOR_PARENT] = outputs.pop(ASKED)
    if execution.iteration is not None:
        execution.notes[GIVEN] = outputs
    else:
        execution.outputs = outputs or None
    return None


def for_parent(execution: Execution) -> dict[str, Json] | None:
    """What the parent is told; an iteration of a Loop keeps its outputs for its parent alone."""
    given = execution.notes.get(GIVEN) if execution.iteration is not None else execution.outputs
    return {**(given or {}), **execution.notes.get(FOR_PARENT, {})} or None


def _declared(decision: Decision) -> tuple[FlowOutput, ...]:
    execution = decision.run.execution
    declared = decision.run.plan.outputs_of(execution.loop_task_id)
    if ASKED not in execution.notes:
        return declared
    return (*declared, FlowOutput(id=ASKED, type=None, value=execution.notes[ASKED], is_required=False))
