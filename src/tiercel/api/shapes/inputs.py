"""What a start would meet, input by input."""

from __future__ import annotations

from tiercel.model.flow import Check, Input
from tiercel.model.json import Json
from tiercel.operations.starting import CheckedStart
from tiercel.source.inputs import InputState


def checked_start_shape(namespace: str, flow_id: str, declared: tuple[Input, ...], checked: CheckedStart) -> Json:
    """Give each declared input with the value it would have, and the checks that do not hold."""
    by_id = {one.id: one for one in declared}
    return {
        "id": flow_id,
        "namespace": namespace,
        "inputs": [_state_shape(by_id[state.id], state) for state in checked.inputs],
        "checks": [_check_shape(check) for check in checked.failed_checks],
    }


def input_shape(declared: Input) -> dict[str, Json]:
    """Give a declared input as it was written."""
    shape: dict[str, Json] = {"id": declared.id, "type": declared.type, "required": declared.is_required}
    shape |= declared.options
    if declared.has_defaults:
        shape["defaults"] = declared.defaults
    if declared.prefill is not None:
        shape["prefill"] = declared.prefill
    if declared.depends_on or declared.condition:
        shape["dependsOn"] = {"inputs": list(declared.depends_on), "condition": declared.condition}
    if declared.display_name is not None:
        shape["displayName"] = declared.display_name
    if declared.description is not None:
        shape["description"] = declared.description
    return shape


def _state_shape(declared: Input, state: InputState) -> dict[str, Json]:
    shape: dict[str, Json] = {
        "input": input_shape(declared),
        "enabled": state.is_enabled,
        "isDefault": state.is_default,
        "errors": [{"message": state.error}] if state.error else [],
    }
    if state.value is not None:
        shape["value"] = state.value
    return shape


def _check_shape(check: Check) -> dict[str, Json]:
    return {"message": check.message, "style": check.style, "behavior": check.behavior}
