"""The same for many flows: named one by one, or by the filters of a search."""

from __future__ import annotations

import io
import zipfile

from litestar import Response, delete, get, post
from litestar.params import FromPath

from tiercel.api.errors import RequestError
from tiercel.api.filter_fields import FLOW_FIELDS
from tiercel.api.filters import read_filters
from tiercel.api.requests import Incoming, actor_of, answer, environment_of, json_of, query_of
from tiercel.api.routes.flow_keys import read_flow_keys
from tiercel.api.routes.flows import with_flat_filters
from tiercel.operations import flow_bundles, flow_search, flows

_ROOT = "/api/v1/main/flows"
VERBS = frozenset({"disable", "enable", "export"})


@delete(_ROOT + "/delete/by-ids", status_code=200)
async def delete_ids(request: Incoming) -> Response[bytes]:
    """Remove several flows, or none when one is unknown."""
    keys = read_flow_keys(await json_of(request))
    return answer({"count": await flow_bundles.delete_flows(environment_of(request), actor_of(request), keys)})


@delete(_ROOT + "/delete/by-query", status_code=200)
async def delete_query(request: Incoming) -> Response[bytes]:
    """Remove the flows that a search finds."""
    keys = await _found(request)
    return answer({"count": await flow_bundles.delete_flows(environment_of(request), actor_of(request), keys)})


@post(_ROOT + "/{verb:str}/by-ids", status_code=200)
async def act_on_ids(request: Incoming, verb: FromPath[str]) -> Response[bytes]:
    """Disable or enable several flows, or give them as a ZIP."""
    return await _act(request, verb, read_flow_keys(await json_of(request)))


@post(_ROOT + "/{verb:str}/by-query", status_code=200)
async def act_on_query(request: Incoming, verb: FromPath[str]) -> Response[bytes]:
    """Disable or enable the flows that a search finds, or give them as a ZIP."""
    return await _act(request, verb, await _found(request))


@get(_ROOT + "/export/by-query")
async def export_query(request: Incoming) -> Response[bytes]:
    """Give the flows that a search finds as a ZIP."""
    return await _act(request, "export", await _found(request), "{}-{}.yml")


async def _act(request: Incoming, verb: str, keys: list[tuple[str, str]], name: str = "{}.{}.yaml") -> Response[bytes]:
    if verb not in VERBS:
        raise RequestError(404, "not-found", f"there is no '{verb}' of flows; there are {', '.join(sorted(VERBS))}")
    environment, actor = environment_of(request), actor_of(request)
    if verb == "export":
        found = [await flows.get_flow(environment, actor, key) for key in keys]
        names = [(name.format(saved.stored.namespace, saved.stored.id), saved.stored.source) for saved in found]
        headers = {"Content-Disposition": 'attachment; filename="flows.zip"'}
        return Response(_zipped(names), media_type="application/octet-stream", headers=headers)
    count = await flow_bundles.set_disabled(environment, actor, keys, is_disabled=verb == "disable")
    return answer({"count": count})


async def _found(request: Incoming) -> list[tuple[str, str]]:
    environment = environment_of(request)
    where = read_filters(with_flat_filters(query_of(request)), FLOW_FIELDS, environment.clock())
    return await flow_search.list_keys(environment, actor_of(request), where)


def _zipped(files: list[tuple[str, str]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files:
            archive.writestr(name, text)
    return buffer.getvalue()


ROUTES = (delete_ids, delete_query, act_on_ids, act_on_query, export_query)
