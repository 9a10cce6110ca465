"""Flowables that wait for somebody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from tiercel.plugins import LIST, SINGLE, FlowableTask, Json, Outputs, Properties, Raw


class Resumed(Outputs):
    """How a pause ended.

    Attributes:
        by: Who ended it, when known.
        on: When.
        to: The state it went to.
    """

    by: str | None = None
    on: datetime | None = None
    to: str | None = None


class PauseOutputs(Outputs):
    """What a Pause gives back.

    Attributes:
        on_resume: The inputs given when it was resumed.
        resumed: How it ended.
    """

    on_resume: dict[str, Json] | None = None
    resumed: Resumed | None = None


class Pause(
    FlowableTask,
    type="io.kestra.plugin.core.flow.Pause",
    aliases=("io.kestra.core.tasks.flows.Pause",),
    control="pause",
    branches={"onPause": SINGLE, "tasks": LIST, "errors": LIST, "finally": LIST},
    deprecated_properties=("delay", "tasks"),
    outputs=PauseOutputs,
    example="""
type: io.kestra.plugin.core.flow.Pause
pauseDuration: PT1H
behavior: FAIL
onResume:
  - id: reason
    type: STRING
""",
):
    """Waits until somebody resumes the execution, or for a time.

    Attributes:
        pause_duration: How long at most; without it, for as long as it takes.
        behavior: What happens when that time is over.
        on_resume: Inputs asked for when it is resumed.
        delay: Old name of ``pauseDuration``.
    """

    pause_duration: timedelta | None = None
    behavior: Literal["RESUME", "WARN", "CANCEL", "FAIL"] = "RESUME"
    on_resume: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    delay: timedelta | None = None


class Decisions(Properties):
    """The words on the two buttons.

    Attributes:
        approve: To approve.
        deny: To deny.
    """

    approve: str | None = None
    deny: str | None = None


class ApprovalOutputs(Outputs):
    """What an Approval gives back.

    Attributes:
        decision: APPROVED, DENIED or EXPIRED.
        auto: Whether it was approved by itself.
        by: Who decided, when known.
        on: When.
        comment: What was said.
        inputs: The inputs given.
        due: When it would expire.
        url: Where it can be decided.
    """

    decision: str
    auto: bool | None = None
    by: str | None = None
    on: datetime | None = None
    comment: str | None = None
    inputs: dict[str, Json] | None = None
    due: datetime | None = None
    url: str | None = None


Behavior = Literal["CONTINUE", "WARN", "FAIL", "SUCCEED", "CANCEL", "KILL"]


class Approval(
    FlowableTask,
    type="io.kestra.plugin.core.flow.Approval",
    control="approval",
    branches={"onWait": LIST, "onApprove": LIST, "onDeny": LIST, "errors": LIST, "finally": LIST},
    outputs=ApprovalOutputs,
    example="""
type: io.kestra.plugin.core.flow.Approval
commentRequired: ON_DENY
denyBehavior: FAIL
""",
):
    """Waits until somebody approves or denies.

    Attributes:
        inputs: Inputs asked for with the decision.
        decisions: The words on the two buttons.
        comment_required: When a comment must be given.
        auto_approve: Approve without waiting.
        approve_behavior: What happens after an approval.
        deny_behavior: What happens after a denial.
        expire_behavior: What happens when ``timeout`` passes without a decision.
    """

    inputs: Raw[list[dict[str, Json]]] = Field(default_factory=list)
    decisions: Decisions = Field(default_factory=Decisions)
    comment_required: Literal["NEVER", "ALWAYS", "ON_DENY", "ON_APPROVE"] = "NEVER"
    auto_approve: bool = False
    approve_behavior: Behavior = "CONTINUE"
    deny_behavior: Behavior = "CANCEL"
    expire_behavior: Behavior = "CANCEL"
