"""What of an execution must never be shown, for every place that shows something of it."""

from __future__ import annotations

from tiercel.model.execution import Execution
from tiercel.model.json import Json
from tiercel.operations.environment import Environment
from tiercel.operations.masking import Mask, Masks, encrypted_texts


def mask_text(environment: Environment, text: str, values: object = None) -> str:
    """Hide the secrets of the installation in a text, and whatever is kept encrypted in ``values``."""
    text = environment.secrets.mask(text)
    own = Mask(encrypted_texts(environment.encryption_key, values)) if values else None
    return own(text) if own else text


def masks_of(environment: Environment, execution: Execution, *others: Json) -> Masks:
    """Give what hides the secrets of the installation and the encrypted values of an execution.

    Args:
        environment: Of the installation.
        execution: Its inputs, variables and outputs are searched.
        others: Further values to be searched, as the outputs of its task runs.
    """
    values = (execution.inputs, execution.variables, execution.outputs, *others)
    return Masks(environment.secrets.current, Mask(encrypted_texts(environment.encryption_key, values)))
