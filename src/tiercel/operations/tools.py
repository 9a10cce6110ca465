"""Flows offered as tools: executions started by whoever calls the tool of an McpToolTrigger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tiercel.engine.conditions.trigger_labels import trigger_labels
from tiercel.errors import ConflictError, ExpressionError, InvalidError, NotFoundError, Violation
from tiercel.model.execution import Execution, ExecutionTrigger
from tiercel.model.flow import Flow, TriggerDefinition
from tiercel.model.json import Json
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.auditing import finish_early
from tiercel.operations.environment import Environment
from tiercel.operations.events import Event, check_switched_on, fire_event
from tiercel.operations.executions import wait_for_end
from tiercel.operations.firing import condition_context, occasion_of
from tiercel.operations.flows import load_flow
from tiercel.operations.outside import with_host
from tiercel.operations.starting import StartRequest, prepare_from
from tiercel.operations.uploads import Upload
from tiercel.repository.triggers import TriggerKey

TOOL = "io.kestra.plugin.core.trigger.McpToolTrigger"
ORIGIN = "mcp"


@operation(Resource.EXECUTION, Action.CREATE)
async def fire_tool(
    environment: Environment,
    actor: Actor,
    key: TriggerKey,
    arguments: Mapping[str, Json | Upload],
    *,
    labels: Sequence[tuple[str, str]] = (),
    is_waiting: bool = True,
) -> Execution:
    """Start the flow of a tool with its arguments as inputs, and wait until it is over unless told otherwise.

    Args:
        environment: Of the installation.
        actor: Who calls; the right is that of starting executions in the namespace.
        key: Namespace, flow and trigger.
        arguments: Values of the inputs of the flow, by id.
        labels: Added to those of the trigger; system labels may be among them.
        is_waiting: Whether the execution is given as it ended; else as it was started.

    Raises:
        NotFoundError: There is no such flow, or it has no such tool.
        SwitchedOffError: The trigger is disabled.
        ConflictError: The flow is disabled or a draft, or the conditions do not hold.
        InvalidError: The arguments do not fit the inputs, one is none of them, or conditions or labels cannot be
            rendered.
    """
    actor.require(Resource.EXECUTION, Action.CREATE, key[0])
    flow, trigger = await _find_tool(environment, key)
    await check_switched_on(environment, key)
    _check_known(flow, arguments)
    request = await _request(environment, flow, trigger, arguments, labels)
    execution = await prepare_from(environment, flow, request)
    if not is_waiting:
        await _begin(environment, key, trigger, execution)
        return execution
    with environment.streams.subscribe(execution.id) as subscription:
        await _begin(environment, key, trigger, execution)
        await finish_early(environment.database, execution)
        return (await wait_for_end(environment, subscription, execution)).execution


async def _find_tool(environment: Environment, key: TriggerKey) -> tuple[Flow, TriggerDefinition]:
    name = ".".join(key)
    try:
        flow = await load_flow(environment, key[:2])
    except (NotFoundError, InvalidError):
        raise NotFoundError("tool", name) from None
    trigger = next((one for one in flow.triggers if one.id == key[2] and one.type == TOOL), None)
    if trigger is None or trigger.is_disabled:
        raise NotFoundError("tool", name)
    if flow.is_disabled or flow.is_draft:
        reason = "is disabled" if flow.is_disabled else "is a draft"
        raise ConflictError(f"Flow {flow.namespace}.{flow.id} {reason}: its tools start nothing")
    return flow, trigger


def _check_known(flow: Flow, names: Iterable[str]) -> None:
    declared = {item.id for item in flow.inputs}
    known = declared | {item.partition(".")[0] for item in declared}
    unknown = [name for name in names if name not in known]
    if unknown:
        hint = f"the inputs are {', '.join(sorted(declared))}" if declared else "the flow has no inputs"
        raise InvalidError([Violation("is no input", path=name, code="unknown-input", hint=hint) for name in unknown])


async def _request(
    environment: Environment,
    flow: Flow,
    trigger: TriggerDefinition,
    arguments: Mapping[str, Json | Upload],
    labels: Sequence[tuple[str, str]],
) -> StartRequest:
    occasion = await occasion_of(environment, flow, trigger, {}, "")
    if occasion is None:
        raise ConflictError(f"The conditions of tool {flow.namespace}.{flow.id}.{trigger.id} do not hold")
    if occasion.error is not None:
        raise InvalidError([Violation(occasion.error, path=f"triggers.{trigger.id}", code="not-rendered")])
    return StartRequest(
        namespace=flow.namespace,
        flow_id=flow.id,
        inputs=arguments,
        labels=[*await _labels(environment, flow, trigger), *labels],
        trigger=ExecutionTrigger(id=trigger.id, type=trigger.type, variables={}),
        origin=ORIGIN,
        has_system_labels=True,
    )


async def _labels(environment: Environment, flow: Flow, trigger: TriggerDefinition) -> list[tuple[str, str]]:
    try:
        return await with_host(
            environment,
            flow.namespace,
            lambda host: trigger_labels((), trigger.labels, condition_context(environment, flow, trigger, host)),
        )
    except ExpressionError as error:
        message = f"the labels of the tool cannot be rendered: {error}"
        raise InvalidError([Violation(message, path=f"triggers.{trigger.id}.labels", code="not-rendered")]) from error


async def _begin(environment: Environment, key: TriggerKey, trigger: TriggerDefinition, execution: Execution) -> None:
    if trigger.stop_after:
        await fire_event(environment, key, Event(execution=execution))
        return
    await environment.transport.start(execution, is_fresh=True)
    environment.bell.note_fired(key, environment.clock())
    environment.bell.pulse.count(execution)
