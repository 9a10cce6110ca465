"""Triggers: seen with why they do not fire, switched, unlocked, begun anew, forgotten."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from litestar import Response, delete, get, post, put
from litestar.params import FromPath
from litestar.response import Stream

from tiercel.api.body_filters import filter_parameters
from tiercel.api.date_filters import SPAN, TRIGGER_DATES, dates_of, within_span
from tiercel.api.errors import BodyError, RequestError
from tiercel.api.filter_fields import TRIGGER_FIELDS
from tiercel.api.filters import read_filters
from tiercel.api.paging import page_shape, read_page
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, json_of, one, query_of, valid_ids
from tiercel.api.routes.trigger_keys import flag_in, read_key, read_keys
from tiercel.api.shapes.triggers import TRIGGER_COLUMNS, state_shape, trigger_item_shape
from tiercel.api.spreadsheets import csv_stream, every_row
from tiercel.operations import backfilling, triggers
from tiercel.operations.gathering import gathered_by
from tiercel.operations.triggers import Act
from tiercel.repository.query import Condition, Filter, Operation
from tiercel.repository.triggers import StoredTrigger, TriggerKey

ROOT = "/api/v1/main/triggers"
_ONE = ROOT + "/{namespace:str}/{flow_id:str}/{trigger_id:str}"


@get(ROOT + "/search")
async def search(request: Incoming) -> Response[bytes]:
    """Give one page of triggers with their states."""
    environment, query = environment_of(request), query_of(request)
    where = _where(request)
    page = await triggers.search_triggers(environment, actor_of(request), read_page(query, where))
    gathered, now = await gathered_by(environment, page.items), environment.clock()
    return answer(page_shape(page, lambda found: trigger_item_shape(found, now, gathered)))


@get(ROOT + "/{namespace:str}/{flow_id:str}")
async def search_flow(request: Incoming, namespace: FromPath[str], flow_id: FromPath[str]) -> Response[bytes]:
    """Give one page of the triggers of a flow."""
    valid_ids(namespace, flow_id)
    environment, query = environment_of(request), query_of(request)
    where: list[Condition] = [
        Filter("namespace", Operation.EQUALS, namespace),
        Filter("flowId", Operation.EQUALS, flow_id),
    ]
    text = one(query, "q")
    if text is not None:
        where.append(Filter("q", Operation.EQUALS, text))
    page = await triggers.search_triggers(environment, actor_of(request), read_page(query, tuple(where)))
    gathered, now = await gathered_by(environment, page.items), environment.clock()
    return answer(page_shape(page, lambda found: state_shape(found, now, gathered)))


@get(ROOT + "/export/by-query/csv")
async def export(request: Incoming) -> Stream:
    """Give the triggers that a search finds as a table."""
    environment, actor, query = environment_of(request), actor_of(request), query_of(request)
    wanted = read_page(query, _where(request))
    await triggers.search_triggers(environment, actor, wanted)  # says what is wrong before the file begins
    rows = every_row(
        partial(triggers.search_triggers, environment, actor),
        wanted,
        lambda found: state_shape(found, environment.clock()),
    )
    return csv_stream("triggers.csv", TRIGGER_COLUMNS, rows)


@get(_ONE)
async def get_one(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], trigger_id: FromPath[str]
) -> Response[bytes]:
    """Give a trigger with its state."""
    valid_ids(namespace, flow_id, trigger_id)
    environment = environment_of(request)
    found = await triggers.get_trigger(environment, actor_of(request), (namespace, flow_id, trigger_id))
    gathered = await gathered_by(environment, [found])
    return answer(trigger_item_shape(found, environment.clock(), gathered))


@delete(_ONE, status_code=204)
async def delete_one(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], trigger_id: FromPath[str]
) -> None:
    """Forget a trigger that no flow declares any more."""
    valid_ids(namespace, flow_id, trigger_id)
    await triggers.delete_trigger(environment_of(request), actor_of(request), (namespace, flow_id, trigger_id))


@post(_ONE + "/unlock", status_code=200)
async def unlock(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], trigger_id: FromPath[str]
) -> Response[bytes]:
    """Let a trigger fire although an execution of it still runs."""
    valid_ids(namespace, flow_id, trigger_id)
    key = (namespace, flow_id, trigger_id)
    return _state(request, await triggers.unlock(environment_of(request), actor_of(request), key))


@post(_ONE + "/restart", status_code=200)
async def restart(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], trigger_id: FromPath[str]
) -> Response[bytes]:
    """Begin a trigger anew from now on."""
    valid_ids(namespace, flow_id, trigger_id)
    key = (namespace, flow_id, trigger_id)
    return _state(request, await triggers.restart(environment_of(request), actor_of(request), key))


@put(ROOT + "/set-disabled", status_code=200)
async def set_disabled(request: Incoming) -> Response[bytes]:
    """Switch a trigger off or on."""
    body = await json_of(request)
    key, is_disabled = read_key(body), flag_in(body, "disabled", default=True)
    environment, actor = environment_of(request), actor_of(request)
    return _state(request, await triggers.set_disabled(environment, actor, key, is_disabled=is_disabled))


@post([f"{ROOT}/{{verb:str}}/by-triggers", f"{ROOT}/backfill/{{verb:str}}/by-triggers"], status_code=202)
async def act_on_named(request: Incoming, verb: FromPath[str]) -> Response[bytes]:
    """Do one thing to the triggers named in the body."""
    body = await json_of(request)
    return await _act(request, verb, read_keys(body), is_disabled=flag_in(body, "disabled", default=True))


@post([f"{ROOT}/{{verb:str}}/by-query", f"{ROOT}/backfill/{{verb:str}}/by-query"], status_code=202)
async def act_on_found(request: Incoming, verb: FromPath[str]) -> Response[bytes]:
    """Do one thing to the triggers that a search finds."""
    is_disabled = (one(query_of(request), "disabled") or "true").lower() == "true"
    return await _act(request, verb, await _found(request), is_disabled=is_disabled)


@delete(ROOT + "/delete/by-triggers", status_code=202)
async def delete_named(request: Incoming) -> Response[bytes]:
    """Forget the triggers named in the body; those that a flow declares stay and are not counted."""
    return await _delete(request, read_keys(await json_of(request)))


@delete(ROOT + "/delete/by-query", status_code=202)
async def delete_found(request: Incoming) -> Response[bytes]:
    """Forget the triggers that a search finds; those that a flow declares stay and are not counted.

    Filters may stand in the body too, as ``filters``: what is named there must narrow, or all would be forgotten.
    """
    body = await json_of(request)
    if not isinstance(body, dict | None):
        raise BodyError('Send a map such as {"filters": [{"field": "namespace", "operation": "EQUALS", "value": "a"}]}')
    return await _delete(request, await _found(request, filter_parameters((body or {}).get("filters"))))


def _state(request: Incoming, found: StoredTrigger) -> Response[bytes]:
    return answer(state_shape(found, environment_of(request).clock()))


def _where(request: Incoming, further: Sequence[tuple[str, str]] = ()) -> tuple[Condition, ...]:
    environment, query = environment_of(request), [*query_of(request), *further]
    dates = dates_of(one(query, "dateFilter"), TRIGGER_DATES)
    fields = TRIGGER_FIELDS.also(SPAN) if dates else TRIGGER_FIELDS
    found = within_span(read_filters(query, fields, environment.clock()), dates)
    flat = (("q", "q", Operation.EQUALS), ("namespace", "namespace", Operation.PREFIX), ("flowId", "flowId", _SAME))
    given = ((name, operation, one(query, parameter)) for parameter, name, operation in flat)
    return (*found, *(Filter(name, operation, value) for name, operation, value in given if value is not None))


_SAME = Operation.EQUALS


async def _found(request: Incoming, further: Sequence[tuple[str, str]] = ()) -> list[TriggerKey]:
    return await triggers.list_keys(environment_of(request), actor_of(request), _where(request, further))


async def _act(request: Incoming, verb: str, keys: list[TriggerKey], *, is_disabled: bool) -> Response[bytes]:
    act = _act_for(request, verb, is_disabled=is_disabled)
    return _counted(request, await triggers.act_on_many(keys, act))


def _act_for(request: Incoming, verb: str, *, is_disabled: bool) -> Act:
    environment, actor = environment_of(request), actor_of(request)
    is_backfill = "/backfill/" in request.url.path
    match verb, is_backfill:
        case "set-disabled", False:
            return lambda key: triggers.set_disabled(environment, actor, key, is_disabled=is_disabled)
        case "unlock", False:
            return lambda key: triggers.unlock(environment, actor, key)
        case "restart", False:
            return lambda key: triggers.restart(environment, actor, key)
        case (("pause" | "unpause"), True):
            return lambda key: backfilling.pause_backfill(environment, actor, key, is_paused=verb == "pause")
        case "delete", True:
            return lambda key: backfilling.cancel_backfill(environment, actor, key)
        case _:
            raise RequestError(404, "not-found", f"there is no '{verb}' of many triggers")


async def _delete(request: Incoming, keys: list[TriggerKey]) -> Response[bytes]:
    environment, actor = environment_of(request), actor_of(request)
    count = await triggers.act_on_many(keys, lambda key: triggers.delete_trigger(environment, actor, key))
    return _counted(request, count)


def _counted(request: Incoming, count: int) -> Response[bytes]:
    return answer({"count": count, "operationId": environment_of(request).new_id(), "totalItems": count}, 202)


ROUTES = (
    search,
    search_flow,
    export,
    get_one,
    delete_one,
    unlock,
    restart,
    set_disabled,
    act_on_named,
    act_on_found,
    delete_named,
    delete_found,
)
