"""The services of this process and their numbers."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from tiercel.api.requests import Incoming, actor_of, answer, environment_of
from tiercel.model.json import Json
from tiercel.operations import cluster
from tiercel.operations.cluster import Figure, Service

_ROOT = "/api/v1/main/cluster"


@get(_ROOT + "/services")
async def list_services(request: Incoming) -> Response[bytes]:
    """Give the services of this process."""
    found = await cluster.list_services(environment_of(request), actor_of(request))
    return answer({"results": [_shape(service) for service in found], "total": len(found)})


@get(_ROOT + "/services/{name:str}")
async def get_service(request: Incoming, name: FromPath[str]) -> Response[bytes]:
    """Give one service with its numbers."""
    return answer(_shape(await cluster.get_service(environment_of(request), actor_of(request), name)))


@get(_ROOT + "/metrics/{service_type:str}")
async def list_metrics(request: Incoming, service_type: FromPath[str]) -> Response[bytes]:
    """Give the numbers of the services of a type: EXECUTOR, SCHEDULER, WEBSERVER or WORKER."""
    found = await cluster.list_figures(environment_of(request), actor_of(request), service_type)
    return answer([_metric(figure) for figure in found])


def _shape(service: Service) -> dict[str, Json]:
    return {
        "id": service.id,
        "type": service.type,
        "state": "RUNNING",
        "server": {
            "id": service.id.rpartition("-")[0],
            "type": "STANDALONE",
            "version": service.version,
            "hostname": service.host,
        },
        "metrics": [_metric(figure) for figure in service.figures],
    }


def _metric(figure: Figure) -> dict[str, Json]:
    return {
        "name": figure.name,
        "type": figure.kind,
        "description": figure.description,
        "tags": [],
        "value": figure.value,
    }


ROUTES = (list_services, get_service, list_metrics)
