"""What the executor needs of others while it is open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tiercel.engine import World
from tiercel.engine.outputs import Loader
from tiercel.executor.plans import FlowLoader
from tiercel.model.command import StartChild
from tiercel.model.execution import Execution
from tiercel.model.flow import Flow
from tiercel.model.json import Json
from tiercel.model.state import State
from tiercel.operations.assignments import Crew
from tiercel.operations.children import ChildStarter
from tiercel.operations.environment import Environment
from tiercel.operations.flow_triggers import FlowTriggers
from tiercel.operations.flows import load_flow
from tiercel.operations.outside import OutsideNeededError, world_of
from tiercel.operations.slots import Pools
from tiercel.repository.records import Announcement


def _only_one() -> int:
    return 0


class Starter(Protocol):
    """Prepares executions that other executions start."""

    async def prepare(self, parent: Execution, command: StartChild) -> Execution:
        """Make the header of a child: its flow found, its inputs checked; nothing is stored.

        Raises:
            TiercelError: It cannot be started; the message is for the user.
        """


class Responder(Protocol):
    """Does what follows from states that executions entered."""

    async def open(self) -> None:
        """Read what is needed to tell who looks at what; before the first execution is taken up.

        Raises:
            UnavailableError: It cannot be read.
        """

    async def answer(self, announcements: Sequence[Announcement]) -> None:
        """Start what is to be started, then remove the announcements; doing it again starts nothing twice.

        Raises:
            UnavailableError: It must be done again later.
        """


class Silence:
    """Answers nothing."""

    async def open(self) -> None:
        """Read nothing."""

    async def answer(self, announcements: Sequence[Announcement]) -> None:
        """Start nothing."""


def _is_never_watched(namespace: str, flow_id: str, state: State) -> bool:
    del namespace, flow_id, state
    return False


def _refuse_on_loop(uri: str) -> dict[str, Json]:
    raise OutsideNeededError(uri)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Those the executor works with.

    Attributes:
        load_flow: Reads and parses a stored revision.
        edition: Another number whenever every flow is to be read again.
        load_outputs: Reads outputs in storage for an expression; on the event loop it says that a worker is needed.
        is_watched: Tells whether anybody looks at executions of a flow that enter a state.
        responder: Does what follows from the states that are looked at.
        pools: How many slots the pools have.
    """

    crew: Crew
    starter: Starter
    load_flow: FlowLoader
    world: World
    load_outputs: Loader = _refuse_on_loop
    is_watched: Callable[[str, str, State], bool] = _is_never_watched
    responder: Responder = field(default_factory=Silence)
    pools: Pools = field(default_factory=Pools)
    edition: Callable[[], int] = _only_one


def staff_of(environment: Environment, crew: Crew, load_outputs: Loader = _refuse_on_loop) -> Staff:
    """Make the staff of an installation."""

    async def load(namespace: str, flow_id: str, revision: int) -> Flow:
        return await load_flow(environment, (namespace, flow_id), revision)

    return Staff(
        crew=crew,
        starter=ChildStarter(environment),
        load_flow=load,
        world=world_of(environment),
        load_outputs=load_outputs,
        is_watched=environment.watchers.is_watched,
        responder=FlowTriggers(environment),
        pools=environment.pools,
        edition=lambda: environment.flows.edition,
    )
