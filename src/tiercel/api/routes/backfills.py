"""Backfills of schedules, and the older way of changing a trigger as a whole."""

from __future__ import annotations

from litestar import Response, post, put

from tiercel.api.requests import Incoming, actor_of, answer, environment_of, json_of
from tiercel.api.routes.trigger_keys import flag_in, read_backfill, read_key
from tiercel.api.routes.triggers import ROOT
from tiercel.api.shapes.triggers import preview_shape, state_shape
from tiercel.operations import backfilling, triggers
from tiercel.operations.starting import check_labels
from tiercel.repository.triggers import StoredTrigger


@put(ROOT + "/backfill/create", status_code=200)
async def create(request: Incoming) -> Response[bytes]:
    """Run the dates of a schedule that are past."""
    body = await json_of(request)
    key, wanted = read_key(body), read_backfill(body)
    check_labels(wanted.labels)
    return _state(request, await backfilling.create_backfill(environment_of(request), actor_of(request), key, wanted))


@post(ROOT + "/backfill/preview", status_code=200)
async def preview(request: Incoming) -> Response[bytes]:
    """Tell how many executions a backfill would start, and for which dates."""
    body = await json_of(request)
    key, wanted = read_key(body), read_backfill(body)
    found = await backfilling.preview_backfill(environment_of(request), actor_of(request), key, wanted)
    return answer(preview_shape(found))


@put(ROOT + "/backfill/pause", status_code=200)
async def pause(request: Incoming) -> Response[bytes]:
    """Hold a backfill."""
    key = read_key(await json_of(request))
    environment, actor = environment_of(request), actor_of(request)
    return _state(request, await backfilling.pause_backfill(environment, actor, key, is_paused=True))


@put(ROOT + "/backfill/unpause", status_code=200)
async def unpause(request: Incoming) -> Response[bytes]:
    """Let a backfill go on."""
    key = read_key(await json_of(request))
    environment, actor = environment_of(request), actor_of(request)
    return _state(request, await backfilling.pause_backfill(environment, actor, key, is_paused=False))


@post(ROOT + "/backfill/delete", status_code=200)
async def cancel(request: Incoming) -> Response[bytes]:
    """End a backfill where it is."""
    key = read_key(await json_of(request))
    return _state(request, await backfilling.cancel_backfill(environment_of(request), actor_of(request), key))


@put(ROOT, status_code=200)
async def update(request: Incoming) -> Response[bytes]:
    """Take a trigger as 1.x clients send it as a whole: a backfill begins, or it is switched off or on."""
    body = await json_of(request)
    key = read_key(body)
    environment, actor = environment_of(request), actor_of(request)
    current = await triggers.get_trigger(environment, actor, key)
    if isinstance(body, dict) and body.get("backfill") is not None and current.backfill is None:
        return _state(request, await backfilling.create_backfill(environment, actor, key, read_backfill(body)))
    is_disabled = flag_in(body, "disabled", default=current.is_disabled)
    return _state(request, await triggers.set_disabled(environment, actor, key, is_disabled=is_disabled))


def _state(request: Incoming, found: StoredTrigger) -> Response[bytes]:
    return answer(state_shape(found, environment_of(request).clock()))


ROUTES = (create, preview, pause, unpause, cancel, update)
