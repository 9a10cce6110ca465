"""The function ``subflow`` of expressions: runs a flow, waits for its end and gives its outputs."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from tiercel.errors import ExpressionError
from tiercel.expressions import Value, to_text
from tiercel.expressions.iso import parse_duration
from tiercel.model.dialect import Dialect
from tiercel.model.execution import Execution
from tiercel.model.state import State
from tiercel.operations.environment import Environment
from tiercel.operations.executions import wait_for_end
from tiercel.operations.starting import StartRequest, prepare_execution
from tiercel.worker.results import plain_value

_PATIENCE_SECONDS = 60.0
_GOOD = frozenset({State.SUCCESS, State.WARNING})


async def run_subflow(environment: Environment, arguments: Mapping[str, Value], dialect: Dialect) -> Value:
    """Run the flow; a map of its outputs.

    Raises:
        TiercelError: It cannot be started, failed, or did not end in time.
    """
    request = _request(arguments, dialect)
    patience = _patience(arguments, dialect)
    execution = await prepare_execution(environment, request)
    name = f"{request.namespace}.{request.flow_id}"
    with environment.streams.subscribe(execution.id) as subscription:
        await environment.transport.start(execution)
        try:
            async with asyncio.timeout(patience):
                ended: Execution = (await wait_for_end(environment, subscription, execution)).execution
        except TimeoutError:
            raise ExpressionError("evaluation", f"the flow {name} did not end within {patience:g} seconds") from None
    if ended.state not in _GOOD:
        raise ExpressionError("evaluation", f"the flow {name} ended {ended.state} (execution {ended.id})")
    return ended.outputs or {}


def _request(arguments: Mapping[str, Value], dialect: Dialect) -> StartRequest:
    inputs, labels, revision = arguments.get("inputs"), arguments.get("labels"), arguments.get("revision")
    return StartRequest(
        namespace=to_text(arguments["namespace"], dialect),
        flow_id=to_text(arguments["id"], dialect),
        revision=int(to_text(revision, dialect)) if revision is not None else None,
        inputs=plain_value(inputs, dialect) if isinstance(inputs, Mapping) else {},
        labels=[(to_text(key, dialect), to_text(value, dialect)) for key, value in labels.items()]
        if isinstance(labels, Mapping)
        else [],
    )


def _patience(arguments: Mapping[str, Value], dialect: Dialect) -> float:
    given = arguments.get("timeout")
    if given is None:
        return _PATIENCE_SECONDS
    return parse_duration(to_text(given, dialect)).to_timedelta().total_seconds()
