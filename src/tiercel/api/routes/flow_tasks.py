"""One task of a stored flow, as older clients change it."""

from __future__ import annotations

from litestar import Response, patch
from litestar.params import FromPath

from tiercel.api.requests import Incoming, actor_of, answer, environment_of, source_of, valid_ids
from tiercel.api.shapes.flows import flow_shape
from tiercel.operations.flow_tasks import update_task


@patch("/api/v1/main/flows/{namespace:str}/{flow_id:str}/{task_id:str}")
async def update(
    request: Incoming, namespace: FromPath[str], flow_id: FromPath[str], task_id: FromPath[str]
) -> Response[bytes]:
    """Store a new revision with another text in the place of one task."""
    valid_ids(namespace, flow_id, task_id)
    saved = await update_task(
        environment_of(request), actor_of(request), (namespace, flow_id), task_id, await source_of(request)
    )
    response = answer(flow_shape(saved, with_source=True))
    response.headers["ETag"] = f'"{saved.stored.revision}"'
    return response


ROUTES = (update,)
