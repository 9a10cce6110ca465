"""The execution that a Flow trigger starts once it has fired."""

from __future__ import annotations

from msgspec.structs import replace

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.conditions.flow_trigger import Match
from tiercel.engine.conditions.flow_variables import flow_variables, seen_by_inputs, seen_by_labels
from tiercel.engine.conditions.trigger_labels import trigger_labels
from tiercel.engine.context import trigger_variables
from tiercel.engine.creation import CORRELATION
from tiercel.errors import ConflictError, ExpressionError, InvalidError
from tiercel.expressions.context import Context, Host
from tiercel.expressions.overlaid import Overlaid
from tiercel.expressions.template import render_structure
from tiercel.model.dialect import Dialect
from tiercel.model.execution import LINEAGE, Execution, ExecutionTrigger
from tiercel.model.flow import Flow, TriggerDefinition
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations.breakers import WINDOW_MICROS, count_start, lineage_of
from tiercel.operations.environment import Environment
from tiercel.operations.ids import derived_id
from tiercel.operations.outside import with_host, world_of
from tiercel.operations.sights import Sight
from tiercel.operations.starting import StartRequest, blank_execution, prepare_from

Labels = list[tuple[str, str]]

_RECURRENCES = 10


class CannotStartError(Exception):
    """The flow of a trigger cannot be started for it; ``execution`` is the failed one that says so, if one is made."""

    def __init__(self, reason: str, execution: Execution | None) -> None:
        self.execution = execution
        super().__init__(reason)


async def prepare_triggered(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, sight: Sight, found: Match
) -> Execution:
    """Make the execution that an execution leads to; nothing is stored.

    Raises:
        CannotStartError: Its inputs or labels cannot be made, or do not fit the flow, or it goes round in circles.
    """
    lineage = _lineage(flow, sight)
    given = flow_variables(sight.upstream, found.met, flow.dialect)
    labels = await _labels(environment, flow, trigger, given)
    request = StartRequest(
        namespace=flow.namespace,
        flow_id=flow.id,
        labels=[*labels, (CORRELATION, dict(sight.execution.labels).get(CORRELATION, sight.execution.id))],
        trigger=ExecutionTrigger(id=trigger.id, type=trigger.type, variables=given),
        has_system_labels=True,
        execution_id=_id_of(flow, trigger, sight),
    )
    try:
        await count_start(environment, (flow.namespace, flow.id), lineage)
        if trigger.batch is not None:  # inputs are rendered once the batch is whole
            execution = blank_execution(environment, flow, request)
        else:
            inputs = await _inputs(environment, flow, trigger, sight, given)
            execution = await prepare_from(environment, flow, replace(request, inputs=inputs))
        execution.notes[LINEAGE] = lineage
    except (ExpressionError, InvalidError, ConflictError) as error:
        failed = _failed(environment, flow, request, str(error)) if flow.dialect is Dialect.V2_0 else None
        raise CannotStartError(f"its flow is not started: {error}", failed) from error
    return execution


def _lineage(flow: Flow, sight: Sight) -> list[Json]:
    """Name the flows that led to one another up to here, lately; stop a circle that turns too fast.

    Raises:
        CannotStartError: The flow has come to start itself through others too often.
    """
    *former, here = lineage_of(sight.execution, sight.at)
    own = sum(entry[:2] == [flow.namespace, flow.id] for entry in former)
    if own >= _RECURRENCES:
        minutes = WINDOW_MICROS // 60_000_000
        reason = f"its flow came to start itself through others {own} times within {minutes} minutes; it is stopped"
        raise CannotStartError(reason, None)
    return [*former, here]


def _id_of(flow: Flow, trigger: TriggerDefinition, sight: Sight) -> str:
    """Give the id that this firing has however often it is told of."""
    return derived_id(sight.at, sight.announcement.number, flow.namespace, flow.id, trigger.id, sight.execution.id)


async def _labels(environment: Environment, flow: Flow, trigger: TriggerDefinition, given: dict[str, Json]) -> Labels:
    seen = {**trigger_variables(flow, trigger, world_of(environment)), **seen_by_labels(given, flow.dialect)}
    return await with_host(
        environment,
        flow.namespace,
        lambda host: trigger_labels((), trigger.labels, ConditionContext(seen, host, flow.dialect)),
    )


async def _inputs(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, sight: Sight, given: dict[str, Json]
) -> dict[str, Json]:
    """Render the inputs as the upstream execution sees them, with what the trigger adds."""
    templates = trigger.properties.get("inputs")
    if not isinstance(templates, dict):
        return {}
    seen = Overlaid(sight.upstream.variables, seen_by_inputs(given, flow.dialect))

    def render(host: Host) -> dict[str, Json]:
        context = Context(seen, host, flow.dialect, encryption_key=environment.encryption_key)
        return {name: render_structure(template, context, typed=False) for name, template in templates.items()}

    return await with_host(environment, flow.namespace, render)


def _failed(environment: Environment, flow: Flow, request: StartRequest, reason: str) -> Execution:
    """Make an execution that shows that it could not be started, and why."""
    execution = blank_execution(environment, flow, request)
    execution.state = State.FAILED
    execution.history.append((State.FAILED, environment.clock()))
    execution.error = reason
    execution.is_over = True
    return execution
