"""Flowables that run given tasks: one after another, at once, or in the order of their dependencies."""

from __future__ import annotations

from typing import Literal

from tiercel.plugins import DAG, LIST, FlowableTask

BRANCHES = {"tasks": LIST, "errors": LIST, "finally": LIST}


class Sequential(
    FlowableTask,
    type="io.kestra.plugin.core.flow.Sequential",
    aliases=("io.kestra.core.tasks.flows.Sequential",),
    control="sequential",
    branches=BRANCHES,
    required_branches=("tasks",),
    example="""
type: io.kestra.plugin.core.flow.Sequential
tasks:
  - id: first
    type: io.kestra.plugin.core.log.Log
    message: first
  - id: second
    type: io.kestra.plugin.core.log.Log
    message: second
""",
):
    """Runs tasks one after another.

    Useful to give a part of a flow its own ``errors``, ``finally``, ``runIf`` or ``retry``.
    """


class Parallel(
    FlowableTask,
    type="io.kestra.plugin.core.flow.Parallel",
    aliases=("io.kestra.core.tasks.flows.Parallel",),
    control="parallel",
    branches=BRANCHES,
    required_branches=("tasks",),
    new_properties=("onChildFailure",),
    example="""
type: io.kestra.plugin.core.flow.Parallel
concurrent: 2
tasks:
  - id: left
    type: io.kestra.plugin.core.log.Log
    message: left
  - id: right
    type: io.kestra.plugin.core.log.Log
    message: right
""",
):
    """Runs tasks at the same time.

    Attributes:
        concurrent: How many at most; 0 for no limit.
        on_child_failure: What happens to the others when one fails: they go on, are cancelled, or fail.
    """

    concurrent: int = 0
    on_child_failure: Literal["CONTINUE", "CANCEL", "FAIL"] = "FAIL"


class Dag(
    FlowableTask,
    type="io.kestra.plugin.core.flow.Dag",
    aliases=("io.kestra.core.tasks.flows.Dag",),
    control="dag",
    branches={"tasks": DAG, "errors": LIST, "finally": LIST},
    required_branches=("tasks",),
    new_properties=("onChildFailure",),
    example="""
type: io.kestra.plugin.core.flow.Dag
tasks:
  - task:
      id: extract
      type: io.kestra.plugin.core.log.Log
      message: extract
  - task:
      id: load
      type: io.kestra.plugin.core.log.Log
      message: load
    dependsOn:
      - extract
""",
):
    """Runs tasks as soon as those they depend on have ended.

    Attributes:
        concurrent: How many at most; 0 for no limit.
        on_child_failure: What happens to the others when one fails: they go on, are cancelled, or fail.
    """

    concurrent: int = 0
    on_child_failure: Literal["CONTINUE", "CANCEL", "FAIL"] = "CONTINUE"


class AllowFailure(
    FlowableTask,
    type="io.kestra.plugin.core.flow.AllowFailure",
    aliases=("io.kestra.core.tasks.flows.AllowFailure",),
    control="allow_failure",
    branches=BRANCHES,
    required_branches=("tasks",),
    example="""
type: io.kestra.plugin.core.flow.AllowFailure
tasks:
  - id: risky
    type: io.kestra.plugin.core.execution.Fail
""",
):
    """Runs tasks one after another; when one fails, the rest is left out and the result is a warning."""
