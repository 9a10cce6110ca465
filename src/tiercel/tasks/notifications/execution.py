"""What a message about an execution says; every kind of message shows the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tiercel.plugins import Json, RunContext

_COLORS = {"SUCCESS": "2eb886", "WARNING": "f2a33a", "FAILED": "d4351c", "KILLED": "8a1f11"}
_OTHER_COLOR = "5b6770"
_LONGEST_VALUE = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """The parts of a message.

    Attributes:
        title: One line.
        state: Of the execution.
        color: Of its state, six hexadecimal digits.
        link: Where it can be seen; None when the installation does not know its own address.
        text: What the flow adds.
        facts: Names and values, in order.
    """

    title: str
    state: str
    color: str
    link: str | None
    text: str | None
    facts: dict[str, str] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """Give all but the link as lines of plain text."""
        added = [self.text] if self.text else []
        return [self.title, *added, *(f"{name}: {value}" for name, value in self.facts.items())]


def describe(ctx: RunContext, execution_id: str, message: str | None, *more: Mapping[str, Json] | None) -> Told:
    """Ask for an execution, and put together what is told of it.

    Args:
        ctx: Of the run.
        execution_id: Which.
        message: What the flow adds.
        more: Further names and values.
    """
    found = ctx.call("executions.get", execution_id=execution_id)
    facts = {"Execution": found["id"], "Started": found["startDate"], "Duration": found["duration"]}
    failed = found.get("firstFailed") or {}
    last = found.get("lastTask") or {}
    facts["Failed task"] = failed.get("taskId")
    facts["Last task"] = None if failed else last.get("taskId")
    facts["Error"] = found.get("error")
    for fields in more:
        facts |= {str(name): value for name, value in (fields or {}).items()}
    flow = f"{found['namespace']}.{found['flowId']}"
    return Told(
        title=f"{flow}: {found['state']}",
        state=found["state"],
        color=_COLORS.get(found["state"], _OTHER_COLOR),
        link=found.get("link"),
        text=message,
        facts={name: str(value)[:_LONGEST_VALUE] for name, value in facts.items() if value is not None},
    )
