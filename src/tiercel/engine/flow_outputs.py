"""The outputs of a flow: asked for when its main part ends, typed, and what happens when one cannot be had."""

from __future__ import annotations

from tiercel.engine.children import GIVEN
from tiercel.engine.decision import Decision
from tiercel.model.command import Evaluate, StoreOutputs
from tiercel.model.event import Evaluated, OutputsStored
from tiercel.model.execution import Execution
from tiercel.model.flow import FlowOutput
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State
from tiercel.source import type_output

PURPOSE = "outputs."
ASKED = "asked"
"""Note of a child with what the Subflow that waits for it wants rendered; also the name of that among the outputs."""

FOR_PARENT = "for_parent"
STORING = "storing"
"""Note of an iteration whose outputs are being written to a file; it has not ended yet."""

_FETCH_TYPE = "fetchType"
_ENDED_WELL = frozenset({State.SUCCESS.value, State.WARNING.value})
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

    After a failure, an output that cannot be rendered is left out and is no failure of its own. When the outputs are
    to be kept in a file they are not there yet, see ``is_storing``.
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
    _keep(decision, outputs)
    return None


def is_storing(execution: Execution) -> bool:
    """Whether the end waits for the outputs to be in their file."""
    return STORING in execution.notes


def stored(decision: Decision, event: OutputsStored) -> str | None:
    """Give the iteration the address of the file in place of its outputs; the message when it fails for want of it.

    One that was killed or has failed in the meantime keeps that state.
    """
    notes = decision.run.execution.notes
    del notes[STORING]
    if event.error is None:
        notes[GIVEN] = {"uri": event.uri}
        return None
    failure = f"Cannot store the outputs: {event.error}"
    if notes["ending"] in _ENDED_WELL:
        return failure
    decision.log(None, LogLevel.ERROR, failure)
    return None


def for_parent(execution: Execution) -> dict[str, Json] | None:
    """What the parent is told; an iteration of a Loop keeps its outputs for its parent alone."""
    given = execution.notes.get(GIVEN) if execution.iteration is not None else execution.outputs
    return {**(given or {}), **execution.notes.get(FOR_PARENT, {})} or None


def _keep(decision: Decision, outputs: dict[str, Json]) -> None:
    execution = decision.run.execution
    if execution.iteration is None:
        execution.outputs = outputs or None
    elif _is_for_file(decision):
        execution.notes[STORING] = True
        decision.run.touch()
        decision.order(StoreOutputs(outputs))
    else:
        execution.notes[GIVEN] = outputs


def _is_for_file(decision: Decision) -> bool:
    """Whether the Loop wants files; AUTO means values.

    Source: 2.0.0 gives values for AUTO however many or large they are.
    """
    loop = decision.run.plan.tasks[decision.run.execution.loop_task_id or ""]
    return loop.properties.get(_FETCH_TYPE) == "STORE"


def _declared(decision: Decision) -> tuple[FlowOutput, ...]:
    execution = decision.run.execution
    declared = decision.run.plan.outputs_of(execution.loop_task_id)
    if ASKED not in execution.notes:
        return declared
    return (*declared, FlowOutput(id=ASKED, type=None, value=execution.notes[ASKED], is_required=False))
