"""What the executor needs of others while it is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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
from tiercel.operations.flows import load_flow
from tiercel.operations.outside import OutsideNeededError, world_of


class Starter(Protocol):
    """Prepares executions that other executions start."""

    async def prepare(self, parent: Execution, command: StartChild) -> Execution:
        """Make the header of a child: its flow found, its inputs checked; nothing is stored.

        Raises:
            TiercelError: It cannot be started; the message is for the user.
        """


def _ignore_end(execution: Execution, state: State) -> None:
    del execution, state


def _refuse_on_loop(uri: str) -> dict[str, Json]:
    raise OutsideNeededError(uri)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Those the executor works with.

    Attributes:
        load_flow: Reads and parses a stored revision.
        load_outputs: Reads outputs in storage for an expression; on the event loop it says that a worker is needed.
        on_end: Told of every execution whose main part has ended, within the turn that ends it.
    """

    crew: Crew
    starter: Starter
    load_flow: FlowLoader
    world: World
    load_outputs: Loader = _refuse_on_loop
    on_end: Callable[[Execution, State], None] = _ignore_end


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
    )
