"""Triggers that gather events (``debounce``, ``batch``): what an event is put to, and the execution that comes of many.

An event is kept as the execution it would have started by itself. A debounce starts the last of them as it is; a batch
starts one whose ``trigger.events`` holds what each would have seen as ``trigger``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from tiercel.engine.context import trigger_variables
from tiercel.errors import ExpressionError, InvalidError, NotFoundError
from tiercel.expressions.context import Context, Host
from tiercel.expressions.template import compile_template
from tiercel.model.execution import LINEAGE, Execution
from tiercel.model.flow import Flow, TriggerDefinition
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.firing import Occasion, prepare_fired
from tiercel.operations.flows import load_flow
from tiercel.operations.outside import with_host, world_of
from tiercel.repository.gatherings import GatheredEvent, Gathering, list_gatherings
from tiercel.repository.triggers import StoredTrigger, TriggerKey, get_trigger

LONGEST_NAME = 500


class Comes(Struct, frozen=True, kw_only=True):
    """What comes of gathered events.

    Attributes:
        execution: None when nothing does.
        used: The events it is made of; those that are left wait on.
        rule: What the trigger says now; None when there is no such trigger.
        reason: Why nothing comes of them.
    """

    execution: Execution | None
    used: Sequence[GatheredEvent]
    rule: TriggerDefinition | None = None
    reason: str = ""


def is_gathering(trigger: TriggerDefinition) -> bool:
    """Tell whether the trigger gathers events."""
    return trigger.debounce is not None or trigger.batch is not None


async def gathered_as(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, execution: Execution
) -> str | None:
    """Name what an event is gathered with; None when its execution is to start at once.

    That is so when the trigger gathers nothing, and when the execution shows a failure, which includes one to render
    the key: it is made a failed one that says so.
    """
    rule = trigger.debounce or trigger.batch
    if rule is None or execution.is_over:
        return None
    if rule.key is None:
        return ""
    key = rule.key
    given: dict[str, Json] = dict(execution.trigger.variables) if execution.trigger else {}

    def render(host: Host) -> str:
        seen = {**trigger_variables(flow, trigger, world_of(environment)), "trigger": given}
        context = Context(seen, host, flow.dialect, encryption_key=environment.encryption_key)
        return compile_template(key, flow.dialect).render(context)

    try:
        name = await with_host(environment, flow.namespace, render)
    except ExpressionError as error:
        _fail(environment, execution, f"The key of trigger {trigger.id} cannot be rendered: {error}")
        return None
    if len(name) > LONGEST_NAME:
        _fail(environment, execution, f"The key of trigger {trigger.id} has more than {LONGEST_NAME} characters")
        return None
    return name


async def what_comes(environment: Environment, gathering: Gathering, events: Sequence[GatheredEvent]) -> Comes:
    """Make the execution of events that are due; nothing is stored."""
    namespace, flow_id, trigger_id = gathering.key
    try:
        flow = await load_flow(environment, (namespace, flow_id))
    except (NotFoundError, InvalidError) as error:
        return Comes(execution=None, used=events, reason=f"its flow cannot be read: {error}")
    rule = next((one for one in flow.triggers if one.id == trigger_id), None)
    if rule is None:
        return Comes(execution=None, used=events, reason="its flow does not declare it any more")
    if flow.is_disabled or flow.is_draft:
        return Comes(execution=None, used=events, reason="its flow is disabled, or is a draft")
    if not events:
        return Comes(execution=None, used=events, rule=rule, reason="its events were removed")
    if rule.batch is None:
        return Comes(execution=_last(environment, events), used=events, rule=rule)
    used = events[: rule.batch.size]
    return Comes(execution=await _batch(environment, flow, rule, gathering, used), used=used, rule=rule)


@operation(Resource.TRIGGER, Action.READ)
async def list_gathered(environment: Environment, actor: Actor, key: TriggerKey) -> list[Gathering]:
    """Give what a trigger has gathered and not started yet, due first.

    Raises:
        NotFoundError: There is no such trigger.
    """
    actor.require(Resource.TRIGGER, Action.READ, key[0])
    await environment.database.read(lambda connection: get_trigger(connection, key))
    return await environment.database.read(lambda connection: list_gatherings(connection, key))


async def gathered_by(environment: Environment, found: Iterable[StoredTrigger]) -> dict[TriggerKey, list[Gathering]]:
    """Give what each of these triggers has gathered; those that gather nothing are left out."""
    keys = [one.key for one in found if is_gathering(one.definition)]
    if not keys:
        return {}
    return await environment.database.read(lambda connection: {key: list_gatherings(connection, key) for key in keys})


def _last(environment: Environment, events: Sequence[GatheredEvent]) -> Execution:
    execution = events[-1].execution
    execution.history = [(State.CREATED, environment.clock())]
    return execution


async def _batch(
    environment: Environment,
    flow: Flow,
    rule: TriggerDefinition,
    gathering: Gathering,
    events: Sequence[GatheredEvent],
) -> Execution:
    seen = [dict(event.execution.trigger.variables) if event.execution.trigger else {} for event in events]
    occasion = Occasion(
        variables={"events": list(seen), "size": len(seen), "key": gathering.name},
        execution_id=gathering.execution_id,
    )
    execution = await prepare_fired(environment, flow, replace(rule, batch=None), occasion)
    lineage = events[-1].execution.notes.get(LINEAGE)
    if lineage is not None:
        execution.notes[LINEAGE] = lineage
    return execution


def _fail(environment: Environment, execution: Execution, reason: str) -> None:
    execution.state = State.FAILED
    execution.history.append((State.FAILED, environment.clock()))
    execution.error = reason
    execution.is_over = True
