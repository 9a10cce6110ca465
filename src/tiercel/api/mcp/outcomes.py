"""What a call of a tool has led to, told so that a language model can go on from there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing

import msgspec

from tiercel.api.mcp.exchanges import Exchange, Tell
from tiercel.api.shapes.logs import log_shape
from tiercel.model.execution import Execution
from tiercel.model.json import Json
from tiercel.model.log import LogLevel
from tiercel.model.state import State
from tiercel.operations import logs
from tiercel.operations.actor import Action, Resource
from tiercel.operations.executions import follow_execution
from tiercel.operations.showing import shown_execution
from tiercel.repository.log_lines import LineFilter

_WENT_WELL = frozenset({State.SUCCESS, State.WARNING})
_SHOWN_LINES = 10


async def wait_for_outcome(exchange: Exchange, execution: Execution, tell: Tell) -> Execution:
    """Give an execution as it ended, or as it is when the time for an answer is over."""
    environment, actor = exchange.environment, exchange.actor
    if not actor.may(Resource.EXECUTION, Action.READ, execution.namespace):
        return execution
    state = execution.state
    try:
        async with asyncio.timeout(environment.settings.mcp.seconds):
            following = await follow_execution(environment, actor, execution.id)
            async with aclosing(following) as changes:  # type: ignore[type-var]  # a generator, which can be closed
                async for found in changes:
                    execution = found.execution
                    if execution.state is not state:
                        state = execution.state
                        tell(f"Execution {execution.id} is {state}")
    except TimeoutError:
        pass
    return execution


async def execution_result(exchange: Exchange, execution: Execution, *, is_structured: bool) -> dict[str, Json]:
    """Give the result of a tool that started an execution.

    Args:
        exchange: Who is told.
        execution: As it is now.
        is_structured: Its outputs are the structured content too.
    """
    shown = shown_execution(exchange.environment, execution)
    outputs = shown.outputs or {}
    is_error = shown.is_over and shown.state not in _WENT_WELL
    texts = [_text(outputs)] if outputs and not is_error else []
    result = result_of([*texts, _sentence(shown), *await _trouble(exchange, shown, is_wanted=is_error)])
    result["isError"] = is_error
    if is_structured and not is_error:
        result["structuredContent"] = outputs
    told: dict[str, Json] = {"id": shown.id, "state": shown.state}
    url = exchange.environment.settings.server.url
    if url:
        told["url"] = f"{url}/ui/main/executions/{shown.namespace}/{shown.flow_id}/{shown.id}"
    result["_meta"] = {"tiercel/execution": told}
    return result


def result_of(texts: Sequence[str]) -> dict[str, Json]:
    """Give a result of texts."""
    return {"content": [{"type": "text", "text": text} for text in texts], "isError": False}


def structured_result(value: dict[str, Json]) -> dict[str, Json]:
    """Give a result that programs can read too."""
    return result_of([_text(value)]) | {"structuredContent": value}


def failed_result(message: str) -> dict[str, Json]:
    """Say why a call did nothing."""
    return result_of([message]) | {"isError": True}


def _sentence(execution: Execution) -> str:
    name = f"Execution {execution.id} of flow {execution.namespace}.{execution.flow_id}"
    if execution.is_over:
        return f"{name} ended {execution.state}" + (f": {execution.error}" if execution.error else ".")
    return f"{name} is {execution.state} and goes on. Do not call again for its result: look at the execution later."


async def _trouble(exchange: Exchange, execution: Execution, *, is_wanted: bool) -> list[str]:
    """Give the last lines that tell of errors, as far as they may be read."""
    if not is_wanted or not exchange.actor.may(Resource.LOG, Action.READ, execution.namespace):
        return []
    wanted = LineFilter(execution_id=execution.id, lowest=LogLevel.ERROR)
    found = await logs.list_range(
        exchange.environment, exchange.actor, wanted, offset=-_SHOWN_LINES, limit=_SHOWN_LINES, is_counted=False
    )
    lines = [log_shape(entry) for entry in found.entries]
    return ["\n".join(f"{line.get('taskId', '')}: {line['message']}" for line in lines)] if lines else []


def _text(value: Json) -> str:
    return msgspec.json.encode(value).decode()
