"""One task of a text carried out by itself, to see what it does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from litestar import Response, post
from litestar.response import Stream

from tiercel.api.live.frames import text_of
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, json_of, query_of
from tiercel.api.routes.flows import dialect_of
from tiercel.api.shapes.logs import log_shape, metric_shape
from tiercel.api.sse import event_stream
from tiercel.errors import InvalidError, Violation
from tiercel.model.dialect import DialectSetting
from tiercel.model.json import Json
from tiercel.model.log import LogEntry
from tiercel.operations.actor import Actor
from tiercel.operations.environment import Environment
from tiercel.operations.task_trials import LONGEST_SECONDS, TaskTrial, TriedTask, try_task

_MICROSECONDS = 1_000
_DEFAULT_SECONDS = 120


@post("/api/v1/main/flows/try-task", status_code=200)
async def run_alone(request: Incoming) -> Response[bytes]:
    """Carry out one task of a text, saved or not, with given inputs and variables; no execution comes of it."""
    trial = _read(await json_of(request), dialect_of(query_of(request)))
    return answer(_shape(await try_task(environment_of(request), actor_of(request), trial)))


@post("/api/v1/main/flows/try-task/follow", status_code=200)
async def follow_alone(request: Incoming) -> Stream:
    """The same, told while it goes on: frames ``log`` with lines as they are written, at the end ``result``.

    What is refused is answered as an error; whoever stops to listen ends the task.
    """
    trial = _read(await json_of(request), dialect_of(query_of(request)))
    frames = _frames(environment_of(request), actor_of(request), trial)
    try:
        await anext(frames)
        return await event_stream(request, frames)
    except BaseException:
        await frames.aclose()
        raise


async def _frames(environment: Environment, actor: Actor, trial: TaskTrial) -> AsyncGenerator[bytes]:
    """Give an empty piece once it has begun, then frames.

    Raises:
        TiercelError: At the first piece, when it cannot begin.
    """
    told: asyncio.Queue[Sequence[LogEntry] | None] = asyncio.Queue()
    task = asyncio.ensure_future(try_task(environment, actor, trial, told.put_nowait))
    task.add_done_callback(lambda _: told.put_nowait(None))
    try:
        while (lines := await told.get()) is not None:
            yield text_of("log", {"entries": [log_shape(line) for line in lines]}) if lines else b""
        yield text_of("result", _shape(await task))
    finally:
        task.cancel()


def _read(body: Json, dialect: DialectSetting | None) -> TaskTrial:
    given = body if isinstance(body, dict) else {}
    wrong = [
        Violation(f"must be {what}", path=name)
        for name, kind, what in _PARTS
        if not isinstance(given.get(name), kind) and (name in _NEEDED or given.get(name) is not None)
    ]
    seconds = given.get("seconds") or _DEFAULT_SECONDS
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= LONGEST_SECONDS:
        wrong.append(Violation(f"must be a number of seconds, at most {LONGEST_SECONDS}", path="seconds"))
    if wrong:
        raise InvalidError(wrong)
    return TaskTrial(
        source=given["source"],
        task_id=given["taskId"],
        inputs=given.get("inputs") or {},
        variables=given.get("variables") or {},
        seconds=seconds,
        dialect=dialect,
        execution_id=given.get("executionId"),
    )


_NEEDED = frozenset({"source", "taskId"})
_PARTS: tuple[tuple[str, type, str], ...] = (
    ("source", str, "the text of a flow"),
    ("taskId", str, "the id of a task in it"),
    ("inputs", dict, "a map of inputs"),
    ("executionId", str, "the id of an execution of the flow, whose files may be read"),
    ("variables", dict, "a map of what expressions see, such as outputs"),
)


def _shape(tried: TriedTask) -> dict[str, Json]:
    shape: dict[str, Json] = {
        "state": tried.state,
        "outputs": dict(tried.outputs),
        "logs": [log_shape(line) for line in tried.logs],
        "metrics": [metric_shape(one) for one in tried.metrics],
        "files": [{"uri": file.uri, "size": file.size_bytes, "text": file.text} for file in tried.files],
        "tookMillis": tried.took // _MICROSECONDS,
    }
    if tried.error is not None:
        shape["error"] = tried.error
    return shape


ROUTES = (run_alone, follow_alone)
