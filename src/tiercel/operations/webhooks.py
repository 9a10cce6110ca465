"""Webhooks: executions started by whoever knows the key of a trigger.

Nobody's rights are asked for: the key is the right. So a call learns nothing of a flow whose key it does not know, and
keys are compared in a time that does not depend on them.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Mapping

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from tiercel.engine.conditions.context import ConditionContext
from tiercel.engine.conditions.evaluate import all_hold
from tiercel.engine.conditions.trigger_labels import trigger_labels
from tiercel.engine.context import trigger_variables
from tiercel.errors import ConflictError, ExpressionError, InvalidError, NotFoundError, TiercelError, Violation
from tiercel.expressions.context import Context, Host
from tiercel.expressions.template import compile_template, render_structure
from tiercel.expressions.values import Value
from tiercel.model.dialect import Dialect
from tiercel.model.execution import Execution, ExecutionTrigger
from tiercel.model.flow import Flow, TriggerDefinition
from tiercel.model.json import Json
from tiercel.operations.auditing import finish_early
from tiercel.operations.environment import Environment
from tiercel.operations.events import Event, find_row, fire_event
from tiercel.operations.executions import wait_for_end
from tiercel.operations.flows import load_flow
from tiercel.operations.outside import with_host, world_of
from tiercel.operations.starting import StartRequest, prepare_from
from tiercel.storage.paths import to_uri, trigger_directory

WEBHOOK = "io.kestra.plugin.core.trigger.Webhook"


class Call(Struct, frozen=True, kw_only=True):
    """What was sent; headers and parameters with all their values."""

    body: bytes
    headers: Mapping[str, list[str]]
    parameters: Mapping[str, list[str]]


class Reply(Struct, frozen=True, kw_only=True):
    """What a call led to.

    Attributes:
        execution: As it was started, or as it has ended when that was waited for.
        with_outputs: The outputs of the flow are the answer.
        content_type: Of an answer that is the outputs.
        status: The one the trigger asks for; None leaves it to the outcome.
    """

    execution: Execution
    with_outputs: bool = False
    content_type: str = "application/json"
    status: int | None = None


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
        secret: The key of the trigger, as the caller gave it.
        call: What was sent.

    Raises:
        NotFoundError: There is no such flow, or none of its webhooks has this key.
        ConflictError: The flow is disabled or a draft.
        SwitchedOffError: The trigger was switched off beside the flow.
        NotMetError: The conditions do not hold.
        InvalidError: The inputs cannot be rendered, or do not fit the flow.
    """
    flow = await _find_flow(environment, key)
    trigger = (
        None
        if flow is None
        else await with_host(environment, flow.namespace, lambda host: _find_trigger(environment, flow, secret, host))
    )
    if flow is None or trigger is None:
        raise NotFoundError("webhook", f"{key[0]}.{key[1]} with this key")
    if flow.is_disabled or flow.is_draft:
        reason = "is disabled" if flow.is_disabled else "is a draft"
        raise ConflictError(f"Flow {flow.namespace}.{flow.id} {reason}: its webhooks start nothing")
    await find_row(environment, (flow.namespace, flow.id, trigger.id))
    request = await _request(environment, flow, trigger, call)
    execution = await prepare_from(environment, flow, request)
    return await _start(environment, flow, trigger, execution)


async def _find_flow(environment: Environment, key: tuple[str, str]) -> Flow | None:
    try:
        return await load_flow(environment, key)
    except (NotFoundError, InvalidError):
        return None


def _find_trigger(environment: Environment, flow: Flow, secret: str, host: Host) -> TriggerDefinition | None:
    """Give the webhook of that key; all are compared, so that the time tells nothing."""
    found = None
    for trigger in flow.triggers:
        if trigger.type != WEBHOOK or trigger.is_disabled:
            continue
        own = _key_of(environment, flow, trigger, host)
        if own is not None and hmac.compare_digest(own.encode(), secret.encode()):
            found = trigger
    return found


def _key_of(environment: Environment, flow: Flow, trigger: TriggerDefinition, host: Host) -> str | None:
    text = str(trigger.properties.get("key") or "")
    if "{" in text:
        try:
            text = compile_template(text, flow.dialect).render(
                _context(environment, flow, trigger_variables(flow, trigger, world_of(environment)), host)
            )
        except ExpressionError:
            return None
    return text or None


