"""From a trigger that fires to the execution it starts; nothing is stored here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.conditions.evaluate import all_hold
from tiercel.engine.conditions.trigger_labels import trigger_labels
from tiercel.engine.context import trigger_variables
from tiercel.errors import ConflictError, ExpressionError, InvalidError
from tiercel.expressions.context import Host
from tiercel.expressions.template import render_structure
from tiercel.expressions.values import Value
from tiercel.model.dialect import Dialect
from tiercel.model.execution import Execution, ExecutionTrigger
from tiercel.model.flow import Flow, TriggerDefinition
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations.environment import Environment
from tiercel.operations.outside import expression_context, with_host, world_of
from tiercel.operations.starting import StartRequest, blank_execution, prepare_from

ORIGIN = "trigger"


class Occasion(Struct, frozen=True, kw_only=True):
    """Why a trigger fires.

    Attributes:
        variables: What expressions see as ``trigger``.
        scheduled_at: The date it fires for.
        error: Why it could not be told whether it is to fire; the execution is made as a failed one.
        inputs: Laid over those of the trigger.
        labels: Added to those of the trigger.
        execution_id: The id it gets; a new one when empty.
    """

    variables: Mapping[str, Json]
    scheduled_at: int | None = None
    error: str | None = None
    inputs: Mapping[str, Json] | None = None
    labels: Sequence[tuple[str, str]] = ()
    execution_id: str = ""


async def prepare_fired(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, occasion: Occasion
) -> Execution:
    """Make the execution of a trigger that fires.

    One whose inputs or conditions cannot be read is made as a failed one that says why, since nobody waits for an
    answer who could be told.
    """
    try:
        if trigger.batch is None and (trigger.labels or trigger.properties.get("inputs")):
            request = await with_host(
                environment, flow.namespace, lambda host: _request(environment, flow, trigger, occasion, host)
            )
        else:
            request = _bare_request(flow, trigger, occasion, occasion.inputs)
        if occasion.error is None:
            if trigger.batch is not None:  # inputs are rendered once the batch is whole
                return blank_execution(environment, flow, _bare_request(flow, trigger, occasion))
            return await prepare_from(environment, flow, request)
        reason = occasion.error
    except ExpressionError as error:
        request = _bare_request(flow, trigger, occasion)
        reason = f"The inputs of the trigger cannot be rendered: {error}"
    except (InvalidError, ConflictError) as error:
        request = _bare_request(flow, trigger, occasion)
        reason = str(error)
    return _failed(environment, blank_execution(environment, flow, request), reason)


async def occasion_of(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, found: Mapping[str, Json], execution_id: str
) -> Occasion | None:
    """Test the conditions of a trigger for what it found; None when they do not hold."""

    def test(host: Host) -> bool:
        context = condition_context(environment, flow, trigger, host)
        return all_hold(trigger.conditions, trigger.when, context.seeing(trigger=dict(found)))

    try:
        holds = await with_host(environment, flow.namespace, test)
    except ExpressionError as error:
        reason = f"Its conditions cannot be told: {error}"
        return Occasion(variables=found, error=reason, execution_id=execution_id)
    return Occasion(variables=found, execution_id=execution_id) if holds else None


def condition_context(environment: Environment, flow: Flow, trigger: TriggerDefinition, host: Host) -> ConditionContext:
    """Give what the conditions of a trigger see."""
    return ConditionContext(trigger_variables(flow, trigger, world_of(environment)), host, flow.dialect)


def _request(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, occasion: Occasion, host: Host
) -> StartRequest:
    context = condition_context(environment, flow, trigger, host)
    seen: dict[str, Value] = {"trigger": {"id": trigger.id, "type": trigger.type, **occasion.variables}}
    if flow.dialect is Dialect.V1_3:
        seen["schedule"] = dict(occasion.variables)
    labels = trigger_labels(flow.labels, trigger.labels, context.seeing(**seen))
    rendering = expression_context(environment, flow, {**context.variables, **seen}, host)
    own = trigger.properties.get("inputs") if occasion.error is None else None
    rendered = render_structure(own, rendering, typed=True)
    inputs = dict(rendered) if isinstance(rendered, dict) else {}
    return _bare_request(flow, trigger, occasion, inputs | dict(occasion.inputs or {}), labels)


def _bare_request(
    flow: Flow,
    trigger: TriggerDefinition,
    occasion: Occasion,
    inputs: Mapping[str, Json] | None = None,
    labels: Sequence[tuple[str, str]] = (),
) -> StartRequest:
    return StartRequest(
        namespace=flow.namespace,
        flow_id=flow.id,
        inputs=inputs or {},
        labels=[*labels, *occasion.labels],
        scheduled_at=occasion.scheduled_at,
        trigger=ExecutionTrigger(id=trigger.id, type=trigger.type, variables=dict(occasion.variables)),
        origin=ORIGIN,
        has_system_labels=True,
        execution_id=occasion.execution_id,
    )


def _failed(environment: Environment, execution: Execution, reason: str) -> Execution:
    execution.state = State.FAILED
    execution.history.append((State.FAILED, environment.clock()))
    execution.error = reason
    execution.is_over = True
    return execution
