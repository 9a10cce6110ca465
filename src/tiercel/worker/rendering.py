"""The context in which an assignment's templates are rendered, and the secrets that must not show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from tiercel.expressions import Context, Host, Value
from tiercel.model.flow import Flow
from tiercel.operations.assignments import Assignment
from tiercel.operations.environment import Environment
from tiercel.operations.hiding import mask_text
from tiercel.operations.outside import expression_context

T = TypeVar("T")

_READINGS = 10


def context_of(
    environment: Environment, assignment: Assignment, host: Host, variables: Mapping[str, Value] | None = None
) -> Context:
    """Make the context of one rendering; ``variables`` replace those of the assignment."""
    seen = assignment.variables if variables is None else variables
    return expression_context(environment, assignment.flow, seen, host)


def mask_of(environment: Environment, assignment: Assignment) -> Callable[[str], str]:
    """Give what hides the secrets of the installation, as they are then, and the secret inputs of the execution."""
    inputs = assignment.execution.inputs if has_secret_inputs(assignment.flow) else {}
    return lambda text: mask_text(environment, text, inputs)


def has_secret_inputs(flow: Flow) -> bool:
    """Tell whether an input of the flow is a secret."""
    return any(one.type == "SECRET" for one in flow.inputs)


def steadily(render: Callable[[], T]) -> T:
    """Render on a thread while the execution goes on: a map that grew under the reading is read again."""
    for _ in range(_READINGS):
        try:
            return render()
        except RuntimeError as error:
            if "changed size" not in str(error):
                raise
    return render()


def clock_text(seconds: float) -> str:
    """Write a length of time as ``00:01:30.500``."""
    millis = round(seconds * 1000)
    hours, rest = divmod(millis, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02d}:{minutes:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
