"""The ``checks`` of a flow: conditions on its inputs that forbid a start, or let it fail at once."""

from __future__ import annotations

from collections.abc import Iterable

from tiercel.engine import Run
from tiercel.engine.context import variables
from tiercel.errors import ExpressionError, InvalidEntityError, Violation
from tiercel.expressions import Host, compile_template
from tiercel.model.execution import Execution
from tiercel.model.flow import Check, Flow
from tiercel.model.state import State
from tiercel.operations.environment import Environment
from tiercel.operations.outside import expression_context, with_host, world_of

_STRENGTH = {"CREATE_EXECUTION": 0, "FAIL_EXECUTION": 1, "BLOCK_EXECUTION": 2}


async def find_failed_checks(environment: Environment, flow: Flow, execution: Execution) -> list[Check]:
    """Give the checks of the flow that do not hold."""
    if not flow.checks:
        return []
    run = Run.load(environment.flows.plan_of(flow), execution)

    def test(host: Host) -> list[Check]:
        return [check for check in flow.checks if not _holds(environment, run, check, host)]

    return await with_host(environment, flow.namespace, test)


def _holds(environment: Environment, run: Run, check: Check, host: Host) -> bool:
    """A check holds only when it renders to the boolean true; one that cannot be rendered does not."""
    context = expression_context(environment, run.plan.flow, variables(run, None, world_of(environment)), host)
    try:
        value = compile_template(check.when, run.plan.flow.dialect).evaluate(context)
    except ExpressionError:
        return False
    return value is True or value == "true"


def strongest_behavior(behaviors: Iterable[str | None]) -> str:
    """Give the behavior that wins among those of the checks that failed; with none the execution is made as asked."""
    known = [behavior for behavior in behaviors if behavior is not None]
    return max(known, key=_STRENGTH.__getitem__, default="CREATE_EXECUTION")


def as_checks_demand(environment: Environment, execution: Execution, failed: list[Check]) -> Execution:
    """Give the execution as it may begin; one that is to fail has ended.

    Raises:
        InvalidError: It may not.
    """
    if not failed:
        return execution
    behavior = strongest_behavior(check.behavior for check in failed)
    if behavior == "BLOCK_EXECUTION":
        raise InvalidEntityError([Violation(check.message, path="checks", code="check-failed") for check in failed])
    if behavior == "FAIL_EXECUTION":
        strongest = next(check for check in failed if check.behavior == behavior)
        execution.state = State.FAILED
        execution.history.append((State.FAILED, environment.clock()))
        execution.error = strongest.message
        execution.is_over = True
    return execution
