"""The services of this process, as those who watch over a cluster see them."""

from __future__ import annotations

import socket
from enum import StrEnum

from msgspec import Struct

from tiercel import __version__
from tiercel.errors import NotFoundError
from tiercel.operations.actor import Action, Actor, Resource, operation
from tiercel.operations.environment import Environment
from tiercel.operations.instance import instance_id
from tiercel.operations.measuring import Measures, measure


class ServiceType(StrEnum):
    """The parts of a server."""

    EXECUTOR = "EXECUTOR"
    SCHEDULER = "SCHEDULER"
    WEBSERVER = "WEBSERVER"
    WORKER = "WORKER"


ELSEWHERE = frozenset({"CONTROLLER", "INDEXER", "SYSTEM_WORKER"})
"""Parts that other servers have, and this one does without."""


class Figure(Struct, frozen=True, kw_only=True):
    """One number a service tells of itself; ``kind`` is ``gauge`` or ``counter``."""

    name: str
    kind: str
    description: str
    value: float


class Service(Struct, frozen=True, kw_only=True):
    """One part of the server."""

    id: str
    type: ServiceType
    host: str
    version: str
    figures: tuple[Figure, ...]


@operation(Resource.INSTANCE, Action.READ)
async def list_services(environment: Environment, actor: Actor) -> list[Service]:
    """Give the services of this process: all of them run while it answers."""
    measures = await measure(environment, actor)
    figures = figures_of(measures)
    return [
        Service(
            id=f"{instance_id(environment)}-{kind.lower()}",
            type=kind,
            host=socket.gethostname(),
            version=__version__,
            figures=figures[kind],
        )
        for kind in ServiceType
    ]


@operation(Resource.INSTANCE, Action.READ)
async def get_service(environment: Environment, actor: Actor, name: str) -> Service:
    """Give one service.

    Raises:
        NotFoundError: There is none of that id.
    """
    found = next((one for one in await list_services(environment, actor) if one.id == name), None)
    if found is None:
        raise NotFoundError("service", name)
    return found


@operation(Resource.INSTANCE, Action.READ)
async def list_figures(environment: Environment, actor: Actor, kind: str) -> list[Figure]:
    """Give the numbers of the services of a type; nothing for types that run elsewhere only.

    Raises:
        NotFoundError: There is no such type.
    """
    services = await list_services(environment, actor)
    if kind.upper() not in {*ServiceType, *ELSEWHERE}:
        raise NotFoundError("type of services", kind)
    return [figure for service in services if service.type == kind.upper() for figure in service.figures]


def figures_of(measures: Measures) -> dict[ServiceType, tuple[Figure, ...]]:
    """Give the numbers by service."""
    live, load = sum(measures.live.values()), measures.work.load()
    return {
        ServiceType.EXECUTOR: (
            _count("executor.execution.end.count", "Executions that are over", _ended(measures)),
            _gauge("executor.execution.live.count", "Executions that are not over", live),
        ),
        ServiceType.SCHEDULER: (_gauge("scheduler.trigger.count", "Triggers of flows", measures.triggers),),
        ServiceType.WEBSERVER: (_gauge("sse.connections.active", "Followers of notifications", measures.followers),),
        ServiceType.WORKER: (
            _count("worker.started.count", "Jobs handed to workers", measures.dispatched),
            _gauge("worker.job.running", "Jobs that the worker carries out", load.running),
            _gauge("worker.job.pending", "Jobs that wait for a thread", load.pending),
            _gauge("worker.job.thread", "Synchronous tasks at once", measures.threads),
            _count("worker.killed.count", "Attempts that were killed", measures.work.killed),
            _count("worker.timeout.count", "Attempts whose time was over", measures.work.timed_out),
        ),
    }


def _ended(measures: Measures) -> int:
    return sum(ends.count for ends in measures.ends.values())


def _count(name: str, description: str, value: float) -> Figure:
    return Figure(name=name, kind="counter", description=description, value=value)


def _gauge(name: str, description: str, value: float) -> Figure:
    return Figure(name=name, kind="gauge", description=description, value=value)