async def _request(environment: Environment, flow: Flow, trigger: TriggerDefinition, call: Call) -> StartRequest:
    """Test the conditions, then render inputs and labels."""
    execution_id = environment.new_id()
    given = await _variables(environment, flow, trigger, call, execution_id)
    seen: dict[str, Value] = {**trigger_variables(flow, trigger, world_of(environment)), "trigger": given}

    def render(host: Host) -> StartRequest | None:
        context = ConditionContext(seen, host, flow.dialect, flow=(flow.namespace, flow.id))
        if not all_hold(trigger.conditions, trigger.when, context):
            return None
        templates = trigger.properties.get("inputs")
        rendering = _context(environment, flow, seen, host)
        inputs = render_structure(templates, rendering, typed=False) if isinstance(templates, dict) else {}
        return StartRequest(
            namespace=flow.namespace,
            flow_id=flow.id,
            inputs=dict(inputs) if isinstance(inputs, dict) else {},
            labels=trigger_labels((), trigger.labels, context),
            trigger=ExecutionTrigger(id=trigger.id, type=trigger.type, variables=given),
            has_system_labels=True,
            execution_id=execution_id,
        )

    try:
        request = await with_host(environment, flow.namespace, render)
    except ExpressionError as error:
        message = f"what the webhook needs of this call cannot be rendered: {error}"
        raise InvalidError([Violation(message, path=f"triggers.{trigger.id}", code="not-rendered")]) from error
    if request is None:
        raise NotMetError(is_silent=flow.dialect is Dialect.V2_0)
    return request


async def _variables(
    environment: Environment, flow: Flow, trigger: TriggerDefinition, call: Call, execution_id: str
) -> dict[str, Json]:
    """Give what expressions see as ``trigger``."""
    found: dict[str, Json] = {"headers": dict(call.headers), "parameters": dict(call.parameters)}
    match trigger.properties.get("fetchType"):
        case "NONE":
            return {"body": None, **found}
        case "STORE":
            path = f"{trigger_directory(flow.namespace, flow.id, execution_id, trigger.id)}/body"
            await asyncio.to_thread(environment.storage.put, path, [call.body])
            return {"body": None, "uri": to_uri(path), **found}
        case _:
            return {"body": _read_body(call.body), **found}


def _read_body(body: bytes) -> Json:
    """Give maps and lists of JSON as such, everything else as text, and nothing as None."""
    if not body:
        return None
    try:
        value = msgspec.json.decode(body)
    except msgspec.DecodeError:
        value = None
    return value if isinstance(value, (dict, list)) else body.decode("utf-8", "replace")


async def _start(environment: Environment, flow: Flow, trigger: TriggerDefinition, execution: Execution) -> Reply:
    given = trigger.properties
    reply = Reply(
        execution=execution,
        with_outputs=given.get("wait") is True and given.get("returnOutputs") is True,
        content_type=str(given.get("responseContentType") or "application/json"),
        status=await _status(environment, flow, trigger),
    )
    if given.get("wait") is not True:
        await _begin(environment, flow, trigger, execution)
        return reply
    with environment.streams.subscribe(execution.id) as subscription:
        await _begin(environment, flow, trigger, execution)
        await finish_early(environment.database, execution)
        ended = await wait_for_end(environment, subscription, execution)
    return replace(reply, execution=ended.execution)


async def _begin(environment: Environment, flow: Flow, trigger: TriggerDefinition, execution: Execution) -> None:
    """Store it and let it begin; with others in one commit where nothing has to be stored beside it."""
    key = (flow.namespace, flow.id, trigger.id)
    if trigger.stop_after:
        await fire_event(environment, key, Event(execution=execution))
        return
    await environment.transport.start(execution)
    environment.bell.note_fired(key, environment.clock())


async def _status(environment: Environment, flow: Flow, trigger: TriggerDefinition) -> int | None:
    """Read the status the trigger asks for; one that is none is left out."""
    given = trigger.properties.get("responseCode")
    if isinstance(given, str):
        seen = trigger_variables(flow, trigger, world_of(environment))
        try:
            given = await with_host(
                environment,
                flow.namespace,
                lambda host: compile_template(str(given), flow.dialect).render(_context(environment, flow, seen, host)),
            )
        except TiercelError:
            return None
    text = str(given)
    return int(text) if text.isdecimal() and 100 <= int(text) <= 599 else None  # noqa: PLR2004 (the range of statuses)


def _context(environment: Environment, flow: Flow, seen: Mapping[str, Value], host: Host) -> Context:
    return Context(
        seen,
        host,
        flow.dialect,
        recursive=environment.settings.variables.is_recursive,
        encryption_key=environment.encryption_key,
    )
