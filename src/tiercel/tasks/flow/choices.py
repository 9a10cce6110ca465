"""Flowables that choose which tasks run."""

from __future__ import annotations

from tiercel.plugins import LIST, MAP, FlowableTask, Json, Outputs, Raw


class IfOutputs(Outputs):
    """What an If gives back.

    Attributes:
        evaluation_result: Whether the condition held.
    """

    evaluation_result: bool


class If(
    FlowableTask,
    type="io.kestra.plugin.core.flow.If",
    aliases=("io.kestra.core.tasks.flows.If",),
    control="if",
    branches={"then": LIST, "else": LIST, "errors": LIST, "finally": LIST},
    required_branches=("then",),
    outputs=IfOutputs,
    example="""
type: io.kestra.plugin.core.flow.If
condition: "{{ inputs.size > 10 }}"
then:
  - id: large
    type: io.kestra.plugin.core.log.Log
    message: large
else:
  - id: small
    type: io.kestra.plugin.core.log.Log
    message: small
""",
):
    """Runs one list of tasks when a condition holds, another when not.

    Attributes:
        condition: False only when it renders to ``false``, ``0``, ``-0`` or nothing; evaluated once.
    """

    condition: Raw[Json] = None


class SwitchOutputs(Outputs):
    """What a Switch gives back.

    Attributes:
        value: What the value rendered to.
        defaults: Whether no case matched.
    """

    value: str | None = None
    defaults: bool = False


class Switch(
    FlowableTask,
    type="io.kestra.plugin.core.flow.Switch",
    aliases=("io.kestra.core.tasks.flows.Switch",),
    control="switch",
    branches={"cases": MAP, "defaults": LIST, "errors": LIST, "finally": LIST},
    outputs=SwitchOutputs,
    example="""
type: io.kestra.plugin.core.flow.Switch
value: "{{ inputs.color }}"
cases:
  red:
    - id: stop
      type: io.kestra.plugin.core.log.Log
      message: stop
defaults:
  - id: go
    type: io.kestra.plugin.core.log.Log
    message: go
""",
):
    """Runs the tasks of the case whose key is the rendered value, those of ``defaults`` when there is none.

    Attributes:
        value: Compared as text, not trimmed.
    """

    value: str
