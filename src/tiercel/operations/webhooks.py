"""Webhooks: executions started by whoever knows the key of a trigger.

Nobody's rights are asked for: the key is the right. So a call learns nothing of a flow whose key it does not know, and
keys are compared in a time that does not depend on them.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping
from fnmatch import fnmatchcase

from msgspec import Struct
from msgspec.structs import replace

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.conditions.evaluate import all_hold
from tiercel.engine.conditions.trigger_labels import trigger_labels
from tiercel.engine.context import trigger_variables
from tiercel.errors import ConflictError, ExpressionError, InvalidError, NotFoundError, TiercelError, Violation
from tiercel.expressions.context import Host
from tiercel.expressions.template import compile_template, render_structure
from tiercel.expressions.values import Value
from tiercel.model.dialect import Dialect
from tiercel.model.execution import Execution, ExecutionTrigger
from tiercel.model.flow import Flow, TriggerDefinition
from tiercel.model.json import Json
from tiercel.operations.auditing import finish_early
from tiercel.operations.environment import Environment
from tiercel.operations.events import Event, check_switched_on, fire_event, gather_event
from tiercel.operations.executions import wait_for_end
from tiercel.operations.flows import load_flow
from tiercel.operations.gathering import gathered_as
from tiercel.operations.outside import expression_context, with_host, world_of
from tiercel.operations.starting import StartRequest, blank_execution, prepare_from
from tiercel.operations.webhook_answers import Answer, read_status, render_answer
from tiercel.operations.webhook_contents import Content, forget_content, kept_if_started, read_content
from tiercel.operations.webhook_verification import UnverifiedError, is_signed, verify
from tiercel.repository.executions import get_execution
from tiercel.repository.gatherings import Gathering

WEBHOOK = "io.kestra.plugin.core.trigger.Webhook"

_log = logging.getLogger("tiercel.webhooks")


class Call(Struct, frozen=True, kw_only=True):
    """What was sent; headers and parameters with all their values."""

    content: Content
    headers: Mapping[str, list[str]]
    parameters: Mapping[str, list[str]]


class Reply(Struct, frozen=True, kw_only=True):
    """What a call led to.

    Attributes:
        execution: As it was started, or as it has ended when that was waited for.
        with_outputs: The outputs of the flow are the answer.
        content_type: Of an answer that is the outputs.
        status: The one the trigger asks for; None leaves it to the outcome.
        answer: What the trigger wants answered in place of all that.
        is_gathered: The call was kept: it starts an execution later, alone or with others.
        gathering: What it was put to; None when the same call was taken before.
    """

    execution: Execution
    with_outputs: bool = False
    content_type: str = "application/json"
    status: int | None = None
    answer: Answer | None = None
    is_gathered: bool = False
    gathering: Gathering | None = None


class CallError(InvalidError):
    """What a trigger takes from a call cannot be rendered from this one."""


class NotMetError(ConflictError):
    """The conditions of the webhook do not hold for this call.

    Attributes:
        is_silent: The answer says nothing, as in 2.0.
    """

    def __init__(self, *, is_silent: bool) -> None:
        self.is_silent = is_silent
        super().__init__("The conditions of this webhook do not hold for this call; nothing was started")


async def call_webhook(environment: Environment, key: tuple[str, str], secret: str, call: Call) -> Reply:
    """Start an execution, and wait for its end when the trigger says so.

    Args:
        environment: Of the installation.
        key: Namespace and id of the flow.
        secret: The key of the trigger, and what stands after it in the address, as the caller gave it.
        call: What was sent.

    Raises:
        NotFoundError: There is no such flow, or none of its webhooks has this key.
        ConflictError: The flow is disabled or a draft.
        UnverifiedError: The call does not prove where it comes from.
        SwitchedOffError: The trigger was switched off beside the flow.
        NotMetError: The conditions do not hold.
        InvalidError: The inputs cannot be rendered, or do not fit the flow.
    """
    flow = await _find_flow(environment, key)
    found = (
        None
        if flow is None
        else await with_host(environment, flow.namespace, lambda host: _find_trigger(environment, flow, secret, host))
    )
    if flow is None or found is None:
        raise NotFoundError("webhook", f"{key[0]}.{key[1]} with this key")
    trigger, path = found
    await _verify(environment, flow, trigger, call)
    if flow.is_disabled or flow.is_draft:
        reason = "is disabled" if flow.is_disabled else "is a draft"
        raise ConflictError(f"Flow {flow.namespace}.{flow.id} {reason}: its webhooks start nothing")
    await check_switched_on(environment, (flow.namespace, flow.id, trigger.id))
    execution_id = environment.new_id()
    content = await read_content(environment, flow, trigger, call.content, execution_id)
    async with kept_if_started(environment, content):
        given = _variables(trigger, call, content, path)
        request, event_key = await _request(environment, flow, trigger, given, execution_id)
        if trigger.batch is None:
            execution = await prepare_from(environment, flow, request)
        else:  # inputs are rendered once the batch is whole
            execution = blank_execution(environment, flow, request)
        name = await gathered_as(environment, flow, trigger, execution)
    if name is not None:
        event = Event(key=event_key, execution=execution, name=name)
        gathering = await gather_event(environment, (flow.namespace, flow.id, trigger.id), event)
        if gathering is None:
            await forget_content(environment, content)
        return Reply(execution=execution, is_gathered=True, gathering=gathering)
    return await _start(environment, flow, trigger, execution, event_key)


async def _find_flow(environment: Environment, key: tuple[str, str]) -> Flow | None:
    try:
        return await load_flow(environment, key)
    except (NotFoundError, InvalidError):
        return None


def _find_trigger(
    environment: Environment, flow: Flow, secret: str, host: Host
) -> tuple[TriggerDefinition, str] | None:
    """Give the webhook of that key with what stands after it; all are compared, so that the time tells nothing."""
    found = None
    for trigger in flow.triggers:
        if trigger.type != WEBHOOK or trigger.is_disabled:
            continue
        own = _key_of(environment, flow, trigger, host)
        if own is None:
            continue
        given, path = _split(secret, own, trigger.properties.get("path"))
        if hmac.compare_digest(own.encode(), given.encode()):
            found = (trigger, path)
    return found


def _split(address: str, own: str, pattern: Json) -> tuple[str, str]:
    """Give the part of an address that must be the key, and what stands after it where the trigger takes that."""
    if not isinstance(pattern, str):
        return address, ""
    given, slash, path = address[: len(own)], address[len(own) : len(own) + 1], address[len(own) + 1 :]
    if slash not in {"", "/"} or not fnmatchcase(path, pattern):
        return address + "/", ""  # it is the key of nothing
    return given, path


async def _verify(environment: Environment, flow: Flow, trigger: TriggerDefinition, call: Call) -> None:
    wanted = trigger.properties.get("verification")
    if not isinstance(wanted, dict):
        return
    seen, now = trigger_variables(flow, trigger, world_of(environment)), environment.clock()
    body = await call.content.whole() if is_signed(wanted) else b""

    def test(host: Host) -> None:
        context = expression_context(environment, flow, seen, host)
        verify(wanted, body, call.headers, now, lambda text: compile_template(text, flow.dialect).render(context))

    try:
        await with_host(environment, flow.namespace, test)
    except (UnverifiedError, ExpressionError) as error:
        name = f"{flow.namespace}.{flow.id}.{trigger.id}"
        reason = error.reason if isinstance(error, UnverifiedError) else "its secret cannot be rendered"
        _log.warning("a call of webhook %s was refused: %s", name, reason)
        raise error if isinstance(error, UnverifiedError) else UnverifiedError(reason) from error


def _key_of(environment: Environment, flow: Flow, trigger: TriggerDefinition, host: Host) -> str | None:
    text = str(trigger.properties.get("key") or "")
    if "{" in text:
        try:
            text = compile_template(text, flow.dialect).render(
                expression_context(environment, flow, trigger_variables(flow, trigger, world_of(environment)), host)
            )
        except ExpressionError:
            return None
    return text or None


def _variables(trigger: TriggerDefinition, call: Call, content: Mapping[str, Json], path: str) -> dict[str, Json]:
    """Give what expressions see as ``trigger``."""
    own: dict[str, Json] = {"path": path} if "path" in trigger.properties else {}
    return {**content, "headers": dict(call.headers), "parameters": dict(call.parameters), **own}


async def _request(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, given: dict[str, Json], execution_id: str
) -> tuple[StartRequest, str]:
    """Test the conditions, then render inputs and labels, and what tells the call from others."""
    seen: dict[str, Value] = {**trigger_variables(flow, trigger, world_of(environment)), "trigger": given}

    def render(host: Host) -> tuple[StartRequest, str] | None:
        context = ConditionContext(seen, host, flow.dialect, flow=(flow.namespace, flow.id))
        if not all_hold(trigger.conditions, trigger.when, context):
            return None
        templates = trigger.properties.get("inputs") if trigger.batch is None else None
        rendering = expression_context(environment, flow, seen, host)
        inputs = render_structure(templates, rendering, typed=False) if isinstance(templates, dict) else {}
        wanted = StartRequest(
            namespace=flow.namespace,
            flow_id=flow.id,
            inputs=dict(inputs) if isinstance(inputs, dict) else {},
            labels=trigger_labels((), trigger.labels, context),
            trigger=ExecutionTrigger(id=trigger.id, type=trigger.type, variables=given),
            has_system_labels=True,
            execution_id=execution_id,
        )
        own = trigger.properties.get("deduplicationKey")
        return wanted, compile_template(own, flow.dialect).render(rendering) if isinstance(own, str) else ""

    try:
        request = await with_host(environment, flow.namespace, render)
    except ExpressionError as error:
        message = f"what the webhook needs of this call cannot be rendered: {error}"
        raise CallError([Violation(message, path=f"triggers.{trigger.id}", code="not-rendered")]) from error
    if request is None:
        raise NotMetError(is_silent=flow.dialect is Dialect.V2_0)
    return request


async def _start(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, execution: Execution, event_key: str
) -> Reply:
    given = trigger.properties
    reply = Reply(
        execution=execution,
        with_outputs=given.get("wait") is True and given.get("returnOutputs") is True,
        content_type=str(given.get("responseContentType") or "application/json"),
        status=await _status(environment, flow, trigger),
    )
    if given.get("wait") is not True:
        started = await _begin(environment, flow, trigger, execution, event_key)
        return await _with_answer(environment, flow, trigger, replace(reply, execution=started))
    with environment.streams.subscribe(execution.id) as subscription:
        started = await _begin(environment, flow, trigger, execution, event_key)
        await finish_early(environment.database, execution)
        if started is not execution:  # the one that the same call started before
            return await _with_answer(environment, flow, trigger, replace(reply, execution=started))
        ended = await wait_for_end(environment, subscription, execution)
    return await _with_answer(environment, flow, trigger, replace(reply, execution=ended.execution))


async def _with_answer(environment: Environment, flow: Flow, trigger: TriggerDefinition, reply: Reply) -> Reply:
    """Render what the trigger wants answered; it sees the outputs of an execution that has ended.

    Raises:
        InvalidError: It cannot be rendered.
    """
    wanted = trigger.properties.get("response")
    if not isinstance(wanted, dict):
        return reply
    execution = reply.execution
    seen: dict[str, Value] = {
        **trigger_variables(flow, trigger, world_of(environment)),
        "trigger": dict(execution.trigger.variables) if execution.trigger is not None else {},
        "outputs": execution.outputs or {},
        "execution": {"id": execution.id, "state": execution.state.value},
    }
    try:
        rendered = await with_host(
            environment,
            flow.namespace,
            lambda host: render_answer(wanted, expression_context(environment, flow, seen, host)),
        )
    except ExpressionError as error:
        message = f"execution {execution.id} was started, and its answer cannot be rendered: {error}"
        raise InvalidError([Violation(message, path=f"triggers.{trigger.id}.response", code="not-rendered")]) from error
    return replace(reply, answer=rendered)


async def _begin(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, execution: Execution, event_key: str
) -> Execution:
    """Store it and let it begin, with others in one commit where nothing has to be stored beside it.

    Gives the execution that the same call started before, if there is one.
    """
    key = (flow.namespace, flow.id, trigger.id)
    if not trigger.stop_after and not event_key:
        await environment.transport.start(execution, is_fresh=True)
        environment.bell.note_fired(key, environment.clock())
        environment.bell.pulse.count(execution)
        return execution
    started = await fire_event(environment, key, Event(key=event_key, execution=execution))
    if started == execution.id or started is None:
        return execution
    await forget_content(environment, execution.trigger.variables if execution.trigger is not None else {})
    return await environment.database.read(lambda connection: get_execution(connection, started))


async def _status(environment: Environment, flow: Flow, trigger: TriggerDefinition) -> int | None:
    """Read the status the trigger asks for; one that is none is left out."""
    given = trigger.properties.get("responseCode")
    if isinstance(given, str):
        seen = trigger_variables(flow, trigger, world_of(environment))
        try:
            given = await with_host(
                environment,
                flow.namespace,
                lambda host: compile_template(str(given), flow.dialect).render(
                    expression_context(environment, flow, seen, host)
                ),
            )
        except TiercelError:
            return None
    return read_status(given)
